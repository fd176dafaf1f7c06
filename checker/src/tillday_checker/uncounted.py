"""Sessions whose count nobody knew when the till's next one began: what that opening was told of them.

A till that the back office closed without amounts goes on from what the ledger held of it then. What the
ledger learned later belongs to the next opening count, whose recorded difference has that money already.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from tillday_checker.course import Happened, Session
from tillday_checker.story import Told
from tillday_checker.sums import net_by_tender
from tillday_checker.world import Ledger

Arrivals = Mapping[str, int]
"""The place of each entry in the order in which the ledger took them, by its hash."""


def arrivals_in(ledger: Ledger | None) -> Arrivals:
    """Return in which order the ledger took its entries."""
    rows = ledger.journal if ledger is not None else ()
    return {row.hash: place for place, row in enumerate(rows)}


def followers(sessions: Iterable[Session]) -> dict[str, Session]:
    """Return by session the next one of its till that was counted at its opening."""
    found: dict[str, Session] = {}
    waiting: dict[tuple[str, str], list[str]] = {}
    for session in sessions:
        before = waiting.setdefault(session.key, [])
        if session.opened is not None:
            found |= dict.fromkeys(before, session)
            before.clear()
        before.append(session.started.session_id)
    return found


def told_of(session: Session, after: Session, tender: str, arrivals: Arrivals) -> int | None:
    """Return what the next session was told to be in the till, where no count of this one was known yet.

    None where a count was known, or where it is no amount that the ledger ever held of this session.
    """
    if session.opened is None or _was_known(session.closed_entry, after.start, arrivals):
        return None
    told = _kept_as_told(after, tender)
    return told if told in _ever_held(session, tender, arrivals) else None


def _was_known(closed: Told | None, start: Told, arrivals: Arrivals) -> bool:
    if closed is None:
        return False
    if (closed.terminal, closed.epoch) == (start.terminal, start.epoch):
        return True
    return arrivals.get(closed.hash, -1) <= arrivals.get(start.hash, -1)


def _kept_as_told(after: Session, tender: str) -> int:
    kept = after.started.kept or after.started.expected
    claimed = 0 if after.started.kept else after.claimed(tender)
    return sum(amount.amount for amount in kept if amount.tender == tender) - claimed


def _ever_held(session: Session, tender: str, arrivals: Arrivals) -> set[int]:
    """Return the amounts that were expected in the session at some moment, as its events arrived."""
    accepted = [one for one in session.events if not one.entry.quarantine]
    ordered = sorted(accepted, key=lambda one: arrivals.get(one.entry.hash, len(arrivals)))
    regular = [one for one in ordered if one.body.business_date == session.business_date]
    return {*_sums(session, tender, ordered), *_sums(session, tender, regular)}


def _sums(session: Session, tender: str, events: Iterable[Happened]) -> Iterator[int]:
    amounts = (net_by_tender([one.body]).get(tender, 0) for one in events)
    return accumulate(amounts, initial=session.opening(tender))
