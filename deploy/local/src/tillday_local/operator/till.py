"""What `tillday till` does: close a till from the back office when its terminal cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tillday_contracts.close_messages import (
    CloseTill,
    Evidence,
    NoEvidence,
    SayNoClose,
    ScannedReport,
    TillClosedInBack,
    TypedMember,
    TypedReport,
    TypedTender,
)
from tillday_contracts.messages import Done
from tillday_contracts.money import parse_minor
from tillday_contracts.report_messages import Board
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.whole_board import whole_board
from tillday_local.service_client import CommandRefused


class BadMember(ValueError):
    """Text that names no terminal with its code and short form; the text says how to write it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a person has of the terminal's own report: its code, or what is typed from it, or nothing.

    Amounts are as they are written, by tender; the store's settings say what they mean.
    """

    qr: str | None = None
    counted: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    members: Sequence[TypedMember] = ()

    def evidence(self, board: Board) -> Evidence:
        """Return what is known of the count. Raises NothingToAsk or InvalidAmount."""
        if self.qr is not None and (self.counted or self.kept or self.members):
            raise NothingToAsk("scan the report's code or type its amounts, not both")
        if self.qr is not None:
            return ScannedReport(payload=self.qr)
        if not self.counted:
            if self.kept or self.members:
                raise NothingToAsk("type what was counted too: --counted cash=190.00")
            return NoEvidence()
        unknown = sorted(set(self.kept) - set(self.counted))
        if unknown:
            raise NothingToAsk(f"type what was counted of {unknown[0]} too: --counted {unknown[0]}=190.00")
        tenders = tuple(self._typed(tender, board) for tender in self.counted)
        return TypedReport(tenders=tenders, members=tuple(self.members))

    def _typed(self, tender: str, board: Board) -> TypedTender:
        currency = board.currencies.get(tender, board.currency)
        kept = self.kept.get(tender)
        return TypedTender(
            tender=tender,
            counted=parse_minor(self.counted[tender], currency),
            kept=None if kept is None else parse_minor(kept, currency),
        )


def read_member(text: str) -> TypedMember:
    """Return the terminal, code and short form of `T1:AB12C:0123456789AB`; raises BadMember."""
    try:
        terminal, code, short = (part.strip() for part in text.split(":"))
        return TypedMember(terminal=terminal, code=code.upper(), short_form=short)
    except ValueError:
        raise BadMember(
            f"{text[:40]!r} is not TERMINAL:CODE:SHORT-FORM: write them as they stand under the report's code"
        ) from None


def chosen_session(board: Board, till: str | None, session: str | None) -> str:
    """Return the session that is meant: the one named, else the only one that runs (in that till).

    Raises NothingToAsk.
    """
    if session is not None:
        return session
    running = [
        (known.till, known.session_id)
        for terminal in board.terminals
        for known in terminal.sessions
        if known.closed_at is None and till in (None, known.till)
    ]
    where = f"till {till}" if till is not None else f"the store {board.store}"
    if not running:
        raise NothingToAsk(f"no session runs in {where}, as far as the back office knows: name it, --session")
    if len(running) > 1:
        tills = ", ".join(sorted({code for code, _ in running}))
        raise NothingToAsk(f"several sessions run ({tills}): name the till, --till, or the --session")
    return running[0][1]


async def close_till(
    asking: Asking, *, till: str | None, session: str | None, reason: str, paper: Paper
) -> int:
    """Close a till whose terminal is out of reach, with what the printed report says where there is one."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            board = await whole_board(client, asking.store)
            named: dict[str, object] = {
                "session_id": chosen_session(board, till, session),
                "reason": reason,
                "evidence": paper.evidence(board),
            }
            command = CloseTill.model_validate({**asking.command(), **named})
            answer = await client.ask(command, TillClosedInBack)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, f"Close {answer.number}: {standing_of(command.session_id, answer)}")
    return 0


def standing_of(session: str, answer: TillClosedInBack) -> str:
    """Return what a close from the back office came to, for people."""
    if answer.status in ("open", "closing_count"):
        return (
            f"the terminal answers, so it hears first that session {session} is to be closed. It finishes "
            "its receipt, sells no more and asks for the cash-up. Should it fall silent, close it again."
        )
    return f"the session {session} is {answer.status.replace('_', ' ')}."


async def say_no_close(asking: Asking, *, session: str, reason: str) -> int:
    """Say that a till's own close will never come: what the ledger holds now is what was sold."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            named = {"session_id": session, "reason": reason}
            answer = await client.ask(SayNoClose.model_validate({**asking.command(), **named}), Done)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, f"The session {session} holds what the ledger has now; no other close is awaited.")
    return 0
