"""How a till session moves forward: by the entries of its terminal, or by what a later epoch told."""

from dataclasses import replace
from typing import Final

from till_service.domain.closes import BackClose, Close
from till_service.domain.sessions import (
    STATUS,
    ClosedInBack,
    ClosedInFront,
    ClosingCount,
    Ended,
    Open,
    OpeningCount,
    TillSession,
    restore,
    status_of,
    wish_of,
)
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    CountAttempted,
    InitialCountConfirmed,
    TenderConfirmed,
    TillClosed,
)

SessionEntry = (
    InitialCountConfirmed
    | CashUpStarted
    | CashUpCancelled
    | CloseHeard
    | TillClosed
    | CountAttempted
    | TenderConfirmed
)


def evolve(session: TillSession, entry: SessionEntry, close: Close | None = None) -> TillSession:
    """Return the session after an entry; one that means nothing in this state leaves it as it is.

    Total on purpose: the terminal refuses, the ledger records. A close is believed from every state that is
    not final, because the money was counted whether or not the steps before it arrived intact. `close` is
    the close that a TillClosed entry tells of. What the back office wished closed is closed there.
    """
    match session, entry:
        case OpeningCount(facts), InitialCountConfirmed():
            return Open(facts)
        case Open(facts, wish), CashUpStarted():
            return ClosingCount(facts, wish)
        case ClosingCount(facts, wish), CashUpCancelled():
            return Open(facts, wish)
        case ((Open(facts, BackClose() as wish) | ClosingCount(facts, BackClose() as wish)), CloseHeard()):
            return ClosedInBack(facts, None, wish)
        case ((Open(facts, BackClose() as wish) | ClosingCount(facts, BackClose() as wish)), TillClosed()):
            return ClosedInBack(facts, close, wish)
        case ((OpeningCount(facts) | Open(facts) | ClosingCount(facts)), TillClosed()):
            return ClosedInFront(facts, close)
        case Ended(_, None) as closed, TillClosed():
            return replace(closed, close=close)
        case _:
            return session


ORDER: Final[tuple[type[TillSession], ...]] = (OpeningCount, Open, ClosingCount, ClosedInFront)


def moved_forward(session: TillSession, status: str) -> TillSession:
    """Return a session after a later epoch told its status: moved forward or left, never back."""
    words = [STATUS[kind] for kind in ORDER]
    told = "closed_front" if status == "closed_back" else status
    known = status_of(session)
    if told not in words or known not in words or words.index(told) <= words.index(known):
        return session
    wish = wish_of(session)
    wished = "closed_back" if wish is not None and told == "closed_front" else told
    return restore(session.facts, wished, None, back=wish)


def openings(entry: InitialCountConfirmed) -> dict[str, TenderTotals]:
    """Return what an opening count puts into each tender: the counted amount."""
    return {tender.tender: TenderTotals(opening=tender.counted) for tender in entry.tenders}
