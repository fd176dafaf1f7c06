"""A till that T1 hosts and T2 sells into, as each of the two knows it."""

from agent_shop import TODAY, after, desired, place
from terminal_agent.core.commands import (
    Place,
)
from terminal_agent.core.guest import (
    Here,
)
from terminal_agent.core.terminal import Terminal
from terminal_agent.core.till import Till
from tillday_contracts.entries import (
    CashUpStarted,
    GuestsTold,
    InitialCountConfirmed,
    OpeningTender,
    Position,
    TenderAmount,
    TillJoined,
    TillStarted,
)
from tillday_contracts.sharing_entries import GuestTender, GuestTotals
from tillday_contracts.wishes import Desired, DesiredTill

SHARED = "5" * 32
JOINED = TillJoined(session_id=SHARED, till="TILL1", host="T1", business_date=TODAY, by="CASHIER-1")
ASKED = Terminal(business_date=TODAY, asked=("TILL1", "CASHIER-1"))
HERE = Here("T2", online=True, pending=False)
KEPT = (TenderAmount(tender="cash", amount=15_000),)


def told(status: str = "open", **changes: object) -> Desired:
    """What the back office tells T2 of the till that it asked to join, beside its own."""
    values: dict[str, object] = {
        "till": "TILL1",
        "session_id": SHARED,
        "status": status,
        "host": "T1",
        "business_date": TODAY,
    }
    own = DesiredTill(till="TILL2", host="T2")
    return desired(tills=(own, DesiredTill.model_validate(values | changes)), business_date=TODAY)


def at_guest(**changes: object) -> Place:
    return place()._replace(terminal="T2", till="TILL2", **changes)  # type: ignore[arg-type]


def guest() -> Till:
    return after(Till(), (JOINED,))


def counting(guests: tuple[GuestTotals, ...] | None = None) -> Till:
    """The host's till in its closing count, 15000 counted in the morning."""
    start = TillStarted(session_id=SHARED, till="TILL1", business_date=TODAY, by="CASHIER-1", expected=KEPT)
    cash = OpeningTender(tender="cash", expected=15_000, counted=15_000, difference=0)
    opened = InitialCountConfirmed(session_id=SHARED, business_date=TODAY, by="CASHIER-1", tenders=(cash,))
    till = after(Till(), (start, opened, CashUpStarted(session_id=SHARED, by="CASHIER-1")))
    if guests is None:
        return till
    return after(till, (GuestsTold(session_id=SHARED, by="CASHIER-1", guests=guests),))


def brought(sales: int) -> GuestTotals:
    at = Position(epoch="e" * 16, seq=9, hash="f" * 64)
    return GuestTotals(terminal="T2", positions=(at,), tenders=(GuestTender(tender="cash", sales=sales),))
