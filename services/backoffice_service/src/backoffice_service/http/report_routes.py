"""Reports on the screen: the cash-up report as it was printed, alarms, and the audit trail."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from backoffice_service.http.office import Office
from backoffice_service.persistence import audit
from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_contracts.report_messages import CashUpReport, CashUps

ACTS_A_PAGE: Final = 100


def report_routes(office: Office) -> APIRouter:
    """Return the routes of what is only read."""
    router = APIRouter(include_in_schema=False)

    @router.get("/stores/{store}/cash-ups/{session}")
    async def cash_up(request: Request, store: str, session: str) -> Response:
        visitor = await office.visitor(request, "see_report", store)
        speech = await office.speech(request, store)
        facts = await office.facts(store)
        question = CashUpReport(store=store, session_id=session)
        answer = await office.services.ask(question, CashUps)
        values = {
            "visitor": visitor,
            "store": store,
            "store_name": facts.settings.name,
            "part": "terminals",
            "reports": answer.reports,
            "names": facts.names,
            "tender_names": {one.tender: one.name for one in facts.settings.tenders},
            "speech": speech,
        }
        return office.draw(request, "cash-up.html", values)

    @router.get("/stores/{store}/alarms")
    async def alarms(request: Request, store: str) -> Response:
        visitor = await office.visitor(request, "see_alarms", store)
        facts = await office.facts(store)
        answer = await office.services.ask(Alarms(store=store, cleared=True), AlarmList)
        values = {
            "visitor": visitor,
            "store": store,
            "store_name": facts.settings.name,
            "part": "alarms",
            "alarms": answer.alarms,
            "speech": await office.speech(request, store),
        }
        return office.draw(request, "alarms.html", values)

    @router.get("/stores/{store}/audit")
    async def trail(request: Request, store: str) -> Response:
        visitor = await office.visitor(request, "see_audit", store)
        facts = await office.facts(store)
        before = request.query_params.get("before", "")
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
        async with office.database.connection() as connection:
            acts = await audit.read(connection, store, before=number, most=ACTS_A_PAGE)
        values = {
            "visitor": visitor,
            "store": store,
            "store_name": facts.settings.name,
            "part": "audit",
            "acts": acts,
            "a_page": ACTS_A_PAGE,
            "names": facts.names,
            "speech": await office.speech(request, store),
        }
        return office.draw(request, "audit.html", values)

    return router
