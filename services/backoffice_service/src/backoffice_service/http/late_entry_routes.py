"""One late entry: both journals side by side, where its money lay, and its decision or repair."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter, Depends, HTTPException, Path
from fastapi.responses import Response
from pydantic import ValidationError

from backoffice_service.domain.late_entries import named_count, seen_entry
from backoffice_service.domain.repair_reach import is_showable
from backoffice_service.http.approval import approver_of
from backoffice_service.http.desk import Declined, Desk, desk_of
from backoffice_service.http.office import Office, see_other
from backoffice_service.http.repair import drawn, effect, sound_body, words_of
from backoffice_service.pages.entry_changes import told_rows
from backoffice_service.pages.journals import count_rows, line_rows
from backoffice_service.pages.rescues import Amounts, order_rows
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    RejectRescued,
    RepairRescued,
    RescueDecided,
    RescueEntry,
    RescueJournals,
    RescueJournalsShown,
    RescueShown,
    ShowRescue,
)

Act = Literal["accept", "reject", "repair"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
KINDS: Final = {"sale": "SALE", "movement": "MOVEMENT"}
"""Entries of which a repair changes what was sold or paid, by their kind in a rescue session."""
WRONG: Final = "Check what you typed: a rejection or a repair needs a reason, of at most 120 characters."


@dataclass(frozen=True, slots=True)
class Where:
    """Which entry of which rescue session an address means."""

    session: Annotated[str, Path()]
    entry: Annotated[str, Path()]


def late_entry_routes(office: Office) -> APIRouter:
    """Return the routes of one late entry."""
    router = APIRouter(include_in_schema=False)
    path = "/stores/{store}/rescues/{session}/entries/{entry}"
    see, decide, there = desk_of(office, "see_store"), desk_of(office, "decide_rescue"), Depends(Where)

    @router.get(path)
    async def entry(where: Where = there, desk: Desk = see) -> Response:
        return await _page(desk, where)

    @router.post(f"{path}/repair/form")
    async def form(where: Where = there, desk: Desk = decide) -> Response:
        return await _page(desk, where)

    @router.post(f"{path}/repair/effect")
    async def shown(where: Where = there, desk: Desk = decide) -> Response:
        told = await _journals(desk, where)
        return effect(desk, _repairable(told.entry), told.entry.body)

    @router.post(f"{path}/{{act}}")
    async def change(act: str, where: Where = there, desk: Desk = decide) -> Response:
        known = next((one for one in ACTS if one == act), None)
        if known is None:
            raise HTTPException(404)
        try:
            await _carry_out(desk, where, known)
        except Declined as declined:
            return await _page(desk, where, declined)
        return see_other(f"/stores/{desk.store}/rescues/{where.session}/entries/{where.entry}?done={act}")

    return router


async def _carry_out(desk: Desk, where: Where, act: Act) -> None:
    wish = await _wish(desk, where, act)
    count = wish.count
    details: dict[str, object] = {
        "session": where.session,
        "entries": [where.entry[:12]],
        "decision": act,
        "reason": wish.reason,
        "count": f"{count.kind} {count.session_id}" if count else "",
    }
    if isinstance(wish, RepairRescued):
        details["approved_by"] = wish.approved_by
    await desk.order(wish, RescueDecided, lambda _: act, action="decide_rescue", details=details)


async def _wish(desk: Desk, where: Where, act: Act) -> AcceptRescued | RejectRescued | RepairRescued:
    """Return the command of a form. Raises Declined."""
    try:
        seen = seen_entry(where.entry, desk.field("decision"))
        count = named_count(desk.typed)
    except ValidationError:
        raise desk.wrong(WRONG) from None
    reason = desk.field("reason")
    known = {"session_id": where.session, "count": count}
    if act == "accept":
        return desk.wish(AcceptRescued, wrong=WRONG, **known, entries=(seen,), reason=reason or None)
    if act == "reject":
        no_cash = bool(desk.field("no_cash"))
        return desk.wish(RejectRescued, wrong=WRONG, **known, entries=(seen,), reason=reason, no_cash=no_cash)
    entry = (await _journals(desk, where)).entry
    body = sound_body(desk, _repairable(entry), entry.body)
    approved_by = await approver_of(desk, "decide_rescue")
    return desk.wish(
        RepairRescued, wrong=WRONG, **known, entry=seen, reason=reason, body=body, approved_by=approved_by
    )


async def _journals(desk: Desk, where: Where) -> RescueJournalsShown:
    question = RescueJournals(store=desk.store, session_id=where.session, entry=where.entry)
    return await desk.ask(question, RescueJournalsShown)


def _repairable(entry: RescueEntry) -> str:
    """Return which kind of entry is to be repaired. The request ends where it is none."""
    kind = KINDS.get(entry.kind)
    if kind is None or not is_showable(kind, entry.body):
        raise HTTPException(404)
    return kind


async def _page(desk: Desk, where: Where, declined: Declined | None = None) -> Response:
    around = ShowRescue(store=desk.store, session_id=where.session)
    told, rescue = await asyncio.gather(_journals(desk, where), desk.ask(around, RescueShown))
    speech, content = desk.speech, desk.facts.settings
    counts = count_rows(told.counts, content, speech)
    (row,) = order_rows([told.entry], Amounts(speech=speech, settings=content), desk.facts.names)
    kind, came, decision = KINDS.get(told.entry.kind), told.entry.body, told.entry.decision
    values = {
        "rescue": rescue.session,
        "entry": told.entry,
        "row": row,
        "counts": counts,
        "countable": {one.value: one for one in counts},
        "journals": [(one.terminal, line_rows(one, where.entry, speech)) for one in (told.host, told.other)],
        "form": drawn(desk, kind, came).form() if kind and is_showable(kind, came) else None,
        "changes": told_rows(decision.changes if decision else (), came, words_of(desk)),
    }
    return desk.draw("late-entry.html", "rescues", values, declined=declined)
