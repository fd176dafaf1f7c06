"""The one write path: entries, business rows, counters and answers in one transaction, then the anchor."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from terminal_agent.core.answers import ClearAcks, LeaveEpoch
from terminal_agent.core.chain import Entry, Head, Identity, Moment, extend
from terminal_agent.core.condition import Condition
from terminal_agent.core.epochs import genesis, same_standing, taking_over
from terminal_agent.core.guest import again
from terminal_agent.core.receipts import Pending, without
from terminal_agent.core.terminal import evolve_terminal, till_hosted
from terminal_agent.core.terms import Terms, terms_of
from terminal_agent.core.till import evolve
from terminal_agent.crash import crash_point
from terminal_agent.desk.clocks import World
from terminal_agent.desk.memory import (
    Fetched,
    Memory,
    fetched_row,
    held_row,
    order_row,
    pending_row,
    state_rows,
)
from terminal_agent.journal import acks, rows
from terminal_agent.journal.anchor import Anchor
from terminal_agent.journal.ballast import Ballast
from terminal_agent.journal.database import Database
from terminal_agent.journal.failures import JournalBroken, JournalFull
from terminal_agent.journal.rows import Answer, Effect, Write
from tillday_contracts.asks import CatalogueItem, TerminalPerson
from tillday_contracts.entries import Boot, EntryBody, Genesis, PinRefused, Position, SignedIn, TillState
from tillday_contracts.wishes import Desired, Settings

EVERYBODY: Final = "*"
"""The row that counts the wrong PINs of the whole terminal; no person's code looks like it."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What goes into a transaction beside entries. `effects` are made from the entries as they were
    chained.
    """

    effects: Callable[[Sequence[Entry]], Sequence[Effect]] = lambda _: ()
    documents: Sequence[tuple[str, str]] = ()
    answer: Answer | None = None
    state: Mapping[str, str] = field(default_factory=dict)
    done: str | None = None
    """The pending receipt that ends with these entries."""


@dataclass(frozen=True, slots=True)
class _From:
    """What a write starts from: the head that its entries follow and the memory that they change."""

    head: Head
    memory: Memory


class Book:
    """The journal open for writing, and the memory that follows it. All writes go through `turn`."""

    def __init__(
        self,
        identity: Identity,
        database: Database,
        anchor: Anchor,
        world: World,
        ballast: Ballast | None = None,
    ) -> None:
        self.identity = identity
        self.database = database
        self.world = world
        self.memory = Memory()
        self.head = Head("")
        self.boot_no = 0
        self.broken: str | None = None
        self.damage: Condition | None = None
        self.usable = asyncio.Event()
        """Set once entries may be written."""
        self.notes: dict[str, str] = {}
        """What was found when the journal was opened, for a person to know."""
        self.turn = asyncio.Lock()
        self._anchor = anchor
        self._ballast = ballast
        self._on_change: list[Callable[[], None]] = []

    async def key_of(self, epoch: str) -> bytes:
        """The key that an epoch of this journal is chained with."""
        if epoch == self.head.epoch:
            return self.identity.key
        return self.identity.key_named((await rows.key_ids(self.database)).get(epoch, ""))

    def on_change(self, tell: Callable[[], None]) -> None:
        """Call `tell` after each change."""
        self._on_change.append(tell)

    async def begin(self, head: Head | None, *, version: str, reason: str | None = None) -> None:
        """Start this boot with its BOOT entry, in a new epoch where there is none or for a reason."""
        self.boot_no = await rows.boots(self.database) + 1
        nonce = self.world.random_bytes(16).hex()
        boot = Boot(nonce=nonce, version=version)
        row = (self.boot_no, nonce, self.world.now().isoformat())
        if head is not None and reason is None:
            await self._store((boot,), Aside(), Write(boot=row), _From(head, self.memory))
        else:
            first = self._genesis(head.position if head is not None else None, self.memory)
            bodies: tuple[EntryBody, ...] = (first, boot, *again(self.memory.till))
            await self._new_epoch(reason or "enrolled", bodies, Write(boot=row), self.memory)
        self.usable.set()

    async def begin_after_damage(self, *, version: str) -> None:
        """Go on in a new epoch after the last intact entry; what is suspect is sent as quarantine.

        Nothing is overwritten or deleted: the damaged entries stay where they are.
        """
        async with self.turn:
            if self.damage is None:
                return
            if self.damage.suspect is not None:
                await acks.clear(self.database, ClearAcks(*self.damage.suspect))
            self.broken, found, self.damage = None, self.damage, None
            await self.begin(found.head, version=version, reason="damaged")
            self.notes["damaged"] = f"{found.text}. A supervisor let the terminal go on in a new epoch."

    async def write(self, bodies: Sequence[EntryBody], aside: Aside | None = None) -> tuple[Entry, ...]:
        """Commit entries; durable when this returns. The caller holds `turn`.

        Raises JournalError or EntryTooLarge, and has written nothing then (after JournalBroken nobody knows).
        """
        return await self._store(bodies, aside or Aside(), Write(), _From(self.head, self.memory))

    async def leave_epoch(self, leave: LeaveEpoch) -> None:
        """Open a new epoch as a verdict asks; the ledger's view of the till is taken over where it gave
        one.
        """
        async with self.turn:
            if leave.epoch != self.head.epoch:
                return
            memory = self._taking_over(leave.state) if leave.state else self.memory
            first = self._genesis(leave.follows, memory)
            await self._new_epoch(leave.reason, (first, *again(memory.till)), Write(), memory)

    async def take_state(self, states: tuple[TillState, ...]) -> bool:
        """Take over the ledger's view of the till where it is another one; a new epoch's genesis says so."""
        async with self.turn:
            memory = self._taking_over(states)
            if same_standing(memory.till, self.memory.till, self.till):
                return False
            first = self._genesis(self.head.position, memory)
            await self._new_epoch("state", (first, *again(memory.till)), Write(), memory)
            return True

    def _taking_over(self, states: tuple[TillState, ...]) -> Memory:
        memory, code = self.memory, self.identity.till
        till, terminal = taking_over(memory.till, memory.terminal, states, code=code, terms=self.terms)
        return replace(memory, till=till, terminal=terminal)

    def _genesis(self, follows: Position | None, memory: Memory) -> Genesis:
        return genesis(self.identity, follows, memory.till, code=self.till)

    async def _new_epoch(
        self, reason: str, bodies: Sequence[EntryBody], write: Write, memory: Memory
    ) -> None:
        epoch = self.world.random_bytes(8).hex()
        named = replace(write, epochs=((epoch, self.identity.key_id, reason),))
        await self._store(bodies, Aside(), named, _From(Head(epoch), memory))

    @property
    def till(self) -> str:
        """The till that this terminal has now."""
        who = self.identity
        return till_hosted(self.memory.desired, terminal=who.terminal, enrolled=who.till)

    @property
    def terms(self) -> Terms | None:
        """What a session that starts now works by."""
        settings = self.memory.settings
        return terms_of(settings) if settings is not None else None

    async def _store(
        self, bodies: Sequence[EntryBody], aside: Aside, write: Write, start: _From
    ) -> tuple[Entry, ...]:
        if self.broken is not None:
            raise JournalBroken(self.broken)
        moment = Moment(self.world.now(), int(self.world.monotonic() * 1000), self.boot_no)
        entries = extend(self.identity, start.head, bodies, moment)
        memory = self._after(start.memory, bodies, entries)
        ended = aside.done is not None and aside.done in memory.pending
        if aside.done is not None and ended:
            memory = replace(memory, pending=without(memory.pending, aside.done))
        full = replace(
            write,
            entries=entries,
            state={**state_rows(memory), **aside.state, **(pending_row(memory.pending) if ended else {})},
            effects=aside.effects(entries),
            documents=aside.documents,
            answer=aside.answer,
        )
        try:
            await self._commit_or_make_room(full)
            self.memory, self.head = memory, entries[-1].head if entries else start.head
            self._anchor.note(self.head)
        except JournalBroken as error:
            self.broken = str(error)
            raise
        crash_point("after_anchor")
        self.changed()
        return entries

    async def _commit_or_make_room(self, write: Write) -> None:
        """On a full disk, what was begun may still end: the room kept back is given up for it, once."""
        try:
            await self._commit(write)
        except JournalFull:
            if self._ballast is None or not self._ballast.release():
                raise
            await self._commit(write)

    async def _commit(self, write: Write) -> None:
        async with self.database.transaction() as connection:
            await rows.store(connection, write)
            crash_point("before_commit")
        crash_point("after_commit")

    def _after(self, memory: Memory, bodies: Sequence[EntryBody], entries: Sequence[Entry]) -> Memory:
        for body, entry in zip(bodies, entries, strict=True):
            memory = replace(
                memory,
                till=evolve(memory.till, body, terms=self.terms, at=self.world.now()),
                terminal=evolve_terminal(memory.terminal, body, entry.head),
                wrong_pins=_counted(memory.wrong_pins, body),
            )
        return memory

    async def hold(self, held: Desired | Settings) -> None:
        """Store the newest retained message."""
        async with self.turn, self.database.transaction() as connection:
            await rows.store(connection, Write(state=held_row(held)))
        if isinstance(held, Desired):
            self.memory = replace(self.memory, desired=held)
        else:
            self.memory = replace(self.memory, settings=held)
        self.changed()

    async def hold_rows(self, state: Mapping[str, str]) -> None:
        """Store rows that no decision rests on; on disk when this returns. Raises JournalError."""
        async with self.turn, self.database.transaction() as connection:
            await rows.store(connection, Write(state=state))

    async def hold_receipt(self, receipt: Pending, beside: Mapping[str, str]) -> None:
        """Keep a receipt that is not paid yet, and rows that no decision rests on; on disk when this returns.

        The caller holds `turn`.
        """
        pending = {**self.memory.pending, receipt.receipt: receipt}
        async with self.database.transaction() as connection:
            await rows.store(connection, Write(state={**pending_row(pending), **beside}))
        self.memory = replace(self.memory, pending=pending)
        self.changed()

    async def hold_people(self, revision: int, people: Sequence[TerminalPerson]) -> None:
        """Swap the list of people."""
        fetched = Fetched(revision, self.world.now())
        content = [(person.person, person.model_dump_json()) for person in people]
        async with self.turn:
            await rows.replace_people(self.database, content, fetched_row("people", fetched))
            named = {person.person: person for person in people}
            self.memory = replace(self.memory, people=named, people_list=fetched)
        self.changed()

    async def hold_catalogue(self, revision: int, items: Sequence[CatalogueItem]) -> None:
        """Swap the catalogue, between two receipts."""
        fetched = Fetched(revision, self.world.now())
        content = [(item.sku, item.model_dump_json()) for item in items]
        async with self.turn:
            state = {**fetched_row("catalogue", fetched), **order_row(items)}
            await rows.replace_products(self.database, content, state)
            self.memory = replace(self.memory, catalogue={i.sku: i for i in items}, catalogue_list=fetched)
        self.changed()

    async def heard(self) -> None:
        """The back office answered; on disk to the minute, for nobody counts finer."""
        now = self.world.now()
        before = self.memory.heard_at
        if before is not None and 0 <= (now - before).total_seconds() < 60:
            return
        async with self.turn, self.database.transaction() as connection:
            await rows.store(connection, Write(state={"heard_at": now.isoformat()}))
        self.memory = replace(self.memory, heard_at=now)

    async def set_effects(self, effects: Sequence[Effect]) -> None:
        """Note how something outside went."""
        async with self.database.transaction() as connection:
            await rows.store(connection, Write(effects=effects))

    def sync_anchor(self) -> None:
        """Put the anchor on the disk. One that does not keep it may not keep the next sale either."""
        try:
            self._anchor.sync()
        except JournalBroken as error:
            self.broken = self.broken or str(error)

    def changed(self) -> None:
        """Tell those who asked to be told."""
        for tell in self._on_change:
            tell()


def _counted(wrong: Mapping[str, int], body: EntryBody) -> Mapping[str, int]:
    match body:
        case PinRefused():
            return {**wrong, body.person: body.in_a_row, EVERYBODY: wrong.get(EVERYBODY, 0) + 1}
        case SignedIn():
            return {name: count for name, count in wrong.items() if name not in (body.person, EVERYBODY)}
        case _:
            return wrong
