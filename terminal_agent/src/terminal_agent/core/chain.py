"""The terminal's own journal as a chain: which entry follows a head, and whether bytes still belong to their
place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from tillday_contracts.entries import TYPE_OF, EntryBody, Envelope, Position, encode_entry
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import MAX_ENTRY_BYTES, chain_hash, same

NO_EPOCH: Final = "0" * 16


class EntryTooLarge(ValueError):
    """A body whose entry would be longer than the ledger takes; nothing was written."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this terminal is. The key never leaves it but through enrolment."""

    store: str
    terminal: str
    till: str
    key_id: str
    key: bytes
    former: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Keys of older epochs, by their id."""

    def key_named(self, key_id: str) -> bytes:
        """Return one of the keys; an unknown one is taken for the present."""
        return self.former.get(key_id, self.key)

    def going_on_with(self, key_id: str) -> "Identity":
        """Return the same terminal, still writing with a former key."""
        former = {**self.former, self.key_id: self.key}
        return replace(self, key_id=key_id, key=former.pop(key_id), former=former)


class Head(NamedTuple):
    """The newest entry of an epoch; `seq` 0 with the zero hash before the genesis."""

    epoch: str
    seq: int = 0
    hash: str = ZERO_HASH

    @property
    def position(self) -> Position | None:
        """The head as entries name it, None where there is no entry yet."""
        return Position(epoch=self.epoch, seq=self.seq, hash=self.hash) if self.seq else None


class Moment(NamedTuple):
    """The clocks when an entry is written; they order nothing."""

    at: datetime
    mono_ms: int
    boot_no: int


class Entry(NamedTuple):
    """An entry as the journal holds it: the bytes that were hashed, and where they stand."""

    epoch: str
    seq: int
    prev: str
    hash: str
    type: str
    data: bytes

    @property
    def head(self) -> Head:
        """This entry as the head of its epoch."""
        return Head(self.epoch, self.seq, self.hash)


def extend(identity: Identity, head: Head, bodies: Iterable[EntryBody], moment: Moment) -> tuple[Entry, ...]:
    """Return the entries that follow `head`, one per body. Raises EntryTooLarge."""
    made: list[Entry] = []
    for body in bodies:
        entry = _next(identity, head, body, moment)
        head = entry.head
        made.append(entry)
    return tuple(made)


def _next(identity: Identity, head: Head, body: EntryBody, moment: Moment) -> Entry:
    envelope = Envelope(
        store=identity.store,
        terminal=identity.terminal,
        epoch=head.epoch,
        seq=head.seq + 1,
        boot_no=moment.boot_no,
        type=TYPE_OF[type(body)],
        at=moment.at,
        mono_ms=moment.mono_ms,
        body=body.model_dump(mode="json"),
    )
    data = encode_entry(envelope)
    if len(data) > MAX_ENTRY_BYTES:
        raise EntryTooLarge(f"{len(data)} bytes where an entry may have {MAX_ENTRY_BYTES}")
    fingerprint = chain_hash(identity.key, head.hash, data)
    return Entry(head.epoch, head.seq + 1, head.hash, fingerprint, envelope.type, data)


def verifies(key: bytes, entry: Entry) -> bool:
    """Say whether an entry's bytes still have the hash they were given."""
    return same(chain_hash(key, entry.prev, entry.data), entry.hash)


def first_break(key: bytes, entries: Sequence[Entry], *, after: Head) -> Entry | None:
    """Return the first of consecutive entries that does not follow the one before it, or None when all do."""
    for entry in entries:
        follows = entry.epoch == after.epoch and entry.seq == after.seq + 1 and entry.prev == after.hash
        if not follows or not verifies(key, entry):
            return entry
        after = entry.head
    return None
