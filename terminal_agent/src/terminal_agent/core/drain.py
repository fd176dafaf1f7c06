"""The terminal's half of the link protocol, without I/O.

Whoever drives it (the agent over paho and SQLite, a simulation through memory) loads a `JournalView`, calls one of
these functions with the time and a random number, keeps the new `Drain` and carries out what is returned. Acks and
verdicts arrive late, twice, or at a clone: each one is checked against the terminal's own journal before it counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, assert_never

from terminal_agent.core.chain import Entry, Head
from tillday_contracts.entries import Position, TillState
from tillday_contracts.journal import HISTORY_WINDOW, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, JournalBatch
from tillday_contracts.link import (
    HELLO_SECONDS,
    OFFLINE_AFTER_SECONDS,
    Ack,
    BadMac,
    Behind,
    Continue,
    Fork,
    Gap,
    Rewind,
    StateVerdict,
    Stop,
    Verdict,
)

MAX_FLIGHTS: Final = 4
FIRST_RESEND_SECONDS: Final = 5.0
LAST_RESEND_SECONDS: Final = 60.0
ODD_HELLO_SECONDS: Final = 5.0
Place = tuple[str, int]
"""An epoch and a sequence number."""


@dataclass(frozen=True, slots=True)
class JournalView:
    """What one step must know of the journal, loaded before it. All but `left` and `pending` is of the current epoch.

    `low` is the lowest unacknowledged entry (`low_seq` = head + 1 and `low_hash` None when there is none);
    `first_held` the lowest one not purged; `left` the oldest epoch left behind that has unacknowledged entries;
    `pending` counts the unacknowledged entries of all epochs.
    """

    head: Head
    low_seq: int
    low_hash: str | None
    low_prev: str
    first_held: int = 1
    left: str | None = None
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Flight:
    """One message on its way. A quarantined one is done when each of `singly` is acknowledged by itself."""

    first: int
    last: int
    singly: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Lane:
    """The messages of one epoch. `cursor` is the next entry to send, None the lowest unacknowledged.

    `careful`: one message, then wait for its ack (after a GAP or a silence).
    """

    epoch: str = ""
    flights: tuple[Flight, ...] = ()
    cursor: int | None = None
    attempt: int = 0
    resend_at: float | None = None
    careful: bool = False


@dataclass(frozen=True, slots=True)
class Drain:
    """Where the link stands. Nothing of it must survive the process: everything is asked for again."""

    connected: bool = False
    current: Lane = field(default_factory=Lane)
    left: Lane = field(default_factory=Lane)
    window: int = MAX_BATCH_ENTRIES
    said: int = 0
    hello_due: float | None = None
    odd_hello_at: float | None = None
    heard_at: float | None = None
    stopped: str | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """Entries to load and send: at most `limit` from `first` on; for quarantine only unacknowledged ones."""

    epoch: str
    first: int
    limit: int
    quarantine: bool


@dataclass(frozen=True, slots=True)
class MarkAcked:
    """Everything of the epoch up to `seq` (`single`: that entry alone) is in the ledger, under this stamp."""

    epoch: str
    seq: int
    timeline: str
    c: int
    single: bool


@dataclass(frozen=True, slots=True)
class ClearAcks:
    """The ledger does not have the epoch from this entry on, whatever it once acknowledged."""

    epoch: str
    from_seq: int


@dataclass(frozen=True, slots=True)
class ClearStamps:
    """In every epoch: acknowledgements of these timelines beyond the valid c are void."""

    valid: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LeaveEpoch:
    """Open a new epoch, in one transaction. What is unacknowledged travels as quarantine from then on.

    `state` is the ledger's view of the tills, taken over; None keeps the terminal's own.
    """

    reason: Literal["fork", "behind", "server_behind", "damaged"]
    epoch: str
    follows: Position | None
    state: tuple[TillState, ...] | None = None


@dataclass(frozen=True, slots=True)
class TakeState:
    """Take over the ledger's view of the tills before the next sale."""

    state: tuple[TillState, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must know; `code` is stable."""

    code: str
    text: str


Effect = MarkAcked | ClearAcks | ClearStamps | LeaveEpoch | TakeState | Alarm


def connected(drain: Drain, *, at: float) -> Drain:
    """A connection stands and its subscriptions are granted: say HELLO; nothing that was in flight counts."""
    return replace(drain, connected=True, current=Lane(), left=Lane(), hello_due=at, odd_hello_at=None)


def disconnected(drain: Drain) -> Drain:
    """The connection is gone, and with it everything in flight."""
    return replace(drain, connected=False, current=Lane(), left=Lane(), hello_due=None)


def online(drain: Drain, *, at: float) -> bool:
    """Say whether the back office answers: connected and heard within the last 150 s."""
    return drain.connected and drain.heard_at is not None and at - drain.heard_at < OFFLINE_AFTER_SECONDS


def hello_is_due(drain: Drain, *, at: float) -> bool:
    """Say whether a HELLO must go out now."""
    return drain.connected and drain.hello_due is not None and drain.hello_due <= at


def hello_said(drain: Drain, *, at: float) -> Drain:
    """A HELLO with number `said` + 1 went out; the next one is due in 60 s."""
    return replace(drain, said=drain.said + 1, hello_due=at + HELLO_SECONDS)


def reported_stamps(drain: Drain, newest_first: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Return the stamps for the next HELLO: the 16 newest timelines and 16 of the others in turn."""
    others = newest_first[16:]
    turn = (drain.said * 16) % len(others) if others else 0
    return dict([*newest_first[:16], *[*others[turn:], *others[:turn]][:16]])


def next_due(drain: Drain) -> float | None:
    """Return when `overdue` or a HELLO will next have something to do, None while disconnected."""
    dues = (drain.hello_due, drain.current.resend_at, drain.left.resend_at)
    return min((due for due in dues if due is not None), default=None) if drain.connected else None


def overdue(drain: Drain, *, at: float) -> Drain:
    """Give up waiting for acks that did not come in time: their entries are sent again from the lowest on."""
    return replace(drain, current=_expired(drain.current, at), left=_expired(drain.left, at))


def _expired(lane: Lane, at: float) -> Lane:
    if lane.resend_at is None or at < lane.resend_at:
        return lane
    return replace(lane, flights=(), cursor=None, attempt=lane.attempt + 1, resend_at=None, careful=True)


def next_fetch(drain: Drain, view: JournalView) -> Fetch | None:
    """Return which entries to load and send now, None when the windows are full or nothing waits."""
    if not drain.connected:
        return None
    return _fetch_current(drain, view) or _fetch_left(drain, view)


def _fetch_current(drain: Drain, view: JournalView) -> Fetch | None:
    lane = _lane_of(drain.current, view.head.epoch)
    first = view.low_seq if lane.cursor is None else max(lane.cursor, view.first_held)
    waiting = view.head.seq - first + 1
    if waiting <= 0:
        return None
    history = waiting > drain.window or view.head.seq - view.low_seq >= drain.window
    paced = history and drain.window <= HISTORY_WINDOW
    allowed = 1 if lane.careful or paced else MAX_FLIGHTS - (view.left is not None)
    if len(lane.flights) >= allowed:
        return None
    return Fetch(view.head.epoch, first, min(drain.window, MAX_BATCH_ENTRIES), quarantine=False)


def _fetch_left(drain: Drain, view: JournalView) -> Fetch | None:
    if view.left is None or _lane_of(drain.left, view.left).flights:
        return None
    return Fetch(view.left, 1, min(drain.window, HISTORY_WINDOW), quarantine=True)


def _lane_of(lane: Lane, epoch: str) -> Lane:
    """An epoch that was left takes its lane with it."""
    return lane if lane.epoch == epoch else Lane(epoch=epoch)


@dataclass(frozen=True, slots=True)
class Launch:
    """When a message is sent and by which boot; `spread` is random in [0, 1)."""

    boot_no: int
    at: float
    spread: float


def launch(drain: Drain, fetch: Fetch, entries: Sequence[Entry], by: Launch) -> tuple[Drain, JournalBatch]:
    """Cut the loaded entries to one message and note it as in flight."""
    cut = fitting(entries)
    batch = JournalBatch(
        boot_no=by.boot_no,
        epoch=fetch.epoch,
        quarantine=fetch.quarantine,
        entries=tuple(entry.wire for entry in cut),
    )
    singly = frozenset(entry.seq for entry in cut) if fetch.quarantine else frozenset()
    flight = Flight(cut[0].seq, cut[-1].seq, singly)
    lane = _lane_of(drain.left if fetch.quarantine else drain.current, fetch.epoch)
    lane = replace(
        lane,
        flights=(*lane.flights, flight),
        cursor=None if fetch.quarantine else cut[-1].seq + 1,
        resend_at=lane.resend_at or by.at + resend_seconds(lane.attempt, by.spread),
    )
    return (replace(drain, left=lane) if fetch.quarantine else replace(drain, current=lane)), batch


def fitting(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the longest consecutive run from the first entry on that one message may carry."""
    cut: list[Entry] = []
    size = 0
    for entry in entries[:MAX_BATCH_ENTRIES]:
        size += _travelling_bytes(entry)
        if cut and (size > MAX_BATCH_BYTES or entry.seq != cut[-1].seq + 1):
            break
        cut.append(entry)
    return tuple(cut)


def _travelling_bytes(entry: Entry) -> int:
    # Base64 makes four bytes of three; two hashes, a number and the JSON around them take less than 220.
    return (len(entry.data) + 2) // 3 * 4 + 220


def resend_seconds(attempt: int, spread: float) -> float:
    """Return how long to wait for an ack: 5, 10, 20, 40, 60 s, each 20 % more or less."""
    patience = min(FIRST_RESEND_SECONDS * (1 << min(attempt, 8)), LAST_RESEND_SECONDS)
    return patience * (0.8 + 0.4 * spread)


def places_to_know(verdicts: Iterable[Verdict]) -> frozenset[Place]:
    """Return the places of the own journal whose hash must be loaded before these verdicts are received."""
    places: set[Place] = set()
    for verdict in verdicts:
        match verdict:
            case Ack():
                places.add((verdict.epoch, verdict.seq))
            case Fork():
                # The entry before it is what a new epoch follows.
                places |= {(verdict.epoch, verdict.at), (verdict.epoch, verdict.at - 1)}
            case BadMac():
                places |= {(verdict.epoch, verdict.seq), (verdict.epoch, verdict.seq - 1)}
            case _:
                pass
    return frozenset(places)


@dataclass(frozen=True, slots=True)
class Known:
    """The own hashes at the places asked for (a purged one as `prev` of the next), and which own bytes fail."""

    hashes: Mapping[Place, str]
    broken: frozenset[Place] = frozenset()

    def position(self, epoch: str, seq: int) -> Position | None:
        """The place as entries name it, None where nothing stands."""
        found = self.hashes.get((epoch, seq))
        return Position(epoch=epoch, seq=seq, hash=found) if found and seq > 0 else None


Step = tuple[Drain, tuple[Effect, ...]]


def receive(drain: Drain, view: JournalView, known: Known, verdict: Verdict, *, at: float) -> Step:
    """Take one answer of the ledger. The effects are carried out, in order, before the next verdict is received."""
    drain = replace(drain, heard_at=at)
    if not isinstance(verdict, Stop):
        drain = replace(drain, stopped=None)
    match verdict:
        case Ack():
            return _acked(drain, view, known, verdict, at)
        case Continue():
            return drain, ()
        case Gap():
            return _gap(drain, view, verdict, at)
        case BadMac():
            return _bad_mac(drain, view, known, verdict, at)
        case Rewind():
            return _rewind(drain, verdict, at)
        case Fork():
            return _fork(drain, view, known, verdict)
        case Behind():
            return _behind(drain, view, verdict)
        case StateVerdict():
            return _state(drain, view, verdict)
        case Stop():
            text = f"The back office has stopped this terminal: {verdict.reason}"
            return replace(drain, stopped=text), (Alarm("stopped", text),)
        case _:
            assert_never(verdict)


def ask_again(drain: Drain, *, at: float) -> Drain:
    """Something did not fit: say HELLO, at most once in 5 s."""
    earliest = at if drain.odd_hello_at is None else max(at, drain.odd_hello_at + ODD_HELLO_SECONDS)
    due = earliest if drain.hello_due is None else min(drain.hello_due, earliest)
    return replace(drain, hello_due=due, odd_hello_at=earliest)


def _acked(drain: Drain, view: JournalView, known: Known, ack: Ack, at: float) -> Step:
    if known.hashes.get((ack.epoch, ack.seq)) != ack.hash:
        return ask_again(drain, at=at), ()
    drain = replace(drain, window=max(1, min(ack.window, MAX_BATCH_ENTRIES)))
    if drain.left.epoch == ack.epoch:
        drain = replace(drain, left=_landed(drain.left, ack, at))
    if drain.current.epoch == ack.epoch == view.head.epoch:
        drain = replace(drain, current=_landed(drain.current, ack, at))
    return drain, (MarkAcked(ack.epoch, ack.seq, ack.timeline, ack.c, ack.single),)


def _landed(lane: Lane, ack: Ack, at: float) -> Lane:
    flights = tuple(left for flight in lane.flights if (left := _remaining(flight, ack)) is not None)
    if flights == lane.flights:
        return lane
    patience = at + FIRST_RESEND_SECONDS if flights else None
    return replace(lane, flights=flights, attempt=0, resend_at=patience, careful=False)


def _remaining(flight: Flight, ack: Ack) -> Flight | None:
    if flight.singly:
        left = frozenset(seq for seq in flight.singly if (seq != ack.seq if ack.single else seq > ack.seq))
        return replace(flight, singly=left) if left else None
    if ack.single:
        return flight
    return None if flight.last <= ack.seq else replace(flight, first=max(flight.first, ack.seq + 1))


def _gap(drain: Drain, view: JournalView, gap: Gap, at: float) -> Step:
    if gap.epoch != view.head.epoch:
        return drain, ()
    if gap.from_seq > view.head.seq or gap.from_seq < 1:
        return ask_again(drain, at=at), ()
    if gap.from_seq < view.first_held:
        return _server_behind(drain, view, gap)
    lane = Lane(epoch=gap.epoch, cursor=gap.from_seq, careful=True, attempt=drain.current.attempt)
    cleared = (ClearAcks(gap.epoch, gap.from_seq),) if gap.from_seq < view.low_seq else ()
    return replace(drain, current=lane), cleared


def _server_behind(drain: Drain, view: JournalView, gap: Gap) -> Step:
    text = f"SERVER BEHIND: the back office lacks entries {gap.from_seq} to {view.first_held - 1}, no longer held here"
    leave = LeaveEpoch("server_behind", view.head.epoch, view.head.position)
    return drain, (Alarm("server_behind", text), ClearAcks(gap.epoch, view.first_held), leave)


def _bad_mac(drain: Drain, view: JournalView, known: Known, bad: BadMac, at: float) -> Step:
    place = (bad.epoch, bad.seq)
    if bad.epoch != view.head.epoch or place not in known.broken:
        # Damaged on the way, or an entry of an epoch already left: its resend decides.
        return ask_again(drain, at=at), ()
    text = f"JOURNAL DAMAGED at entry {bad.seq}: call support, do not delete anything"
    follows = known.position(bad.epoch, bad.seq - 1)
    return drain, (Alarm("journal_damaged", text), LeaveEpoch("damaged", bad.epoch, follows))


def _rewind(drain: Drain, rewind: Rewind, at: float) -> Step:
    """The ledger lost what it had acknowledged: those acks are void, and HELLO says so at once."""
    again = replace(drain, current=Lane(), left=Lane(), hello_due=at)
    return again, (ClearStamps(dict(rewind.valid)),)


def _fork(drain: Drain, view: JournalView, known: Known, fork: Fork) -> Step:
    own = known.hashes.get((fork.epoch, fork.at))
    if fork.epoch != view.head.epoch or fork.at > view.head.seq or (own is not None and own == fork.hash):
        return drain, ()
    text = f"Another journal of this terminal exists: the two part at entry {fork.at}. Nothing is lost."
    follows = known.position(fork.epoch, fork.at - 1)
    leave = LeaveEpoch("fork", fork.epoch, follows, fork.state or None)
    return replace(drain, current=Lane()), (Alarm("fork", text), leave)


def _behind(drain: Drain, view: JournalView, behind: Behind) -> Step:
    if behind.epoch != view.head.epoch or view.head.seq >= behind.head_seq:
        return drain, ()
    first, last = view.head.seq + 1, behind.head_seq
    text = f"The back office holds entries {first} to {last} that this terminal no longer knows (restored from a copy)."
    follows = Position(epoch=behind.epoch, seq=behind.head_seq, hash=behind.head_hash)
    leave = LeaveEpoch("behind", behind.epoch, follows, behind.state or None)
    return replace(drain, current=Lane()), (Alarm("behind", text), leave)


def _state(drain: Drain, view: JournalView, verdict: StateVerdict) -> Step:
    head = Head(verdict.epoch, verdict.head_seq, verdict.head_hash)
    return drain, ((TakeState(verdict.state),) if head == view.head else ())
