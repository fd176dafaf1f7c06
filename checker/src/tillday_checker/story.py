"""The journals read again from their bytes: what each entry says, in the order of its terminal."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from pydantic import ValidationError

from tillday_checker.world import HeldEntry, LedgerRow, Terminal, World
from tillday_contracts.entries import EntryBody, Envelope, Genesis, UnknownEntryType, read_body, read_envelope
from tillday_contracts.journal import MalformedBytes

UNREADABLE: Final = (MalformedBytes, ValidationError, UnknownEntryType)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry, read. `quarantine` marks one of an epoch that was left; no manifest covers it.

    `body` is as it counts now; `at_first` what the terminal said, where people have put something else there.
    """

    store: str
    terminal: str
    epoch: str
    seq: int
    prev: str
    hash: str
    type: str
    at: datetime
    body: EntryBody
    quarantine: bool = False
    at_first: EntryBody | None = None

    @property
    def as_counted(self) -> EntryBody:
        """What the terminal said, and its own counts tell of."""
        return self.body if self.at_first is None else self.at_first

    @property
    def where(self) -> str:
        """The entry's place, for people."""
        return f"{self.store}/{self.terminal}, epoch {self.epoch}, entry {self.seq} ({self.type})"


def words(entry: Told) -> str:
    """Return what kind of thing an entry tells of, for people."""
    return entry.type.lower().replace("_", " ")


def place_of(terminal: Terminal, entry: HeldEntry) -> str:
    """Return an entry's place in a terminal's own journal, for people."""
    return f"{terminal.store}/{terminal.terminal}, epoch {entry.epoch}, entry {entry.seq}"


def row_place(row: LedgerRow) -> str:
    """Return an entry's place in the ledger, for people."""
    return f"{row.store}/{row.terminal}, epoch {row.epoch}, entry {row.seq} (ledger)"


def desk_of(world: World) -> frozenset[str]:
    """Return the entries that wait on the dead-letter desk: what is wrong with them is known."""
    if world.ledger is None:
        return frozenset()
    return world.ledger.on_desk | {row.hash for row in world.ledger.journal if row.placement == "desk"}


@lru_cache(maxsize=2)
def ledger_story(world: World) -> tuple[Told, ...]:
    """Return what the ledger holds, in the terminals' order."""
    rows = world.ledger.journal if world.ledger else ()
    told = (_read(row.store, row.terminal, row, quarantine=row.quarantine) for row in rows)
    return in_order((entry for entry in told if entry is not None), _begun(rows))


@lru_cache(maxsize=2)
def whole_story(world: World) -> tuple[Told, ...]:
    """Return what the ledger or a terminal holds, each entry once, in the terminals' order."""
    told = {entry.hash: entry for entry in ledger_story(world)}
    for terminal in world.terminals:
        for held in terminal.entries:
            if held.hash in told:
                continue
            entry = _read(terminal.store, terminal.terminal, held, quarantine=False)
            if entry is not None:
                told[entry.hash] = entry
    left = _left_behind(told.values())
    rows = world.ledger.journal if world.ledger else ()
    return in_order(
        (
            replace(entry, quarantine=True) if entry.seq > left.get(entry.epoch, entry.seq) else entry
            for entry in told.values()
        ),
        _begun(rows),
    )


def _begun(rows: Iterable[LedgerRow]) -> dict[str, int]:
    """Return in which order the ledger heard of epochs."""
    begun: dict[str, int] = {}
    for row in rows:
        begun.setdefault(row.epoch, len(begun))
    return begun


def _left_behind(entries: Iterable[Told]) -> dict[str, int]:
    """Return per epoch that was left at which position; what follows there travels as quarantine."""
    follows = (entry.body.follows for entry in entries if isinstance(entry.body, Genesis))
    return {position.epoch: position.seq for position in follows if position is not None}


def accepted(story: Iterable[Told]) -> tuple[Told, ...]:
    """Return the entries that were not quarantined: the till's own course of events."""
    return tuple(entry for entry in story if not entry.quarantine)


def _read(store: str, terminal: str, entry: HeldEntry | LedgerRow, *, quarantine: bool) -> Told | None:
    repaired = entry.repaired if isinstance(entry, LedgerRow) else None
    parsed = _parsed(repaired or entry.data)
    if parsed is None:
        return None
    envelope, body = parsed
    if (envelope.store, envelope.terminal, envelope.epoch, envelope.seq) != (
        store,
        terminal,
        entry.epoch,
        entry.seq,
    ):
        return None
    place = (store, terminal, entry.epoch, entry.seq, entry.prev, entry.hash)
    first = _parsed(entry.data) if repaired is not None else None
    return Told(
        *place, envelope.type, envelope.at, body, quarantine, at_first=None if first is None else first[1]
    )


@lru_cache(maxsize=2**17)
def _parsed(data: bytes) -> tuple[Envelope, EntryBody] | None:
    try:
        envelope = read_envelope(data)
        return envelope, read_body(envelope)
    except UNREADABLE:
        return None


def in_order(entries: Iterable[Told], begun: Mapping[str, int]) -> tuple[Told, ...]:
    """Return entries terminal by terminal, epochs as they follow each other, by sequence within.

    An epoch that follows none, of a PC that replaced another, stands where the ledger heard of it first.
    """
    known = list(entries)
    ranks = _epoch_ranks(known, begun)
    last = (len(begun), "", 0)
    return tuple(
        sorted(
            known,
            key=lambda told: (
                told.store,
                told.terminal,
                ranks.get(told.epoch, last),
                told.epoch,
                told.seq,
            ),
        )
    )


def _epoch_ranks(entries: Iterable[Told], begun: Mapping[str, int]) -> dict[str, tuple[int, str, int]]:
    """Return each epoch's rank: the first one of its line, and how many it follows."""
    follows = {
        told.epoch: told.body.follows.epoch if told.body.follows else None
        for told in entries
        if isinstance(told.body, Genesis)
    }
    ranks: dict[str, tuple[int, str, int]] = {}
    for epoch in follows:
        line = [epoch, *_ancestors(epoch, follows)]
        ranks[epoch] = (begun.get(line[-1], len(begun)), line[-1], len(line) - 1)
    return ranks


def _ancestors(epoch: str, follows: dict[str, str | None]) -> Iterator[str]:
    seen = {epoch}
    before = follows.get(epoch)
    while before is not None and before not in seen:
        yield before
        seen.add(before)
        before = follows.get(before)
