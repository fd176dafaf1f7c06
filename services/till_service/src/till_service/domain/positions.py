"""The first three questions about an entry, in this order: known here, MAC, position."""

from dataclasses import dataclass
from typing import NamedTuple

from till_service.domain.incoming import JournalEntry
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal, proving_key
from tillday_contracts.journal import chain_hash, same


class Duplicate(NamedTuple):
    """The ledger holds this very entry at this very position."""

    stamp: Stamp


class Unproven(NamedTuple):
    """No key of the terminal proves the claim; the position is not consumed."""

    reason: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Proven by a key that others may know: it takes no position and waits for a person."""


@dataclass(frozen=True, slots=True)
class Parted:
    """The terminal's journal and the ledger differ at this position; `hash` is the ledger's there."""

    at: int
    hash: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """Entries before this one are missing."""

    from_seq: int


class InPlace(NamedTuple):
    """The next entry of the stream, which is given here as it was before."""

    stream: Stream


Judgement = Duplicate | Unproven | GivenUp | Parted | Ahead | InPlace


def judge(entry: JournalEntry, *, terminal: Terminal, stream: Stream | None, held: Held | None) -> Judgement:
    """Judge one entry of a live epoch; `held` is what the ledger holds at the claimed position."""
    upto = stream.upto if stream is not None else 0
    if held is not None and entry.seq <= upto and same(held.hash, entry.hash):
        return Duplicate(held.stamp)
    proven = _prove(entry, terminal, stream)
    if isinstance(proven, Unproven):
        return proven
    if proven.key_id in terminal.compromised:
        return GivenUp()
    if held is not None and entry.seq <= upto:
        return Parted(entry.seq, held.hash)
    if entry.seq > upto + 1:
        return Ahead(upto + 1)
    if entry.prev != proven.head_hash:
        return Parted(upto, proven.head_hash)
    return InPlace(proven)


def _prove(entry: JournalEntry, terminal: Terminal, stream: Stream | None) -> Stream | Unproven:
    if stream is not None:
        if not same(chain_hash(stream.key, entry.prev, entry.data), entry.hash):
            return Unproven("the MAC of the bytes does not hold")
        if not entry.keeps_its_claim() and not _continues(stream, entry):
            return Unproven("the bytes hold another epoch or sequence than the message claims")
        return stream
    key_id = proving_key(terminal.keys, entry.prev, entry.data, entry.hash)
    if key_id is None:
        return Unproven("no key registered for the terminal proves the bytes")
    # Bytes that were MACed for another epoch must not begin this one.
    if not entry.keeps_its_claim():
        return Unproven("the bytes hold another epoch or sequence than the message claims")
    return Stream(StreamId(terminal.address, entry.epoch), key_id, terminal.keys[key_id])


def _continues(stream: Stream, entry: JournalEntry) -> bool:
    # The chain itself proves the place of the next entry, so a terminal that writes a wrong number into its
    # bytes loses that entry to the desk and is not wedged.
    return entry.seq == stream.upto + 1 and entry.prev == stream.head_hash
