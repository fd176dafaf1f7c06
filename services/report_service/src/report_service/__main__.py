"""The process: `python -m report_service`."""

import asyncio
import sys
from typing import Final

from report_service.messaging import feeds as folding
from report_service.messaging.answers import Answers
from report_service.messaging.changes import Changes
from report_service.messaging.figure_answers import FigureAnswers
from report_service.messaging.flash import FlashAnswers
from report_service.messaging.hellos import Lookout
from report_service.messaging.rebuilding import Rebuilding
from service_kit.feed import Feed
from service_kit.service import Service, run
from service_kit.settings import ServiceSettings
from service_kit.subscriptions import answer, hear
from tillday_contracts.alarm_messages import Alarms
from tillday_contracts.figure_messages import DifferenceReport, StoreCalendar, StoreOverviews
from tillday_contracts.report_messages import CashUpReport, FlashReport, SalesReport, StatusBoard, XReport
from tillday_contracts.report_progress_messages import RebuildReports, ReportProgress
from tillday_contracts.streams import STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.topics import HELLO_SUBJECT, ask_subject

WRITE_DOWN_EVERY: Final = 1.0
GO_ON_EVERY: Final = 5.0
FLASHES_AT_ONCE: Final = 16
"""Most of a flash report's time is waiting for the terminal's newest entries."""


def compose(service: Service[ServiceSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    service.ensure_streams(STREAMS)
    feeds = _follow_producers(service)
    _answer_questions(service)
    _answer_flash_reports(service)
    _rebuild_on_request(service, feeds)
    _listen_to_hellos(service)


def _follow_producers(service: Service[ServiceSettings]) -> dict[str, Feed]:
    changes = Changes(service.nats, now=service.now)
    till = Feed(
        service.database,
        service.nats,
        producer="till",
        stream=TILL_EVENTS.name,
        subject=TILL_EVENTS.subjects[0],
        durable="report_service_till",
        replay_subject="tillday.till.replay.v1",
        fold=folding.fold_till,
        clear=folding.forget_till,
        folded=changes.tell,
    )
    store = Feed(
        service.database,
        service.nats,
        producer="store",
        stream=STORE_EVENTS.name,
        subject=STORE_EVENTS.subjects[0],
        durable="report_service_store",
        replay_subject="tillday.store.replay.v1",
        fold=folding.fold_store,
        clear=folding.forget_store,
        folded=changes.tell,
    )
    service.follow(till)
    service.follow(store)
    return {"till": till, "store": store}


def _answer_questions(service: Service[ServiceSettings]) -> None:
    answers = Answers(service.database, now=service.now)
    answer(service, StatusBoard, answers.status_board)
    answer(service, CashUpReport, answers.cash_up_report)
    answer(service, XReport, answers.x_report)
    answer(service, Alarms, answers.alarms)
    answer(service, SalesReport, answers.sales_report)
    figures = FigureAnswers(service.database, now=service.now)
    answer(service, DifferenceReport, figures.differences)
    answer(service, StoreCalendar, figures.calendar)
    answer(service, StoreOverviews, figures.overviews)


def _answer_flash_reports(service: Service[ServiceSettings]) -> None:
    answers = FlashAnswers(service.database, service.nats)
    answer(service, FlashReport, answers.flash_report)
    hear(service, ask_subject("flash"), answers.ask, at_once=FLASHES_AT_ONCE)


def _rebuild_on_request(service: Service[ServiceSettings], feeds: dict[str, Feed]) -> None:
    rebuilding = Rebuilding(service.database, feeds)
    answer(service, RebuildReports, rebuilding.begin)
    answer(service, ReportProgress, rebuilding.progress)
    service.background("rebuild", rebuilding.run)


def _listen_to_hellos(service: Service[ServiceSettings]) -> None:
    lookout = Lookout(service.database, now=service.now)
    hear(service, HELLO_SUBJECT, lookout.hear)

    async def write_down() -> None:
        while True:
            await lookout.write_down()
            await asyncio.sleep(WRITE_DOWN_EVERY)

    async def go_on() -> None:
        while True:
            if service.nats.listening:
                await lookout.go_on()
            await asyncio.sleep(GO_ON_EVERY)

    service.background("sightings", write_down)
    service.background("listening", go_on)


if __name__ == "__main__":
    sys.exit(run("report_service", ServiceSettings, compose))
