"""Explaining a difference: a till's events replayed to what its drawer should hold, line by line."""

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.http.desk import Desk, desk_of
from backoffice_service.http.office import Office
from backoffice_service.pages.explain import event_rows, picture_of
from tillday_contracts.explain_messages import ExplainTill, TillExplained


def explain_routes(office: Office) -> APIRouter:
    """Return the route of an explained till."""
    router = APIRouter(include_in_schema=False)
    see = desk_of(office, "see_report")

    @router.get("/stores/{store}/terminals/{terminal}/tills/{session}/explain")
    async def explained(session: str, desk: Desk = see) -> Response:
        return await _page(desk, session)

    return router


async def _page(desk: Desk, session: str) -> Response:
    told = await desk.ask(_question(desk, session), TillExplained)
    tenders = {one.tender: one for one in desk.facts.settings.tenders}
    known = tenders.get(told.tender)
    currency = known.currency if known else desk.facts.settings.currency
    unknown = [one for one in told.tenders if one not in tenders]
    values = {
        "told": told,
        "tenders": [*(one for one in tenders if one in told.tenders), *unknown],
        "currency": currency,
        "rows": event_rows(told, currency, desk.speech, desk.facts.names),
        "picture": picture_of(told.begins, told.curve),
    }
    return desk.draw("explain.html", "terminals", values)


def _question(desk: Desk, session: str) -> ExplainTill:
    """Return what is asked; a tender or a line that makes no sense is none."""
    until = desk.asked("until")
    line = int(until) if until.isascii() and until.isdigit() and len(until) < 10 else 0
    known = {"store": desk.store, "session_id": session, "until": line or None}
    try:
        return ExplainTill.model_validate({**known, "tender": desk.asked("tender") or None})
    except ValidationError:
        return ExplainTill.model_validate(known)
