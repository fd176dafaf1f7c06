"""A store's balance: what its closed sessions took, and what those took that are not closed yet."""

from collections.abc import Iterable, Sequence
from datetime import date

from tillday_contracts.balance_messages import Balance, BalanceSession
from tillday_contracts.rescue_messages import RescueTender

CLOSED = frozenset({"closed_front", "closed_back", "closed", "posted"})
"""A rescue session counts once it is closed, like any other."""


def balance_of(store: str, day: date | None, sessions: Sequence[BalanceSession]) -> Balance:
    """Return the balance of the sessions of a date."""
    return Balance(
        store=store,
        business_date=day,
        balance=_added(session for session in sessions if session.counts),
        waiting=_added(session for session in sessions if not session.counts),
        sessions=tuple(sessions),
    )


def _added(sessions: Iterable[BalanceSession]) -> tuple[RescueTender, ...]:
    sums: dict[str, int] = {}
    for session in sessions:
        for part in session.tenders:
            sums[part.tender] = sums.get(part.tender, 0) + part.amount
    return tuple(RescueTender(tender=name, amount=sums[name]) for name in sorted(sums))
