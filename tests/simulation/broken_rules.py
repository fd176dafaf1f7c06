"""What stands in the place of a rule of the link while it is broken. Each reads like a plausible mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from simulation.memory_ledger import LOST, Writer
from simulation.memory_terminal import MemoryTerminal
from simulation.tables import Tables
from store_service.domain.admission import JournalKey
from terminal_agent.core import answers, keys
from terminal_agent.core.answers import (
    Known,
    LeaveEpoch,
    MarkAcked,
    Step,
    TakeState,
    receive,
)
from terminal_agent.core.chain import Entry, Identity
from terminal_agent.core.drain import Drain, JournalView, Lane
from till_service.domain import positions
from till_service.domain.book import Book
from till_service.domain.incoming import JournalEntry, JournalMessage
from till_service.domain.intake import _Intake
from till_service.domain.ledger import Moment, Taken
from till_service.domain.positions import Ahead, Duplicate, Judgement, Parted, Unproven
from till_service.domain.streams import Held, Stamp, Stream, Terminal
from till_service.domain.timeline import Timeline
from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.entries import Position
from tillday_contracts.link import Ack, Behind, Fork, Gap, StateVerdict, Verdict
from tillday_contracts.topics import TerminalAddress

JUDGE: Final = positions.judge
VERDICT: Final = _Intake._verdict
ACK: Final = _Intake._ack
COMMIT: Final = Writer._commit
HELD: Final = Book.held
GAP: Final = answers._gap
TURNING: Final = keys.turning


# --- at the terminal ----------------------------------------------------------------------------------


def cleared_by_the_broker(self: MemoryTerminal, entries: Sequence[Entry]) -> None:
    journal = self.disk.journals[entries[0].epoch]
    for entry in entries:
        journal.mark(MarkAcked(entry.epoch, entry.seq, "0" * 16, 0, single=True), 0.0)
    while len(journal.entries) > 1 and journal.entries[0].seq in journal.acks:
        journal.purge_first()


def acked_by_number(drain: Drain, view: JournalView, known: Known, ack: Ack, at: float) -> Step:
    if drain.current.epoch == ack.epoch == view.head.epoch:
        drain = drain._replace(current=answers._landed(drain.current, ack, at))
    if drain.left.epoch == ack.epoch:
        drain = drain._replace(left=answers._landed(drain.left, ack, at))
    return drain, (MarkAcked(ack.epoch, ack.seq, ack.timeline, ack.c, ack.single),)


def gap_without_acknowledged(drain: Drain, view: JournalView, gap: Gap, at: float) -> Step:
    if gap.epoch != view.head.epoch or gap.from_seq > view.head.seq:
        return drain, ()
    cursor = max(gap.from_seq, view.low_seq)
    return drain._replace(current=Lane(epoch=gap.epoch, cursor=cursor, careful=True)), ()


def purged_gap_ignored(drain: Drain, view: JournalView, gap: Gap, at: float) -> Step:
    return (drain, ()) if gap.from_seq < view.first_held else GAP(drain, view, gap, at)


def obeyed(drain: Drain, view: JournalView, known: Known, verdict: Verdict, *, at: float) -> Step:
    drain, effects = receive(drain, view, known, verdict, at=at)
    match verdict:
        case Fork():
            follows = known.position(verdict.epoch, verdict.at - 1)
            return drain, (LeaveEpoch("fork", view.head.epoch, follows, verdict.state or None),)
        case Behind():
            follows = Position(epoch=verdict.epoch, seq=verdict.head_seq, hash=verdict.head_hash)
            return drain, (LeaveEpoch("behind", view.head.epoch, follows, verdict.state or None),)
        case StateVerdict():
            return drain, (TakeState(verdict.state),)
        case _:
            return drain, effects


def newest_only(drain: Drain, newest_first: Sequence[tuple[str, int]]) -> dict[str, int]:
    return dict(newest_first[:16])


def turned_at_once(
    identity: Identity, held: str, *, pending: int, given_up: Collection[str]
) -> tuple[Identity, bool]:
    return TURNING(identity, held, pending=0, given_up=given_up)


def former_forgotten(bundle: EnrolmentBundle, before: EnrolmentBundle) -> EnrolmentBundle:
    return bundle


# --- in the ledger ------------------------------------------------------------------------------------


def known_by_its_number(
    entry: JournalEntry, *, terminal: Terminal, stream: Stream | None, held: Held | None
) -> Judgement:
    if held is not None and stream is not None and entry.seq <= stream.upto:
        return Duplicate(held.stamp)
    return JUDGE(entry, terminal=terminal, stream=stream, held=held)


def given_up_counts(
    entry: JournalEntry, *, terminal: Terminal, stream: Stream | None, held: Held | None
) -> Judgement:
    return JUDGE(entry, terminal=replace(terminal, compromised=frozenset()), stream=stream, held=held)


def nothing_learned(held: Sequence[JournalKey], told: Mapping[str, str]) -> list[JournalKey]:
    return []


def fork_before_mac(
    entry: JournalEntry, *, terminal: Terminal, stream: Stream | None, held: Held | None
) -> Judgement:
    if stream is not None and held is not None and entry.seq <= stream.upto and held.hash != entry.hash:
        return Parted(entry.seq, held.hash)
    if stream is not None and entry.seq == stream.upto + 1 and entry.prev != stream.head_hash:
        return Parted(stream.upto, stream.head_hash)
    return JUDGE(entry, terminal=terminal, stream=stream, held=held)


def answers_anyway(self: Writer, taken: Taken, moment: Moment, timeline: Timeline) -> bool:
    COMMIT(self, taken, moment, timeline)
    return True


def tried_when_known(self: Writer, taken: Taken, moment: Moment, timeline: Timeline) -> bool:
    end = self._crash()
    if taken.writes and end not in LOST:
        self._database.tables.keep(taken, moment.stamp, moment.now)
    if end:
        self._end(end)
    elif taken.writes:
        self._timeline = timeline.trying(moment.stamp)
    return not end


def highest_seen(
    self: _Intake, entry: JournalEntry, address: TerminalAddress, judgement: Unproven | Parted | Ahead
) -> Verdict | None:
    if isinstance(judgement, Ahead):
        return ACK(self, entry, _before(self._moment.stamp))
    return VERDICT(self, entry, address, judgement)


def _before(stamp: Stamp) -> Stamp:
    return Stamp(stamp.timeline, stamp.c - 1)


def never_seen(self: Book, hash_: str) -> Stamp | None:
    return None


def no_quarantine(self: _Intake, message: JournalMessage) -> None:
    terminal = self._loaded.terminals[message.address]
    self._answers[message.address] = self._live(message, terminal)


def acked_to_the_head(self: _Intake, entry: JournalEntry, stamp: Stamp, *, single: bool = False) -> Ack:
    ack = ACK(self, entry, stamp, single=single)
    streams = (*self._book.streams.values(), *self._loaded.streams.values())
    stream = next((stream for stream in streams if stream.id.epoch == entry.epoch), None)
    if single or stream is None or stamp == self._moment.stamp:
        return ack
    return ack.model_copy(update={"seq": stream.upto, "hash": stream.head_hash})


def no_rewind(*_: Any) -> tuple[Verdict, ...]:
    return ()


def same_timeline(timeline: Timeline | None, *, row: int | None, fresh: str) -> Timeline:
    return timeline or Timeline(fresh)


def own_stamp(self: Book, stream_id: Any, seq: int) -> Held | None:
    found = HELD(self, stream_id, seq)
    if found is None or found.stamp == self.moment.stamp:
        return found
    return Held(found.hash, _before(self.moment.stamp))


def stamp_of_the_row(self: Tables, hash_: str, stamp: Stamp) -> Held:
    return Held(hash_, self.rows.get(hash_, stamp))
