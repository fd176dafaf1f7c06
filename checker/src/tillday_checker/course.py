"""The till sessions as the journals tell them: opened by whom, with what, sold what, closed how."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from tillday_checker.guests import Guests, guests_of
from tillday_checker.story import Told
from tillday_checker.sums import TenderEvent
from tillday_checker.world import Placement
from tillday_contracts.entries import (
    CashUpCancelled,
    CashUpStarted,
    CloseHeard,
    FloatMoved,
    Genesis,
    InitialCountConfirmed,
    ManifestMember,
    Movement,
    Sale,
    TillClosed,
    TillStarted,
    TillState,
)

# A till between two counts: which session follows which, by store and till.
TillKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Happened:
    """A sale or movement that names a session, and how that session stood when it was made."""

    entry: Told
    body: TenderEvent
    till: str


@dataclass(slots=True)
class Session:
    """One session; `events` are those that name it, wherever they belong.

    `stopped`: its terminal said that it sells no more, because the back office wants it closed.
    """

    start: Told
    started: TillStarted
    status: str = "opening_count"
    opened: InitialCountConfirmed | None = None
    opened_entry: Told | None = None
    floats: list[Told] = field(default_factory=list)
    events: list[Happened] = field(default_factory=list)
    stopped: bool = False
    closed: TillClosed | None = None
    closed_entry: Told | None = None
    guests: Guests = field(default_factory=Guests)

    @property
    def key(self) -> TillKey:
        """The till that the session is one of."""
        return (self.start.store, self.started.till)

    @property
    def business_date(self) -> date:
        """The date that the session was started for."""
        return self.started.business_date

    @property
    def where(self) -> str:
        """The session's place, for people."""
        till = f"{self.start.store}/{self.start.terminal}, till {self.started.till}"
        return f"{till}, session {self.started.session_id}"

    def opening(self, tender: str) -> int:
        """Return what was counted of a tender at the opening."""
        if self.opened is None:
            return 0
        return sum(counted.counted for counted in self.opened.tenders if counted.tender == tender)

    def counts(self, entry: Told) -> bool:
        """Say whether the close's own manifest covers an entry; nothing is covered without a close."""
        members = self.closed.manifest if self.closed else ()
        return not entry.quarantine and any(_reaches(member, entry) for member in members)

    def left_out(self, entry: Told) -> bool:
        """Say whether an entry is of a guest that the host could not ask: a person places it."""
        return self.closed is not None and entry.terminal in self.closed.not_counted

    def covers(self, entry: Told) -> bool:
        """Say whether an entry may stay in the closed session: counted, or a person's to place."""
        return self.counts(entry) or (self.left_out(entry) and not entry.quarantine)

    def hosts(self, entry: Told) -> bool:
        """Say whether an entry is of the terminal that counts the session."""
        return entry.terminal == self.start.terminal

    def is_strange(self, entry: Told, body: TenderEvent) -> bool:
        """Say whether an entry is neither of the host nor of a guest that had joined."""
        member = self.hosts(entry) or self.guests.may_sell(self.started.session_id, entry)
        return (entry.store, body.till) != self.key or not member

    def float_moved(self, tender: str) -> int:
        """Return what was brought (> 0) or put away (< 0) before the opening count."""
        moves = (entry.body for entry in self.floats)
        return sum(move.amount for move in moves if isinstance(move, FloatMoved) and move.tender == tender)

    def claimed(self, tender: str) -> int:
        """Return the late money that the opening count asked for beside what was kept."""
        return sum(claim.amount for claim in self.started.claims if claim.tender == tender)

    def held(self) -> list[TenderEvent]:
        """Return the events that the own close's figures tell of, as far as they are known."""
        placed = [one for one in self.events if placement_in(self, one.entry, one.body) == "session"]
        counted = (one.entry.as_counted for one in placed if not self.left_out(one.entry))
        return [body for body in counted if isinstance(body, Sale | Movement)]


def _reaches(member: ManifestMember, entry: Told) -> bool:
    same_journal = (member.terminal, member.epoch) == (entry.terminal, entry.epoch)
    return same_journal and entry.seq <= member.to_seq


def placement_in(
    session: Session | None, entry: Told, body: TenderEvent, *, decided: bool | None = None
) -> Placement:
    """Return where an event belongs that names `session`, by the close's manifest alone, never by arrival.

    `decided`: a person's word, where there is one, says instead whether it stays in the session.
    """
    if session is None or (session.opened is None and decided is None):
        return "parked"
    if entry.quarantine or body.business_date != session.business_date or session.is_strange(entry, body):
        return "rescue"
    stays = session.closed is None or session.covers(entry) if decided is None else decided
    return "session" if stays else "rescue"


@dataclass(slots=True)
class Course:
    """What happened: the sessions in the order in which they began, and events that name none of them.

    `restated` are sessions that a later epoch took over with what it was told of them; `adopted` are those of
    them whose beginning was lost with a terminal.
    """

    sessions: dict[str, Session] = field(default_factory=dict)
    strays: list[Told] = field(default_factory=list)
    restated: set[str] = field(default_factory=set)

    @property
    def adopted(self) -> set[str]:
        """The restated sessions that nobody saw begin."""
        return self.restated - self.sessions.keys()


def course_of(story: Iterable[Told]) -> Course:
    """Follow the entries through the till's states. A guest's journal may be told before its host's."""
    told = list(story)
    course, guests = Course(_begun(told)), guests_of(told)
    for session in course.sessions.values():
        session.guests = guests
    for entry in told:
        match entry.body:
            case Genesis(till_state=TillState(session_id=str(session_id))):
                course.restated.add(session_id)
            case Sale() | Movement():
                _happen(course, entry, entry.body)
            case FloatMoved() if not entry.quarantine and entry.body.session_id in course.sessions:
                course.sessions[entry.body.session_id].floats.append(entry)
            case InitialCountConfirmed() | CashUpStarted() | CashUpCancelled() | CloseHeard() | TillClosed():
                _move(course.sessions.get(entry.body.session_id), entry)
            case _:
                pass
    return course


def _begun(story: Iterable[Told]) -> dict[str, Session]:
    """Return the sessions in the order of their till: by its moves, then as they began."""
    found: dict[str, Session] = {}
    for entry in story:
        if isinstance(entry.body, TillStarted) and not entry.quarantine:
            found.setdefault(entry.body.session_id, Session(entry, entry.body))
    return dict(sorted(found.items(), key=lambda item: item[1].started.turn))


def _happen(course: Course, entry: Told, body: TenderEvent) -> None:
    session = course.sessions.get(body.session_id)
    if session is None:
        course.strays.append(entry)
    else:
        session.events.append(Happened(entry, body, _status_at(session, entry)))


def _status_at(session: Session, entry: Told) -> str:
    # Two journals have no common order: a guest's own word says whether it might sell then.
    if entry.terminal == session.start.terminal or entry.quarantine:
        return "stopped" if session.stopped and session.status == "open" else session.status
    return "open" if session.guests.still_sells(session.started.session_id, entry) else "not joined"


def _move(session: Session | None, entry: Told) -> None:
    if session is None or session.closed is not None or entry.quarantine:
        return
    match entry.body:
        case InitialCountConfirmed():
            session.status, session.opened, session.opened_entry = "open", entry.body, entry
        case CashUpStarted():
            session.status = "closing_count"
        case CashUpCancelled():
            session.status = "open"
        case CloseHeard():
            session.stopped = True
        case TillClosed():
            session.status, session.closed, session.closed_entry = "closed_front", entry.body, entry
        case _:
            pass


def by_till(sessions: Iterable[Session]) -> Iterator[tuple[Session, Session]]:
    """Yield each session with the one that follows it at the same till."""
    last: dict[TillKey, Session] = {}
    for session in sessions:
        if session.key in last:
            yield last[session.key], session
        last[session.key] = session
