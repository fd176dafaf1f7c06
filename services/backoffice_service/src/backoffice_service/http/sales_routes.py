"""Figures of the day: sales of a store in groups, with their export, and how a terminal stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.http.board_routes import date_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import CSV, kept_as
from backoffice_service.http.office import Office
from backoffice_service.messaging.services import ServiceRefused
from backoffice_service.pages.refusals import sentence_of
from backoffice_service.pages.sales import bars_of, spreadsheet
from tillday_contracts.business_dates import business_today
from tillday_contracts.report_messages import Flash, FlashReport, Sales, SalesReport, Snapshot, XReport

By = Literal["product", "hour", "cashier", "tender"]
GROUPS: Final[tuple[By, ...]] = get_args(By)
A_WEEK: Final = timedelta(days=6)
"""From the first of seven dates to the last: what is shown unless somebody asks for other dates."""
NOTHING_YET: Final = frozenset({"no_open_till", "never_opened"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sales somebody wants to see, as it stands in the address."""

    first: date
    last: date
    by: By

    def question(self, store: str) -> SalesReport:
        """Return what the report service is asked."""
        return SalesReport(store=store, first=self.first, last=self.last, by=self.by)


def sales_routes(office: Office) -> APIRouter:
    """Return the routes of figures."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_report")

    @router.get("/stores/{store}/sales")
    async def sales(desk: Desk = see) -> Response:
        return await _sales(desk)

    @router.get("/stores/{store}/sales.csv")
    async def exported(desk: Desk = see) -> Response:
        wanted = _wanted(desk)
        answer = await desk.ask(wanted.question(desk.store), Sales)
        name = f"sales-by-{wanted.by}-{wanted.first}-{wanted.last}.csv"
        return kept_as(name, spreadsheet(answer), CSV)

    @router.get("/stores/{store}/terminals/{terminal}/figures")
    async def figures(terminal: str, desk: Desk = see) -> Response:
        return await _figures(desk, terminal)

    return router


def _wanted(desk: Desk) -> Wanted:
    content = desk.facts.settings
    today = business_today(desk.office.now(), time_zone=content.time_zone, rollover=content.rollover)
    last = date_of(desk.asked("last"))
    first = date_of(desk.asked("first")) or (last or today) - A_WEEK
    by = next((one for one in GROUPS if one == desk.asked("by")), GROUPS[0])
    return Wanted(first, last or max(first, today), by)


async def _sales(desk: Desk) -> Response:
    wanted, declined = _wanted(desk), None
    try:
        answer = await desk.ask(wanted.question(desk.store), Sales)
    except ServiceRefused as error:
        declined = Declined(sentence_of(error.refusal, desk.speech), 409, error.refusal)
        answer = Sales(currency=desk.facts.settings.currency, rows=(), total=0)
    values = {"wanted": wanted, "bars": bars_of(answer), "sales": answer}
    return desk.draw("sales.html", "sales", values, declined=declined)


async def _figures(desk: Desk, terminal: str) -> Response:
    snapshot = flash = None
    try:
        flash = await desk.ask(FlashReport(store=desk.store, terminal=terminal), Flash)
        snapshot = await desk.ask(XReport(store=desk.store, terminal=terminal), Snapshot)
    except ServiceRefused as error:
        if error.refusal.code not in NOTHING_YET:
            raise
    values = {"terminal": terminal, "snapshot": snapshot, "flash": flash}
    return desk.draw("figures.html", "terminals", values)
