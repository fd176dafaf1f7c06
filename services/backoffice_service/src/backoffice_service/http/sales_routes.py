"""Figures of the day: sales of a store in groups, with their export, and how a terminal stands."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.domain.access import Visitor
from backoffice_service.http.board_routes import date_of
from backoffice_service.http.office import Office
from backoffice_service.messaging.services import ServiceRefused
from backoffice_service.pages.sales import bars_of, spreadsheet
from tillday_contracts.business_dates import business_today
from tillday_contracts.report_messages import Flash, FlashReport, Sales, SalesReport, Snapshot, XReport

By = Literal["product", "hour", "cashier", "tender"]
GROUPS: Final[tuple[By, ...]] = get_args(By)
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

    @router.get("/stores/{store}/sales")
    async def sales(request: Request, store: str) -> Response:
        visitor = await office.visitor(request, "see_report", store)
        return await _sales(office, request, visitor, store)

    @router.get("/stores/{store}/sales.csv")
    async def exported(request: Request, store: str) -> Response:
        await office.visitor(request, "see_report", store)
        wanted = await _wanted(office, request, store)
        answer = await office.services.ask(wanted.question(store), Sales)
        name = f"sales-by-{wanted.by}-{wanted.first}-{wanted.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(spreadsheet(answer), media_type="text/csv; charset=utf-8", headers=headers)

    @router.get("/stores/{store}/terminals/{terminal}/figures")
    async def figures(request: Request, store: str, terminal: str) -> Response:
        visitor = await office.visitor(request, "see_report", store)
        return await _figures(office, request, visitor, (store, terminal))

    return router


async def _wanted(office: Office, request: Request, store: str) -> Wanted:
    content = (await office.facts(store)).settings
    today = business_today(office.now(), time_zone=content.time_zone, rollover=content.rollover)
    asked = request.query_params
    first = date_of(asked.get("first", "")) or today
    by = next((one for one in GROUPS if one == asked.get("by")), GROUPS[0])
    return Wanted(first, date_of(asked.get("last", "")) or max(first, today), by)


async def _sales(office: Office, request: Request, visitor: Visitor, store: str) -> Response:
    facts, speech = await office.facts(store), await office.speech(request, store)
    wanted = await _wanted(office, request, store)
    said, answer = "", Sales(currency=facts.settings.currency, rows=(), total=0)
    try:
        answer = await office.services.ask(wanted.question(store), Sales)
    except ServiceRefused as error:
        said = error.refusal.text
    values: dict[str, Any] = {
        "visitor": visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "sales",
        "wanted": wanted,
        "bars": bars_of(answer),
        "sales": answer,
        "names": facts.names,
        "speech": speech,
        "said": said,
    }
    return office.draw(request, "sales.html", values, status=409 if said else 200)


async def _figures(office: Office, request: Request, visitor: Visitor, where: tuple[str, str]) -> Response:
    store, terminal = where
    facts = await office.facts(store)
    snapshot = flash = None
    try:
        flash = await office.services.ask(FlashReport(store=store, terminal=terminal), Flash)
        snapshot = await office.services.ask(XReport(store=store, terminal=terminal), Snapshot)
    except ServiceRefused as error:
        if error.refusal.code not in NOTHING_YET:
            raise
    values: dict[str, Any] = {
        "visitor": visitor,
        "store": store,
        "store_name": facts.settings.name,
        "part": "terminals",
        "terminal": terminal,
        "snapshot": snapshot,
        "flash": flash,
        "tender_names": {one.tender: one.name for one in facts.settings.tenders},
        "names": facts.names,
        "speech": await office.speech(request, store),
    }
    return office.draw(request, "figures.html", values)
