"""The terminals of a store: added and named, let in with a code that is shown once, rotated, cut off."""

from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.exports import kept_as
from backoffice_service.http.office import Office, see_other
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import StoreTerminalList, StoreTerminals
from tillday_contracts.messages import Done
from tillday_contracts.store_messages import RegisterTerminal, TerminalRegistered

WRONG: Final = (
    "Check what you typed: codes of 1 to 16 capital letters, digits, _ and -, and a name of at most 60 "
    "characters."
)
WRONG_REASON: Final = "Check what you typed: a reason of 1 to 120 characters."
SHOWN: Final = 12


def terminal_routes(office: Office) -> APIRouter:
    """Return the routes of a store's terminals."""
    router = APIRouter(include_in_schema=False)
    see, manage = desk_of(office, "see_settings"), desk_of(office, "manage_store")
    terminals = "/stores/{store}/settings/terminals"

    @router.get(terminals)
    async def every_terminal(desk: Desk = see) -> Response:
        return await _list(desk)

    @router.post(terminals)
    async def add(desk: Desk = manage) -> Response:
        code = desk.field("terminal").upper()
        try:
            await _register(desk, code, desk.field("till").upper())
        except Declined as declined:
            return await _list(desk, declined)
        return see_other(f"/stores/{desk.store}/settings/terminals/{code}?done=added")

    @router.get(f"{terminals}/{{terminal}}")
    async def one_terminal(terminal: str, desk: Desk = see) -> Response:
        return await _page(desk, terminal)

    @router.post(f"{terminals}/{{terminal}}/name")
    async def rename(terminal: str, desk: Desk = manage) -> Response:
        try:
            await _register(desk, terminal, await _till_of(desk, terminal))
        except Declined as declined:
            return await _page(desk, terminal, declined)
        return see_other(f"/stores/{desk.store}/settings/terminals/{terminal}?done=named")

    @router.post(f"{terminals}/{{terminal}}/code")
    async def code(terminal: str, desk: Desk = manage) -> Response:
        return await _issue(desk, terminal)

    @router.post(f"{terminals}/{{terminal}}/revoke")
    async def revoke(terminal: str, desk: Desk = manage) -> Response:
        try:
            await _revoke(desk, terminal)
        except Declined as declined:
            return await _page(desk, terminal, declined)
        return see_other(f"/stores/{desk.store}/settings/terminals/{terminal}?done=revoked")

    return router


async def _list(desk: Desk, declined: Declined | None = None) -> Response:
    answer = await desk.ask(StoreTerminals(store=desk.store), StoreTerminalList)
    values = {"terminals": answer.terminals, "steps": answer.steps[:SHOWN], "tab": "terminals"}
    return desk.draw("identities.html", "settings", values, declined=declined)


async def _register(desk: Desk, terminal: str, till: str) -> None:
    names = {"terminal": terminal, "till": till, "name": desk.field("name")}
    wish = desk.wish(RegisterTerminal, wrong=WRONG, **names)
    # The answer holds the terminal's secrets: nothing of it is shown or kept.
    await desk.order(wish, TerminalRegistered, lambda _: "done", action="manage_store", details=names)


async def _till_of(desk: Desk, terminal: str) -> str:
    answer = await desk.ask(StoreTerminals(store=desk.store), StoreTerminalList)
    known = next((one for one in answer.terminals if one.terminal == terminal), None)
    if known is None:
        raise HTTPException(404)
    return known.till


async def _issue(desk: Desk, terminal: str) -> Response:
    """Show a new code, or send it as an invitation; whoever loses it asks for another one."""
    kind = desk.field("kind")
    asked = {"terminal": terminal, "rotate": kind == "rotate", "compromised": kind == "compromised"}
    try:
        wish = desk.wish(IssueEnrolmentCode, wrong=WRONG, **asked)
        details = {"terminal": terminal, "code": kind or "enrol"}
        issued = await desk.order(
            wish, EnrolmentCodeIssued, lambda _: "done", action="manage_store", details=details
        )
    except Declined as declined:
        return await _page(desk, terminal, declined)
    if desk.field("as") == "file" and desk.office.invite is not None:
        text = desk.office.invite(issued.code).model_dump_json()
        return kept_as(f"invitation-{terminal}.json", text, "application/json")
    return await _page(desk, terminal, issued=issued)


async def _revoke(desk: Desk, terminal: str) -> None:
    reason = desk.field("reason")
    wish = desk.wish(RevokeTerminal, wrong=WRONG_REASON, terminal=terminal, reason=reason)
    details = {"terminal": terminal, "reason": reason}
    await desk.order(wish, Done, lambda _: "revoked", action="manage_store", details=details)


async def _page(
    desk: Desk,
    terminal: str,
    declined: Declined | None = None,
    issued: EnrolmentCodeIssued | None = None,
) -> Response:
    answer = await desk.ask(StoreTerminals(store=desk.store), StoreTerminalList)
    known = next((one for one in answer.terminals if one.terminal == terminal), None)
    if known is None:
        raise HTTPException(404)
    values = {
        "terminal": known,
        "steps": [step for step in answer.steps if step.terminal == terminal][:SHOWN],
        "issued": issued,
        "files": desk.office.invite is not None,
        "tab": "terminals",
    }
    return desk.draw("identity.html", "settings", values, declined=declined)
