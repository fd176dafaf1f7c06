"""Journal messages as they came in: each entry's claim, its bytes, and what could be read of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from pydantic import ValidationError

from tillday_contracts.entries import EntryBody, Envelope, UnknownEntryType, read_body, read_envelope
from tillday_contracts.journal import MAX_MESSAGE_BYTES, JournalBatch, MalformedBytes, WireEntry
from tillday_contracts.topics import TerminalAddress


class UnreadableMessage(ValueError):
    """A message that is no journal batch at all, so that nobody can be answered about an entry of it."""


class JournalEntry(NamedTuple):
    """One entry. `fault` says why the body could not be read; claim and bytes are there all the same."""

    epoch: str
    seq: int
    prev: str
    hash: str
    data: bytes
    quarantine: bool
    envelope: Envelope | None
    body: EntryBody | None
    fault: str | None

    @property
    def type(self) -> str:
        """The entry's word for itself, for people."""
        return self.envelope.type if self.envelope is not None else "UNREADABLE"

    def speaks_for(self, address: TerminalAddress) -> bool:
        """Say whether the bytes name the terminal whose topic they came on."""
        envelope = self.envelope
        return envelope is None or (envelope.store, envelope.terminal) == (address.store, address.terminal)

    def keeps_its_claim(self) -> bool:
        """Say whether the bytes hold the very epoch and sequence under which they were sent."""
        return self.envelope is None or (self.envelope.epoch, self.envelope.seq) == (self.epoch, self.seq)

    def wire(self) -> bytes:
        """Return the entry as it travelled, for the dead-letter desk."""
        wire = WireEntry(seq=self.seq, prev=self.prev, hash=self.hash, data=self.data)
        return wire.model_dump_json().encode()


@dataclass(frozen=True, slots=True)
class JournalMessage:
    """One message of a terminal: consecutive entries of one epoch, oldest first."""

    address: TerminalAddress
    epoch: str
    quarantine: bool
    entries: tuple[JournalEntry, ...]


def read_message(address: TerminalAddress, data: bytes) -> JournalMessage:
    """Read a message and each entry in it once; raises UnreadableMessage. One bad entry spoils no other."""
    if len(data) > MAX_MESSAGE_BYTES:
        raise UnreadableMessage(f"{len(data)} bytes where at most {MAX_MESSAGE_BYTES} are allowed")
    try:
        batch = JournalBatch.model_validate_json(data)
    except ValidationError as error:
        raise UnreadableMessage(what_is_wrong(error)) from None
    entries = tuple(read_entry(wire, batch.epoch, quarantine=batch.quarantine) for wire in batch.entries)
    return JournalMessage(address, batch.epoch, batch.quarantine, entries)


def read_entry(wire: WireEntry, epoch: str, *, quarantine: bool) -> JournalEntry:
    """Read one entry of a message; what cannot be read is its fault, never an error."""
    envelope, body, fault = _read(wire.data)
    return JournalEntry(
        epoch=epoch,
        seq=wire.seq,
        prev=wire.prev,
        hash=wire.hash,
        data=wire.data,
        quarantine=quarantine,
        envelope=envelope,
        body=body,
        fault=fault,
    )


def _read(data: bytes) -> tuple[Envelope | None, EntryBody | None, str | None]:
    envelope: Envelope | None = None
    try:
        envelope = read_envelope(data)
        if not _has_an_instant(envelope.at):
            return None, None, "its instant lies outside the calendar"
        return envelope, read_body(envelope), None
    except ValidationError as error:
        return envelope, None, what_is_wrong(error)
    except (MalformedBytes, UnknownEntryType) as error:
        return envelope, None, str(error)


def _has_an_instant(at: datetime) -> bool:
    # The first and last hours of the calendar have no UTC, and nobody downstream could store them.
    try:
        return bool(at.astimezone(UTC))
    except OverflowError:
        return False


def what_is_wrong(error: ValidationError) -> str:
    """Name the fields and rules that were broken, never the values: they may be anybody's."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[:3]
    return "; ".join(f"{'.'.join(map(str, part['loc'])) or 'message'}: {part['msg']}" for part in first)
