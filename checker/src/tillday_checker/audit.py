"""Invariants 18, 23 and 24: nothing acknowledged is missing, the chains verify, the numbers run on."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from tillday_checker.story import Told, accepted, desk_of, place_of, row_place, whole_story
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import HeldEntry, Ledger, LedgerRow, Terminal, World
from tillday_contracts.entries import Envelope, Genesis, Sale, TerminalOpened, TillClosed, read_envelope
from tillday_contracts.ids import ZERO_HASH, epoch_code
from tillday_contracts.journal import MalformedBytes

Owner = tuple[str, str]


def acknowledged_is_kept(world: World) -> Found:
    """18: whatever a terminal holds as acknowledged is in the ledger, or its bytes are on the desk."""
    if world.ledger is None:
        return
    kept = world.ledger.on_desk | {row.hash for row in world.ledger.journal}
    for terminal in world.terminals:
        for entry in terminal.entries:
            if entry.acknowledged and entry.hash not in kept:
                yield Violation(
                    18, "the entry is acknowledged and not in the ledger", place_of(terminal, entry)
                )


def chains_verify(world: World) -> Found:
    """23: every entry's hash is the MAC of its bytes and predecessor, its bytes claim its own place."""
    desk = desk_of(world)
    for terminal in world.terminals:
        yield from _terminal_chain(terminal)
        for entry in terminal.entries:
            if entry.hash not in desk:
                yield from _claimed(entry, (terminal.store, terminal.terminal), place_of(terminal, entry))
    if world.ledger is not None:
        for row in world.ledger.journal:
            yield from _proven(row, world.ledger.keys.values(), row_place(row))
            if row.hash not in desk:
                yield from _claimed(row, (row.store, row.terminal), row_place(row))
        yield from _ledger_chain(world.ledger)
        yield from _same_bytes(world.terminals, world.ledger)
    yield from _actors(whole_story(world))


def _terminal_chain(terminal: Terminal) -> Found:
    before: dict[str, HeldEntry] = {}
    for entry in sorted(terminal.entries, key=lambda held: (held.epoch, held.seq)):
        place = place_of(terminal, entry)
        yield from _proven(entry, terminal.keys.values(), place)
        last = before.get(entry.epoch)
        due = last.hash if last is not None else ZERO_HASH if entry.seq == 1 else entry.prev
        if entry.prev != due:
            yield Violation(23, "the entry does not follow the one before it", place)
        before[entry.epoch] = entry


def _proven(entry: HeldEntry | LedgerRow, keys: Iterable[bytes], place: str) -> Found:
    material = bytes.fromhex(entry.prev) + entry.data
    if not any(_mac(key, material) == entry.hash for key in keys):
        yield Violation(23, "the entry's hash is not the MAC of its bytes", place)


def _claimed(entry: HeldEntry | LedgerRow, owner: Owner, place: str) -> Found:
    try:
        envelope = read_envelope(entry.data)
    except (MalformedBytes, ValidationError):
        return  # a malformed entry that is chained properly waits on the desk
    if _claim(envelope) != (*owner, entry.epoch, entry.seq):
        yield Violation(23, "the bytes claim another place than the one they stand in", place)


def _mac(key: bytes, material: bytes) -> str:
    return hmac.new(key, material, hashlib.sha256).hexdigest()


def _claim(envelope: Envelope) -> tuple[str, str, str, int]:
    return (envelope.store, envelope.terminal, envelope.epoch, envelope.seq)


def _ledger_chain(ledger: Ledger) -> Found:
    rows = {row.hash: row for row in ledger.journal}
    at = {(spot.store, spot.terminal, spot.epoch, spot.seq): spot.hash for spot in ledger.positions}
    for (store, terminal, epoch, seq), entry in sorted(at.items()):
        row = rows.get(entry)
        before = at.get((store, terminal, epoch, seq - 1), ZERO_HASH if seq == 1 else None)
        if row is not None and before is not None and row.prev != before:
            yield Violation(23, "the entry does not follow the one before it", row_place(row))


def _same_bytes(terminals: Iterable[Terminal], ledger: Ledger) -> Found:
    stored = {row.hash: row.data for row in ledger.journal}
    for terminal in terminals:
        for entry in terminal.entries:
            if stored.get(entry.hash, entry.data) != entry.data:
                yield Violation(23, "ledger and terminal hold different bytes", place_of(terminal, entry))


def _actors(story: Iterable[Told]) -> Found:
    for entry in story:
        if (
            isinstance(entry.body, TerminalOpened)
            and entry.body.origin == "front_office"
            and not entry.body.by
        ):
            yield Violation(23, "the terminal was opened at the front by nobody", entry.where)


def numbers_run_on(world: World) -> Found:
    """24: receipts and cash-ups are numbered per epoch without gaps, and listed under their number."""
    story = accepted(whole_story(world))
    given: dict[tuple[str, str], list[tuple[Told, str, str]]] = defaultdict(list)
    for entry in story:
        if isinstance(entry.body, Sale):
            given["receipt", entry.epoch].append((entry, entry.terminal, entry.body.number))
        elif isinstance(entry.body, TillClosed):
            given["cash-up", entry.epoch].append((entry, entry.body.till, entry.body.number))
    begun = {entry.epoch for entry in story if isinstance(entry.body, Genesis)}
    for (_, epoch), numbers in given.items():
        yield from _sequence(epoch, numbers, whole=epoch in begun)
    yield from _listed(
        world, {entry.hash: entry.body.number for entry in story if isinstance(entry.body, Sale)}
    )


def _sequence(epoch: str, numbers: list[tuple[Told, str, str]], *, whole: bool) -> Found:
    # An epoch whose first entries were purged starts anywhere; from there on it has no gap either.
    due = 1 if whole else int(numbers[0][2].rpartition("-")[2])
    for entry, owner, number in numbers:
        if number != f"{owner}-{epoch_code(epoch)}-{due}":
            yield Violation(24, f"the number is {number}, the next one was {due}", entry.where)
        due += 1


def _listed(world: World, numbers: Mapping[str, str]) -> Found:
    for row in world.ledger.sales if world.ledger else ():
        if numbers.get(row.hash, row.number) != row.number:
            yield Violation(24, f"the ledger lists {numbers[row.hash]} as {row.number}", f"sale {row.number}")
