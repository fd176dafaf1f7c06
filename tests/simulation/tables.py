"""The ledger's tables in memory, and what one transaction leaves in them. A backup is a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

from simulation.money_tables import MoneyTables
from store_service.domain.admission import Code, JournalKey
from store_service.domain.closing import attestation_counts, evolve_attested
from store_service.domain.days import StoreBook
from store_service.domain.tills import KnownSession, session_after
from store_service.domain.wishes import Terminal as Wished
from till_service.domain.ledger import GuestKey, JournalRow, Loaded, Taken
from till_service.domain.money import AdjustmentRow, CountRow, LeftMoney, SafeRow
from till_service.domain.routing import Placed, Rescue
from till_service.domain.sessions import TillSession, close_of
from till_service.domain.streams import Held, Stamp, Stream, StreamId, Terminal
from till_service.domain.turns import Turn
from tillday_contracts.arithmetic import NO_TOTALS, ProductTotals, TenderTotals
from tillday_contracts.entries import ManifestMember
from tillday_contracts.sharing_messages import GuestChanged
from tillday_contracts.till_messages import TerminalAttested, TillSessionChanged
from tillday_contracts.topics import TerminalAddress
from tillday_contracts.wishes import Desired

NEW_STORE = StoreBook("S1", "Simulated", "Europe/Madrid", "04:00")


@dataclass(slots=True)
class Tables:
    """What is committed. Every value in these containers is frozen, so that a copy of them is a backup."""

    terminals: dict[TerminalAddress, Terminal] = field(default_factory=dict)
    timelines: dict[str, int] = field(default_factory=dict)
    streams: dict[StreamId, Stream] = field(default_factory=dict)
    positions: dict[tuple[StreamId, int], Held] = field(default_factory=dict)
    rows: dict[str, Stamp] = field(default_factory=dict)
    journal: dict[str, tuple[JournalRow, datetime]] = field(default_factory=dict)
    effects: Counter[str] = field(default_factory=Counter)
    """How often each entry had its effect: a double shows here."""
    sealed: frozenset[tuple[str, date]] = frozenset()
    sessions: dict[str, TillSession] = field(default_factory=dict)
    rescues: dict[str, tuple[Rescue, ...]] = field(default_factory=dict)
    placed: dict[str, Placed] = field(default_factory=dict)
    tenders: dict[tuple[str, str], TenderTotals] = field(default_factory=dict)
    products: dict[tuple[str, str], ProductTotals] = field(default_factory=dict)
    safe: list[SafeRow] = field(default_factory=list)
    adjustments: list[AdjustmentRow] = field(default_factory=list)
    counts: list[CountRow] = field(default_factory=list)
    left_money: list[LeftMoney] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)
    """Claimed hash → reason."""
    known: dict[str, KnownSession] = field(default_factory=dict)
    """The sessions as the store service knows them."""
    guests: dict[GuestKey, int] = field(default_factory=dict)
    guest_tenders: dict[tuple[str, str, str], TenderTotals] = field(default_factory=dict)
    asking: dict[TerminalAddress, str] = field(default_factory=dict)
    """The till that a terminal asked to join, as the store service knows it."""
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The guests that ever joined a session, as the store service knows them."""
    back_closes: int = 0
    late: MoneyTables = field(default_factory=MoneyTables)
    turns: dict[tuple[str, str], Turn] = field(default_factory=dict)
    store: StoreBook = NEW_STORE
    wished: dict[TerminalAddress, Wished] = field(default_factory=dict)
    keys: dict[TerminalAddress, tuple[JournalKey, ...]] = field(default_factory=dict)
    """The keys of each terminal as the store service knows them, newest first."""
    codes: dict[str, Code] = field(default_factory=dict)
    """Enrolment codes that were issued and not ended."""
    cut: dict[str, frozenset[str]] = field(default_factory=dict)
    """What stood at positions of a given-up key's epochs when the ledger heard of it."""
    desired: dict[TerminalAddress, Desired] = field(default_factory=dict)
    told: dict[TerminalAddress, tuple[object, ...]] = field(default_factory=dict)
    """What the desired state of a terminal was last made of."""
    heard: dict[TerminalAddress, datetime] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    """Sessions of whose manifests everything is here: a ledger only grows, so they need no second look."""
    news: int = 0
    """How often something was told of which desired states are made."""

    def copied(self) -> Tables:
        """Return a backup."""
        return Tables(**{part.name: copy(getattr(self, part.name)) for part in fields(self)})

    def loaded(self) -> Loaded:
        """Return the ledger for a decision. More than a batch needs: what it does not name stays."""
        return Loaded(
            terminals=self.terminals,
            streams=self.streams,
            positions=self.positions,
            rows=self.rows,
            sealed=self.sealed,
            sessions=self.sessions,
            rescues=self.rescues,
            placed=self._movable(),
            awaited=frozenset(self._awaited()),
            tenders=self.tenders,
            guests=self.guests,
            turns={till: turn.number for till, turn in self.turns.items()},
        )

    def _movable(self) -> tuple[Placed, ...]:
        """Return the entries that a close may move: none of a rescue session that is closed."""
        closed = self.late.rescue_closes
        if not closed:
            return tuple(self.placed.values())
        return tuple(placed for placed in self.placed.values() if placed.session_id not in closed)

    def _awaited(self) -> Iterator[str]:
        for session_id, session in self.sessions.items():
            close = None if session_id in self.complete else close_of(session)
            if close is None:
                continue
            if all(self._reaches(session.facts.store, member) for member in close.manifest):
                self.complete |= {session_id}
            else:
                yield session_id

    def _reaches(self, store: str, member: ManifestMember) -> bool:
        stream = self.streams.get(StreamId(TerminalAddress(store, member.terminal), member.epoch))
        return stream is not None and stream.upto >= member.to_seq

    def keep(self, taken: Taken, stamp: Stamp | None, now: datetime) -> None:
        """Commit what a batch, or a person's word (without a stamp), leaves."""
        self._journals(taken, stamp, now)
        for session in (*taken.new_sessions, *taken.changed_sessions):
            self.sessions[session.facts.session_id] = session
        for rescue in taken.rescues:
            others = [
                r for r in self.rescues.get(rescue.original.session_id, ()) if r.number != rescue.number
            ]
            self.rescues[rescue.original.session_id] = (*others, rescue)
        self._money(taken)
        self.tasks.extend(task.text for task in taken.tasks)
        for letter in taken.letters:
            self.letters.setdefault(letter.entry.hash, letter.reason)
        for event in taken.events:
            self.news += isinstance(event, TillSessionChanged | TerminalAttested | GuestChanged)
            if isinstance(event, TillSessionChanged):
                self.tell(event)
            elif isinstance(event, TerminalAttested):
                self._attested(event)
            elif isinstance(event, GuestChanged):
                self._guest(event)

    def _journals(self, taken: Taken, stamp: Stamp | None, now: datetime) -> None:
        for address, epoch in taken.current_epochs.items():
            before = self.terminals[address]
            if before.current_epoch != epoch:
                self.terminals[address] = replace(before, current_epoch=epoch)
        for stream in taken.streams:
            self.streams[stream.id] = stream
        if stamp is None:
            return
        self.timelines[stamp.timeline] = max(stamp.c, self.timelines.get(stamp.timeline, 0))
        for guest, since in taken.guests.items():
            self.guests.setdefault(guest, since)
        for position in taken.positions:
            self.positions[(position.stream, position.seq)] = self.held(position.hash, stamp)
        for row in taken.rows:
            self.rows[row.entry.hash] = stamp
            self.effects[row.entry.hash] += 1
            self.journal[row.entry.hash] = (row, now)

    def held(self, hash_: str, stamp: Stamp) -> Held:
        """Return what stands at a position: its stamp is of the transaction that consumed the position."""
        return Held(hash_, stamp)

    def _money(self, taken: Taken) -> None:
        for placed in taken.placed:
            self.placed[placed.origin.hash] = placed
        for tender_key, totals in taken.tenders.items():
            self.tenders[tender_key] = self.tenders.get(tender_key, NO_TOTALS).plus(totals)
        for key, product in taken.products.items():
            before = self.products.get(key, ProductTotals(product.name, 0, 0))
            quantity, gross = before.quantity + product.quantity, before.gross + product.gross
            self.products[key] = ProductTotals(product.name, quantity, gross)
        for guest, brought in taken.guest_tenders.items():
            self.guest_tenders[guest] = self.guest_tenders.get(guest, NO_TOTALS).plus(brought)
        self.safe.extend(taken.safe)
        self.adjustments.extend(taken.adjustments)
        self.counts.extend(taken.counts)
        self.left_money.extend(taken.left_money)
        self.late.keep(taken)

    def tell(self, event: TillSessionChanged) -> None:
        """Let the store service hear of a session."""
        of_till = [known for known in self.known.values() if known.till == event.till]
        previous = max(of_till, key=lambda known: known.place, default=None)
        self.known[event.session_id] = session_after(event, self.known.get(event.session_id), previous)

    def _guest(self, event: GuestChanged) -> None:
        address = TerminalAddress(event.store, event.terminal)
        if event.state != "left":
            self.asking[address] = event.till
        elif self.asking.get(address) == event.till:
            del self.asking[address]
        if event.state == "joined" and event.session_id is not None:
            members = {*self.members.get(event.session_id, ()), event.terminal}
            self.members[event.session_id] = tuple(sorted(members))

    def _attested(self, event: TerminalAttested) -> None:
        asked = self.desired[TerminalAddress(event.store, event.terminal)]
        asked_at = asked.rev if asked.closing == event.business_date else None
        if attestation_counts(self.store.closing, event.business_date, event.revision, asked_at=asked_at):
            self.store = evolve_attested(self.store, event.terminal)
