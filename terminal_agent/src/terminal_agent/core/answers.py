"""What the ledger answers: each ack and verdict is checked against the own journal, then has effects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, assert_never

from terminal_agent.core.chain import Head
from terminal_agent.core.drain import Drain, Flight, JournalView, Lane, ask_again, heard
from terminal_agent.core.sending import FIRST_RESEND_SECONDS
from tillday_contracts.entries import Position, TillState
from tillday_contracts.journal import MAX_BATCH_ENTRIES
from tillday_contracts.link import (
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

Place = tuple[str, int]
"""An epoch and a sequence number."""


class MarkAcked(NamedTuple):
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


class Known(NamedTuple):
    """The own hashes at the places asked for (a purged one as `prev` of the next), and which own bytes
    fail.
    """

    hashes: Mapping[Place, str]
    broken: frozenset[Place] = frozenset()

    def position(self, epoch: str, seq: int) -> Position | None:
        """The place as entries name it, None where nothing stands."""
        found = self.hashes.get((epoch, seq))
        return Position(epoch=epoch, seq=seq, hash=found) if found and seq > 0 else None


Step = tuple[Drain, tuple[Effect, ...]]


def receive(drain: Drain, view: JournalView, known: Known, verdict: Verdict, *, at: float) -> Step:
    """Take one answer of the ledger. The effects are carried out, in order, before the next verdict is
    received.
    """
    if drain.heard_at != at or (drain.stopped is not None and not isinstance(verdict, Stop)):
        drain = heard(drain, at=at, stopped=drain.stopped if isinstance(verdict, Stop) else None)
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
            return drain._replace(stopped=text), (Alarm("stopped", text),)
        case _:
            assert_never(verdict)


def _acked(drain: Drain, view: JournalView, known: Known, ack: Ack, at: float) -> Step:
    if known.hashes.get((ack.epoch, ack.seq)) != ack.hash:
        return ask_again(drain, at=at), ()
    left, current = drain.left, drain.current
    if left.epoch == ack.epoch:
        left = _landed(left, ack, at)
    if current.epoch == ack.epoch == view.head.epoch:
        current = _landed(current, ack, at)
    window = max(1, min(ack.window, MAX_BATCH_ENTRIES))
    if left is not drain.left or current is not drain.current or window != drain.window:
        drain = drain._replace(window=window, left=left, current=current)
    return drain, (MarkAcked(ack.epoch, ack.seq, ack.timeline, ack.c, ack.single),)


def _landed(lane: Lane, ack: Ack, at: float) -> Lane:
    flights = tuple(left for flight in lane.flights if (left := _remaining(flight, ack)) is not None)
    if flights == lane.flights:
        return lane
    patience = at + FIRST_RESEND_SECONDS if flights else None
    return lane._replace(flights=flights, attempt=0, resend_at=patience, careful=False)


def _remaining(flight: Flight, ack: Ack) -> Flight | None:
    if flight.singly:
        left = frozenset(seq for seq in flight.singly if (seq != ack.seq if ack.single else seq > ack.seq))
        return flight._replace(singly=left) if left else None
    if ack.single:
        return flight
    return None if flight.last <= ack.seq else flight._replace(first=max(flight.first, ack.seq + 1))


def _gap(drain: Drain, view: JournalView, gap: Gap, at: float) -> Step:
    if gap.epoch != view.head.epoch:
        return drain, ()
    if gap.from_seq > view.head.seq or gap.from_seq < 1:
        return ask_again(drain, at=at), ()
    if gap.from_seq < view.first_held:
        return _server_behind(drain, view, gap)
    lane = Lane(epoch=gap.epoch, cursor=gap.from_seq, careful=True, attempt=drain.current.attempt)
    cleared = (ClearAcks(gap.epoch, gap.from_seq),) if gap.from_seq < view.low_seq else ()
    return drain._replace(current=lane), cleared


def _server_behind(drain: Drain, view: JournalView, gap: Gap) -> Step:
    first, last = gap.from_seq, view.first_held - 1
    text = f"SERVER BEHIND: the back office lacks entries {first} to {last}, which are no longer held here"
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
    again = drain._replace(current=Lane(), left=Lane(), hello_due=at)
    return again, (ClearStamps(dict(rewind.valid)),)


def _fork(drain: Drain, view: JournalView, known: Known, fork: Fork) -> Step:
    own = known.hashes.get((fork.epoch, fork.at))
    if fork.epoch != view.head.epoch or fork.at > view.head.seq or (own is not None and own == fork.hash):
        return drain, ()
    text = f"Another journal of this terminal exists: the two part at entry {fork.at}. Nothing is lost."
    follows = known.position(fork.epoch, fork.at - 1)
    leave = LeaveEpoch("fork", fork.epoch, follows, fork.state or None)
    return drain._replace(current=Lane()), (Alarm("fork", text), leave)


def _behind(drain: Drain, view: JournalView, behind: Behind) -> Step:
    if behind.epoch != view.head.epoch or view.head.seq >= behind.head_seq:
        return drain, ()
    first, last = view.head.seq + 1, behind.head_seq
    text = f"The back office holds entries {first} to {last}, which this terminal no longer knows."
    follows = Position(epoch=behind.epoch, seq=behind.head_seq, hash=behind.head_hash)
    leave = LeaveEpoch("behind", behind.epoch, follows, behind.state or None)
    return drain._replace(current=Lane()), (Alarm("behind", text), leave)


def _state(drain: Drain, view: JournalView, verdict: StateVerdict) -> Step:
    head = Head(verdict.epoch, verdict.head_seq, verdict.head_hash)
    return drain, ((TakeState(verdict.state),) if head == view.head else ())
