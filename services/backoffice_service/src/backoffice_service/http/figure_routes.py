"""How a store went over many days: its calendar, and the differences that were counted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import CSV, kept_as
from backoffice_service.http.office import Office
from backoffice_service.messaging.services import ServiceRefused
from backoffice_service.pages import calendar as months
from backoffice_service.pages import differences as off
from backoffice_service.pages.refusals import sentence_of
from tillday_contracts.business_dates import business_today
from tillday_contracts.figure_messages import Calendar, DifferenceReport, Differences, StoreCalendar

By = Literal["terminal", "cashier"]
GROUPS: Final[tuple[By, ...]] = get_args(By)
USUAL: Final = timedelta(days=29)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which differences somebody wants to see, as it stands in the address."""

    first: date
    last: date
    by: By
    only: str | None

    def query(self, **changes: object) -> str:
        """Return the address's query, with some of it changed."""
        values = {"by": self.by, "first": self.first, "last": self.last, "only": self.only, **changes}
        return "?" + urlencode({name: value for name, value in values.items() if value is not None})

    def question(self, store: str) -> DifferenceReport:
        """Return what the report service is asked."""
        return DifferenceReport(store=store, first=self.first, last=self.last, by=self.by, only=self.only)


def figure_routes(office: Office) -> APIRouter:
    """Return the routes of the calendar and of differences."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_report")

    @router.get("/stores/{store}/calendar")
    async def calendar(desk: Desk = see) -> Response:
        return await _calendar(desk)

    @router.get("/stores/{store}/differences")
    async def differences(desk: Desk = see) -> Response:
        return await _differences(desk)

    @router.get("/stores/{store}/differences.csv")
    async def exported(desk: Desk = see) -> Response:
        wanted = _wanted(desk)
        told = await desk.ask(wanted.question(desk.store), Differences)
        name = f"differences-by-{wanted.by}-{wanted.first}-{wanted.last}.csv"
        return kept_as(name, off.spreadsheet(told), CSV)

    return router


def _today(desk: Desk) -> date:
    content = desk.facts.settings
    return business_today(desk.office.now(), time_zone=content.time_zone, rollover=content.rollover)


async def _calendar(desk: Desk) -> Response:
    today = _today(desk)
    month = months.month_of(desk.asked("month"), today)
    told = await desk.ask(StoreCalendar(store=desk.store, first=month.first, last=month.last), Calendar)
    values = {
        "month": month,
        "today": today,
        "weeks": months.weeks_of(month, told),
        "summary": months.summed(told.days),
        "plot": months.plot_of(month, told, desk.speech),
        "currency": told.currency,
    }
    return desk.draw("calendar.html", "calendar", values)


def _wanted(desk: Desk) -> Wanted:
    today = _today(desk)
    last = date_of(desk.asked("last")) or today
    first = date_of(desk.asked("first")) or last - min(USUAL, last - date.min)
    by = next((one for one in GROUPS if one == desk.asked("by")), GROUPS[0])
    wanted = Wanted(first, last, by, desk.asked("only") or None)
    try:
        wanted.question(desk.store)
    except ValidationError:
        return Wanted(first, last, by, None)
    return wanted


async def _differences(desk: Desk) -> Response:
    wanted, declined = _wanted(desk), None
    try:
        told = await desk.ask(wanted.question(desk.store), Differences)
    except ServiceRefused as error:
        declined = Declined(sentence_of(error.refusal, desk.speech), 409, error.refusal)
        told = Differences(currency=desk.facts.settings.currency, days=(), rows=(), sessions=())
    values = {
        "wanted": wanted,
        "told": told,
        "bars": off.bars_of(told),
        "plot": off.plot_of(told, desk.speech) if told.sessions else None,
    }
    return desk.draw("differences.html", "differences", values, declined=declined)
