"""Taking a batch of journals into the ledger: known here, MAC, position, effect, entry by entry."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from till_service.domain.book import Book
from till_service.domain.effects import apply
from till_service.domain.incoming import JournalEntry, JournalMessage
from till_service.domain.ledger import JournalRow, Letter, Loaded, Moment, Taken
from till_service.domain.outcome import nothing_new, outcome
from till_service.domain.positions import Ahead, Duplicate, GivenUp, InPlace, Parted, Unproven, judge
from till_service.domain.proven import Proven
from till_service.domain.streams import Stamp, Stream, StreamId, Terminal, proving_key
from tillday_contracts.link import Ack, BadMac, Fork, Gap, Verdict
from tillday_contracts.topics import TerminalAddress

GAP_PAUSE: Final = timedelta(seconds=5)


def take(messages: Sequence[JournalMessage], loaded: Loaded, moment: Moment) -> Taken:
    """Take messages of any number of terminals, in their order of arrival.

    Each message is answered by one cumulative ack for its last entry that was accepted or held already,
    then by the verdict on the first that was not; what follows that one is dropped. Entries of an epoch that
    was left, and those proven by a key that others may know, are acked one by one. Nothing is sent or stored
    here.
    """
    intake = _Intake(loaded, moment)
    for message in messages:
        intake.take(message)
    return intake.taken()


class _Intake:
    def __init__(self, loaded: Loaded, moment: Moment) -> None:
        self._loaded = loaded
        self._moment = moment
        self._book = Book(loaded, moment)
        self._answers: dict[TerminalAddress, list[Verdict]] = {}
        self._gaps = dict(moment.gaps)

    def take(self, message: JournalMessage) -> None:
        terminal = self._loaded.terminals.get(message.address) or Terminal(message.address, "", {})
        items = self._left(message, terminal) if message.quarantine else self._live(message, terminal)
        self._answers[message.address] = shortened([*self._answers.get(message.address, ()), *items])

    def _live(self, message: JournalMessage, terminal: Terminal) -> list[Verdict]:
        stream_id = StreamId(message.address, message.epoch)
        last: tuple[JournalEntry, Stamp] | None = None
        given_up: list[Verdict] = []
        refused: Verdict | None = None
        for entry in message.entries:
            judgement = judge(
                entry,
                terminal=terminal,
                stream=self._book.stream(stream_id),
                held=self._book.held(stream_id, entry.seq),
            )
            match judgement:
                case Duplicate(stamp):
                    last = entry, stamp
                case InPlace(stream):
                    self._accept(entry, stream)
                    last = entry, self._moment.stamp
                case GivenUp():
                    left = entry._replace(quarantine=True)
                    given_up.append(self._ack(left, self._keep_left(left, terminal), single=True))
                case _:
                    refused = self._verdict(entry, message.address, judgement)
                    break
        ack = self._ack(*last) if last is not None else None
        return [item for item in (ack, *given_up, refused) if item is not None]

    def _ack(self, entry: JournalEntry, stamp: Stamp, *, single: bool = False) -> Ack:
        return Ack(
            epoch=entry.epoch,
            seq=entry.seq,
            hash=entry.hash,
            timeline=stamp.timeline,
            c=stamp.c,
            window=self._moment.window,
            single=single,
        )

    def _verdict(
        self, entry: JournalEntry, address: TerminalAddress, judgement: Unproven | Parted | Ahead
    ) -> Verdict | None:
        match judgement:
            case Unproven(reason):
                self._book.letters.append(Letter(address, entry, reason))
                return BadMac(epoch=entry.epoch, seq=entry.seq)
            case Parted(at, hash_):
                return Fork(epoch=entry.epoch, at=at, hash=hash_)
            case Ahead(from_seq):
                return self._gap(entry, address, from_seq)

    def _gap(self, entry: JournalEntry, address: TerminalAddress, from_seq: int) -> Gap | None:
        told = self._gaps.get(address)
        if told is not None and self._moment.now - told < GAP_PAUSE:
            return None
        self._gaps[address] = self._moment.now
        return Gap(epoch=entry.epoch, from_seq=from_seq)

    def _accept(self, entry: JournalEntry, stream: Stream) -> None:
        known = self._book.row_stamp(entry.hash) is not None
        self._book.consume(stream, entry)
        if not known:
            self._record(Proven(stream.id.address, entry, self._book.streams[stream.id]))

    def _record(self, proven: Proven) -> None:
        effect = apply(self._book, proven)
        entry = proven.entry
        self._book.rows[entry.hash] = JournalRow(
            proven.address, entry, effect.placement, effect.session_id, effect.reason
        )
        if effect.placement == "desk":
            self._book.letters.append(
                Letter(proven.address, entry, effect.reason or "no effect is possible", proven=True)
            )

    def _left(self, message: JournalMessage, terminal: Terminal) -> list[Verdict]:
        return [self._ack(entry, self._keep_left(entry, terminal), single=True) for entry in message.entries]

    def _keep_left(self, entry: JournalEntry, terminal: Terminal) -> Stamp:
        """Store an entry of an epoch that was left, by its hash; return the stamp to ack it with."""
        known = self._book.row_stamp(entry.hash)
        if known is not None:
            return known
        if proving_key(terminal.keys, entry.prev, entry.data, entry.hash) is None:
            reason = "no key registered for the terminal proves the bytes of a journal that was left"
            self._book.letters.append(Letter(terminal.address, entry, reason))
        else:
            self._record(Proven(terminal.address, entry, None))
        return self._moment.stamp

    def taken(self) -> Taken:
        answers = {address: tuple(items) for address, items in self._answers.items() if items}
        if self._book.is_untouched:  # most often: everything was held already
            return nothing_new(answers, self._gaps)
        return outcome(self._book, answers=answers, gaps=self._gaps)


def shortened(items: Sequence[Verdict]) -> list[Verdict]:
    """Leave out cumulative acks that the very next answer covers: a later position of the same epoch."""
    kept: list[Verdict] = []
    for item in items:
        if kept and _covers(item, kept[-1]):
            kept.pop()
        kept.append(item)
    return kept


def _covers(later: Verdict, earlier: Verdict) -> bool:
    if not (isinstance(later, Ack) and isinstance(earlier, Ack)) or later.single or earlier.single:
        return False
    return later.epoch == earlier.epoch and later.seq >= earlier.seq
