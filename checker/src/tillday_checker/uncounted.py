"""Sessions whose count nobody knew when the till's next one began: what that opening was told of them.

A till that the back office closed without amounts goes on from what the ledger held of it then. What the
ledger learned later belongs to the next opening count, whose recorded difference has that money already.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from tillday_checker.course import Happened, Session
from tillday_checker.story import Told
from tillday_checker.sums import net_by_tender
from tillday_checker.world import Ledger


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The place of each entry in the order in which the ledger took them, and the sessions that came late."""

    places: Mapping[str, int]
    late: frozenset[str] = frozenset()

    def of(self, entry: Told, otherwise: int) -> int:
        """Return the place of an entry, something else for one that never arrived."""
        return self.places.get(entry.hash, otherwise)


def arrivals_in(ledger: Ledger | None) -> Arrivals:
    """Return in which order the ledger took its entries."""
    if ledger is None:
        return Arrivals({})
    late = frozenset(session.session_id for session in ledger.sessions if session.late)
    return Arrivals({row.hash: place for place, row in enumerate(ledger.journal)}, late)


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
    if session.opened is not None and _came_after_the_move(session, after, arrivals):
        return _kept_as_told(after, tender)
    if session.opened is None or _was_known(session.closed_entry, after.start, arrivals):
        return None
    told = _kept_as_told(after, tender)
    return told if told in _ever_held(session, tender, arrivals) else None


def _came_after_the_move(session: Session, after: Session, arrivals: Arrivals) -> bool:
    """Say whether the till had gone to another terminal before anybody there could hear of this session."""
    return session.started.session_id in arrivals.late and session.started.turn < after.started.turn


def _was_known(closed: Told | None, start: Told, arrivals: Arrivals) -> bool:
    if closed is None or closed.terminal != start.terminal:
        return False  # another terminal may have begun before the close, and been heard after it
    if (closed.terminal, closed.epoch) == (start.terminal, start.epoch):
        return True
    return arrivals.of(closed, -1) <= arrivals.of(start, -1)


def _kept_as_told(after: Session, tender: str) -> int:
    kept = after.started.kept or after.started.expected
    claimed = 0 if after.started.kept else after.claimed(tender)
    return sum(amount.amount for amount in kept if amount.tender == tender) - claimed


def _ever_held(session: Session, tender: str, arrivals: Arrivals) -> set[int]:
    """Return the amounts that were expected in the session at some moment, as its events arrived."""
    accepted = [one for one in session.events if not one.entry.quarantine]
    ordered = sorted(accepted, key=lambda one: arrivals.of(one.entry, len(arrivals.places)))
    regular = [one for one in ordered if one.body.business_date == session.business_date]
    return {*_sums(session, tender, ordered), *_sums(session, tender, regular)}


def _sums(session: Session, tender: str, events: Iterable[Happened]) -> Iterator[int]:
    amounts = (net_by_tender([one.body]).get(tender, 0) for one in events)
    return accumulate(amounts, initial=session.opening(tender))
