"""Invariant 20, second half: at each count, recorded difference + settlements = settled difference.

Every event of a till belongs to one count: the cash-up of the session that it names, where it is the host's
own or that cash-up covers it; else the first count after it. Computed here from the journals alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tillday_checker.course import Course, Happened, Session, TillKey, course_of
from tillday_checker.decided import Decided, decided_in
from tillday_checker.rescue import last_decisions
from tillday_checker.story import Told, ledger_story
from tillday_checker.sums import expected_by_tender, net_by_tender, parts_of
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import Ledger, Placement, SettlementRow, World
from tillday_contracts.entries import Adjustment

OPENING, CASH_UP = "opening", "cash_up"
COUNTED: Final = frozenset({"session", "rescue", "rejected"})
"""Where money came, whatever it was for: what was paid for a rejected receipt lay in the drawer as well."""
NOWHERE: Final = ("", "")
Key = tuple[str, str, str]
"""A count: session, kind, tender."""


@dataclass(frozen=True, slots=True)
class Count:
    """A count of one tender; `found` is what was there before the till's first one."""

    session_id: str
    kind: str
    expected: int
    counted: int
    moved: int = 0
    brought: int = 0

    @property
    def found(self) -> int:
        """What a first count starts from: nothing is known before it but what it expected."""
        return self.expected - self.brought if self.kind == OPENING else 0


def settlements_are_due(world: World) -> Found:
    """20: what the ledger added to a recorded difference is what the count's own events leave of it.

    What no count has and no amount tells of is asked for, and nothing else is.
    """
    ledger = world.ledger
    if ledger is None or ledger.settlements is None:
        return
    story = ledger_story(world)
    course, said = course_of(story), decided_in(ledger)
    stated, asked = _stated(ledger.settlements), _asked(ledger)
    for key, sessions in _tills(course, story, ledger).items():
        places = _Places(world, ledger)
        due, claims = _due(sessions, said, places, list(_adjustments(story)))
        own = {session.started.session_id for session in sessions}
        for count in sorted(due.keys() | {one for one in stated if one[0] in own}):
            if due[count] != stated[count]:
                text = f"{count[2]}: {stated[count]} settles the {count[1]}, {due[count]} is due"
                yield Violation(20, text, f"{key[0]}, till {key[1]}, session {count[0]}")
        events = {one.entry.hash for session in sessions for one in session.events}
        for event in sorted(claims.keys() | {one for one in asked if one[0] in events}):
            if claims[event] != asked[event]:
                text = f"{event[1]}: {asked[event]} is asked for, {claims[event]} is in no count"
                yield Violation(20, text, f"{key[0]}, till {key[1]}, entry {event[0]}")


def _stated(rows: Iterable[SettlementRow]) -> Counter[Key]:
    stated: Counter[Key] = Counter()
    for row in rows:
        stated[row.session_id, row.kind, row.tender] += row.amount
    return stated


def _asked(ledger: Ledger) -> Counter[tuple[str, str]]:
    asked: Counter[tuple[str, str]] = Counter()
    for claim in ledger.claims:
        asked[claim.event, claim.tender] += claim.amount
    return asked


def _tills(course: Course, story: Iterable[Told], ledger: Ledger) -> dict[TillKey, list[Session]]:
    """Return the sessions of each till whose journals tell everything, and of which nothing waits.

    What a journal that was left did has an order of its own.
    """
    tills: dict[TillKey, list[Session]] = defaultdict(list)
    for session in course.sessions.values():
        tills[session.key].append(session)
    left = {entry.terminal for entry in story if entry.quarantine}
    apart = {row.session_id for row in ledger.sessions if row.recovered} | course.restated
    return {
        key: sessions
        for key, sessions in tills.items()
        if key not in ledger.unsettled
        and not any(one.started.session_id in apart or one.start.terminal in left for one in sessions)
    }


class _Places:
    """Where the ledger holds each event, and what a person said of its money."""

    def __init__(self, world: World, ledger: Ledger) -> None:
        self._places: Mapping[str, Placement] = {row.hash: row.placement for row in ledger.placed}
        self._words = last_decisions(world)

    def counted(self, one: Happened) -> bool:
        word = self._words.get(one.entry.hash)
        return self._places.get(one.entry.hash) in COUNTED and not (word is not None and word.no_cash)

    def named(self, one: Happened) -> tuple[str, str] | None:
        word = self._words.get(one.entry.hash)
        if word is None or word.named_session is None or word.named_kind is None:
            return None
        return word.named_session, word.named_kind

    def held(self, one: Happened) -> bool:
        return self._places.get(one.entry.hash) == "session"


def _adjustments(story: Iterable[Told]) -> Iterator[Adjustment]:
    return (one.body for one in story if isinstance(one.body, Adjustment) and not one.quarantine)


def _due(
    sessions: list[Session], said: Decided, places: _Places, adjustments: list[Adjustment]
) -> tuple[Counter[Key], Counter[tuple[str, str]]]:
    """Return what settles each count, and the late money by event and tender that no count has yet."""
    due: Counter[Key] = Counter()
    claims: Counter[tuple[str, str]] = Counter()
    for tender in sorted({name for session in sessions for name in _tenders_of(session, said)}):
        counts = [count for one in sessions for count in _counts(one, tender, said, places)]
        belonging = _belonging(sessions, counts, (tender, places), claims)
        for word in adjustments:
            if word.tender == tender:
                belonging[word.corrects, CASH_UP] += word.amount
        left: int | None = None
        for count in counts:
            before = count.found if left is None else left
            events = belonging[count.session_id, count.kind]
            settled = count.counted - before - count.brought - events
            due[count.session_id, count.kind, tender] = settled - (count.counted - count.expected)
            left = count.counted - count.moved
    return due, claims


def _tenders_of(session: Session, said: Decided) -> set[str]:
    report = said.counted_by_report(session)
    told = [one.tender for one in report.tenders] if report else []
    closed = [one.tender for one in session.closed.tenders] if session.closed else []
    return {*told, *closed, *(one.tender for one in (session.opened.tenders if session.opened else ()))}


def _counts(session: Session, tender: str, said: Decided, places: _Places) -> Iterator[Count]:
    session_id = session.started.session_id
    for opened in session.opened.tenders if session.opened else ():
        if opened.tender == tender:
            brought = session.float_moved(tender)
            yield Count(session_id, OPENING, opened.expected, opened.counted, brought=brought)
    for closed in session.closed.tenders if session.closed else ():
        if closed.tender == tender:
            yield Count(session_id, CASH_UP, closed.expected, closed.counted, closed.moved)
    report = said.counted_by_report(session)
    for told in report.tenders if report else ():
        if told.tender == tender:
            held = [one.body for one in session.events if places.held(one)]
            expected = expected_by_tender(parts_of(held, session.opened)).get(tender, 0)
            yield Count(session_id, CASH_UP, expected, told.counted, told.counted - told.left)


def _belonging(
    sessions: list[Session],
    counts: list[Count],
    of: tuple[str, _Places],
    claims: Counter[tuple[str, str]],
) -> Counter[tuple[str, str]]:
    """Return per count what the events that belong to it brought; late ones without a count are `claims`."""
    tender, places = of
    order = {session.started.session_id: place for place, session in enumerate(sessions)}
    known = {(count.session_id, count.kind) for count in counts}
    found: Counter[tuple[str, str]] = Counter()
    for session in sessions:
        for one in session.events:
            if not places.counted(one):
                continue
            amount, named = net_by_tender([one.body]).get(tender, 0), places.named(one)
            own = places.held(one) or session.hosts(one.entry)
            home = _home(session.started.session_id, counts, order, own=own)
            home = named if named is not None and named in known else home
            found[home] += amount
            if home == NOWHERE and amount and not places.held(one):
                claims[one.entry.hash, tender] += amount
    return found


def _home(session_id: str, counts: list[Count], order: Mapping[str, int], *, own: bool) -> tuple[str, str]:
    """Return the count of an event; of none is what no count came after."""
    cash_up = any((count.session_id, count.kind) == (session_id, CASH_UP) for count in counts)
    if own and cash_up:
        return session_id, CASH_UP
    later = (count for count in counts if order[count.session_id] > order[session_id])
    count = next(later, None)
    return (count.session_id, count.kind) if count is not None else NOWHERE
