"""A cash-up report: on the screen, as a file for printing, and once more on paper at its terminal."""

from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.messaging.services import ServiceAway, ServiceRefused
from backoffice_service.pages.cash_ups import copies_of, lines_of
from backoffice_service.pages.paper import pdf_of
from tillday_contracts.command_messages import (
    CommandOrdered,
    OrderReprint,
    TerminalCommandList,
    TerminalCommands,
)
from tillday_contracts.report_messages import CashUp, CashUpReport, CashUps

WRONG: Final = "Only what a terminal printed itself can be printed there again."


def cash_up_routes(office: Office) -> APIRouter:
    """Return the routes of cash-up reports."""
    router = APIRouter(include_in_schema=False)
    path = "/stores/{store}/cash-ups/{session}"
    see, order = desk_of(office, "see_report"), desk_of(office, "order_reprint")

    @router.get(f"{path}.pdf")
    async def as_pdf(session: str, desk: Desk = see) -> Response:
        return await _pdf(desk, session)

    @router.get(path)
    async def cash_up(session: str, desk: Desk = see) -> Response:
        return await _page(desk, session)

    @router.get(f"{path}/copies")
    async def copies(session: str, desk: Desk = see) -> Response:
        reports = await _reports(desk, session)
        return desk.draw("copies.html", "terminals", await _values(desk, session, reports))

    @router.post(f"{path}/reprint")
    async def reprint(session: str, desk: Desk = order) -> Response:
        try:
            await _order(desk, session)
        except Declined as declined:
            return await _page(desk, session, declined)
        return see_other(f"/stores/{desk.store}/cash-ups/{session}#copies")

    return router


async def _reports(desk: Desk, session: str) -> tuple[CashUp, ...]:
    answer = await desk.ask(CashUpReport(store=desk.store, session_id=session), CashUps)
    return answer.reports


async def _page(desk: Desk, session: str, declined: Declined | None = None) -> Response:
    reports = await _reports(desk, session)
    values = await _values(desk, session, reports)
    return desk.draw("cash-up.html", "terminals", values, declined=declined)


async def _values(desk: Desk, session: str, reports: tuple[CashUp, ...]) -> dict[str, object]:
    """Return what both pages need; without the store service a report can be read all the same."""
    try:
        told = await desk.ask(TerminalCommands(store=desk.store), TerminalCommandList)
        copies = copies_of(told.commands, reports)
    except (ServiceAway, ServiceRefused):
        copies = None
    waiting = any(one.is_waiting for one in copies or ())
    own = [one for one in reports if one.source == "terminal"]
    return {
        "reports": reports,
        "session": session,
        "copies": copies,
        "waiting": waiting,
        "can_reprint": bool(own) and desk.visitor.may("order_reprint", desk.store),
    }


async def _pdf(desk: Desk, session: str) -> Response:
    reports = await _reports(desk, session)
    if not reports:
        raise HTTPException(404)
    tenders = {one.tender: one.name for one in desk.facts.settings.tenders}
    papers = [lines_of(one, desk.speech, desk.facts.names, tenders) for one in reports]
    title = desk.speech.text("Cash-up report")
    headers = {"Content-Disposition": f'inline; filename="{reports[0].number}.pdf"'}
    return Response(pdf_of(papers, title=title), media_type="application/pdf", headers=headers)


async def _order(desk: Desk, session: str) -> None:
    own = next((one for one in await _reports(desk, session) if one.source == "terminal"), None)
    if own is None:
        raise desk.wrong(WRONG)
    wish = desk.wish(OrderReprint, wrong=WRONG, terminal=own.terminal, document=own.number)
    details = {"terminal": own.terminal, "document": own.number}
    await desk.order(
        wish, CommandOrdered, lambda answer: answer.command_id, action="order_reprint", details=details
    )
