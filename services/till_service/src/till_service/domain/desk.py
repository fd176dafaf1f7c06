"""What a person decides about an entry on the dead-letter desk: once more, with another body, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from till_service.domain.book import Book
from till_service.domain.effects import apply
from till_service.domain.incoming import JournalEntry, read_entry
from till_service.domain.ledger import Loaded, Moment, Taken
from till_service.domain.outcome import outcome
from till_service.domain.proven import Effect, Proven
from till_service.domain.streams import Stream, StreamId
from tillday_contracts.desk_messages import Change, RepairDeadLetter
from tillday_contracts.entries import Genesis, encode_entry
from tillday_contracts.journal import MAX_ENTRY_BYTES, MalformedBytes, WireEntry
from tillday_contracts.messages import Refused
from tillday_contracts.topics import TerminalAddress

LONGEST_CHANGES: Final = 200
_BEGINS: Final = "It begins an epoch that is over or went on without it: discard it."


@dataclass(frozen=True, slots=True)
class Tried:
    """The effect that an entry of the desk has now, and what it leaves in the ledger."""

    effect: Effect
    taken: Taken


@dataclass(frozen=True, slots=True)
class Repair:
    """A repaired entry in the place of the one it repairs, and how the two differ."""

    entry: JournalEntry
    changes: tuple[Change, ...]


def try_again(
    address: TerminalAddress, entry: JournalEntry, loaded: Loaded, moment: Moment
) -> Tried | Refused:
    """Let an entry that took its position without an effect have it now, by the rules of today."""
    if isinstance(entry.body, Genesis):
        return Refused(code="begins_an_epoch", text=_BEGINS)
    book = Book(loaded, moment)
    stream = None if entry.quarantine else book.stream(StreamId(address, entry.epoch))
    effect = apply(book, Proven(address, entry, stream))
    if effect.placement == "desk":
        why = effect.reason or "no effect is possible"
        return Refused(code="still_impossible", text=f"It would come back to the desk: {why}.")
    if stream is not None:
        book.streams[stream.id] = _never_lower(book.streams.get(stream.id, stream), stream)
    return Tried(effect, outcome(book, answers={}, gaps={}))


def _never_lower(after: Stream, before: Stream) -> Stream:
    # The terminal went on meanwhile: an old receipt is not its last one.
    return after._replace(
        last_receipt=max(after.last_receipt, before.last_receipt),
        last_cash_up=max(after.last_cash_up, before.last_cash_up),
    )


def repair(address: TerminalAddress, entry: JournalEntry, command: RepairDeadLetter) -> Repair | Refused:
    """Return the entry with another body; its identity is that of its place in the journal."""
    if entry.envelope is None:
        text = f"Nothing of it can be read ({entry.fault}), so nothing can be repaired: discard it."
        return Refused(code="unreadable", text=text)
    envelope = entry.envelope.model_copy(
        update={
            "store": address.store,
            "terminal": address.terminal,
            "epoch": entry.epoch,
            "seq": entry.seq,
            "body": command.body,
        }
    )
    try:
        data = encode_entry(envelope)
    except (MalformedBytes, ValueError) as error:
        return Refused(code="bad_repair", text=f"The repaired entry cannot be written: {error}.")
    if len(data) > MAX_ENTRY_BYTES:
        return Refused(code="bad_repair", text=f"The repaired entry is longer than {MAX_ENTRY_BYTES} bytes.")
    wire = WireEntry(seq=entry.seq, prev=entry.prev, hash=entry.hash, data=data)
    repaired = read_entry(wire, entry.epoch, quarantine=entry.quarantine)
    if repaired.fault is not None:
        return Refused(code="bad_repair", text=f"The repaired entry is no {envelope.type}: {repaired.fault}.")
    changes = tuple(differences(entry.envelope.body, command.body))
    if not changes and data == entry.data:
        return Refused(code="no_change", text="The repaired entry is the old one: try it again instead.")
    return Repair(repaired, changes[:LONGEST_CHANGES])


def differences(before: object, after: object, path: str = "") -> Iterator[Change]:
    """Yield where two JSON values differ, the smallest parts that do, by dotted path."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{path}[{n}]")
    elif before != after:
        yield Change.model_validate({"path": path, "before": before, "after": after})
