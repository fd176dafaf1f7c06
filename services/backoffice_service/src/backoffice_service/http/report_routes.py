"""Reports on the screen: the cash-up report as it was printed, alarms, and the audit trail."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.office import Office
from backoffice_service.persistence import audit
from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_contracts.report_messages import CashUpReport, CashUps

ACTS_A_PAGE: Final = 100


def report_routes(office: Office) -> APIRouter:
    """Return the routes of what is only read."""
    router = APIRouter(include_in_schema=False)
    of_report, of_alarms, of_audit = (
        desk_of(office, action) for action in ("see_report", "see_alarms", "see_audit")
    )

    @router.get("/stores/{store}/cash-ups/{session}")
    async def cash_up(session: str, desk: Desk = of_report) -> Response:
        answer = await desk.ask(CashUpReport(store=desk.store, session_id=session), CashUps)
        return desk.draw("cash-up.html", "terminals", {"reports": answer.reports})

    @router.get("/stores/{store}/alarms")
    async def alarms(desk: Desk = of_alarms) -> Response:
        answer = await desk.ask(Alarms(store=desk.store, cleared=True), AlarmList)
        return desk.draw("alarms.html", "alarms", {"alarms": answer.alarms})

    @router.get("/stores/{store}/audit")
    async def trail(desk: Desk = of_audit) -> Response:
        before = desk.asked("before")
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
        async with office.database.connection() as connection:
            acts = await audit.read(connection, desk.store, before=number, most=ACTS_A_PAGE)
        return desk.draw("audit.html", "audit", {"acts": acts, "a_page": ACTS_A_PAGE})

    return router
