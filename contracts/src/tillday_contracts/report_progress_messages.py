"""How far the reports follow what others announced, how they are made again, and that they changed."""

from typing import ClassVar

from tillday_contracts.ids import StoreCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact


class RebuildReports(Command):
    """Forget every figure and make it again from what the producers announced. Answered at once."""

    subject: ClassVar[str] = "tillday.report.rebuild_reports.v1"


class ReportProgress(Question):
    """Ask how far the reports follow what others announced."""

    subject: ClassVar[str] = "tillday.report.report_progress.v1"


class Followed(Fact):
    """One producer of events: `done` of its `total` events are in the reports."""

    producer: str
    done: int
    total: int


class Progress(Done):
    """How far the reports are; complete when all is done of every producer."""

    producers: tuple[Followed, ...]


class ReportsChanged(Event):
    """The reports of these stores show more than before; of every store where none is named.

    A hint, told once it is true and kept nowhere: who missed it looks again after a while.
    """

    subject: ClassVar[str] = "tillday.event.report.reports_changed.v1"

    stores: tuple[StoreCode, ...] = ()


EVENTS: tuple[type[Event], ...] = (ReportsChanged,)
