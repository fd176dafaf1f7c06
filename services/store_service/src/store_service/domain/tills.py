"""What is known here of the tills: their sessions as the till service tells them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillday_contracts.entries import TenderAmount
from tillday_contracts.ids import SessionId, TerminalCode, TillCode
from tillday_contracts.parts import Claim
from tillday_contracts.till_messages import SessionStatus, TillSessionChanged
from tillday_contracts.wishes import DesiredTill

FINAL: Final[frozenset[SessionStatus]] = frozenset({"closed_front", "closed_back", "posted"})


@dataclass(frozen=True, slots=True)
class KnownSession:
    """A session of a till. `place` counts the till's sessions in the order in which they became known."""

    session_id: SessionId
    terminal: TerminalCode
    till: TillCode
    business_date: date
    status: SessionStatus
    place: int
    late: bool = False
    close_wished: bool = False
    kept: tuple[TenderAmount, ...] = ()
    last_receipt: int = 0
    last_cash_up: int = 0


def session_after(
    event: TillSessionChanged, known: KnownSession | None, previous: KnownSession | None
) -> KnownSession:
    """Return a session after an event. `previous` is the till's newest session, which a new one follows.

    What a session that is not counted yet cannot say (kept, last numbers) stays what the previous one said;
    also where the back office gave it up before it was counted, and where it is only told to be posted.
    """
    before = known or previous
    place = known.place if known is not None else (0 if previous is None else previous.place + 1)
    counted = event.status in FINAL and (event.status == "closed_front" or bool(event.kept))
    told = counted or before is None
    return KnownSession(
        session_id=event.session_id,
        terminal=event.terminal,
        till=event.till,
        business_date=event.business_date,
        status=event.status,
        place=place,
        late=event.late,
        close_wished=event.close_wished,
        kept=event.kept if told or event.kept or before is None else before.kept,
        last_receipt=event.last_receipt or (0 if before is None else before.last_receipt),
        last_cash_up=event.last_cash_up or (0 if before is None else before.last_cash_up),
    )


def newest(till: TillCode, sessions: Iterable[KnownSession]) -> KnownSession | None:
    """Return the till's newest session. A late one of an older date never stands before a newer day's."""
    of_till = [session for session in sessions if session.till == till]
    return max(of_till, key=lambda s: (s.business_date if s.late else date.max, s.place), default=None)


@dataclass(frozen=True, slots=True)
class Host:
    """Who has a till, and how often it changed hands."""

    terminal: TerminalCode
    turn: int = 0


def desired_till(
    till: TillCode,
    sessions: Iterable[KnownSession],
    claims: tuple[Claim, ...] = (),
    *,
    host: Host | None = None,
    members: tuple[TerminalCode, ...] = (),
) -> DesiredTill:
    """Return what a terminal is told of its till: its newest session, and what its next count asks for.

    `members` are the guests of that session.
    """
    told = _shared(till, newest(till, sessions), host, members)
    session = newest(till, sessions)
    if session is None:
        return told.model_copy(update={"claims": claims})
    return told.model_copy(
        update={
            "kept": session.kept,
            "claims": claims,
            "last_receipt": session.last_receipt,
            "last_cash_up": session.last_cash_up,
        }
    )


def joined_till(
    till: TillCode,
    sessions: Iterable[KnownSession],
    *,
    host: Host | None,
    members: tuple[TerminalCode, ...],
) -> DesiredTill:
    """Return what a guest is told of the till that it asked to join: nothing of its money."""
    return _shared(till, newest(till, sessions), host, members)


def _shared(
    till: TillCode, session: KnownSession | None, host: Host | None, members: tuple[TerminalCode, ...]
) -> DesiredTill:
    return DesiredTill(
        till=till,
        session_id=session.session_id if session is not None else None,
        status=session.status if session is not None else "none",
        members=members if session is not None else (),
        host=host.terminal if host is not None else None,
        turn=host.turn if host is not None else 0,
        business_date=session.business_date if session is not None else None,
        close_wished=session is not None and session.close_wished,
    )
