"""The terminal's own rules over a journal in memory: what the agent does between its till and the broker."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from terminal_agent.core.answers import (
    ClearAcks,
    ClearStamps,
    Effect,
    Known,
    MarkAcked,
    places_to_know,
    receive,
)
from terminal_agent.core.chain import Entry, Head, Identity, Moment, extend
from terminal_agent.core.commands import (
    Actor,
    Approver,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    Place,
    Sell,
    StartCashUp,
    StartTill,
    Tendered,
    TillCommand,
    Wanted,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.drain import (
    Drain,
    JournalView,
    connected,
    disconnected,
    hello_is_due,
    hello_said,
)
from terminal_agent.core.sending import Launch, launch, next_fetch, overdue
from terminal_agent.core.till import Till, evolve, state_of, terms_of
from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import Boot, EntryBody, Genesis, Sale, TenderAmount, TerminalOpened
from tillday_contracts.journal import message_mac
from tillday_contracts.link import Answers, CatalogueItem, Clocks, Hello, Sealed, SettingsContent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
CASHIER = Actor("CASHIER-1", frozenset({"sell"}))
SUPERVISOR = Approver(Actor("SUPERVISOR-1", frozenset({"approve_difference"})), "counted twice")
ITEMS = {
    sku: CatalogueItem(sku=sku, name=sku.title(), price=price, tax_rate=1000)
    for sku, price in (("COFFEE", 210), ("CAKE", 415), ("WATER", 0))
}


class MemoryTerminal:
    """One terminal: its journal survives `kill`, everything else does not."""

    def __init__(self, identity: Identity, settings: SettingsContent, chance: random.Random) -> None:
        self.identity = identity
        self.till = Till()
        self.journal: list[Entry] = []
        self.bodies: list[EntryBody] = []
        self.acked: dict[int, tuple[str, int]] = {}
        """Sequence → the stamp of its ack."""
        self.printed: list[str] = []
        """The hash of every sale whose receipt was printed: nobody may lose these."""
        self.drain = Drain()
        self._chance = chance
        self._terms = terms_of(settings)
        self._boot_no = 0
        self._head = Head(f"{chance.getrandbits(64):016x}")
        self.boot(at=0.0)

    # --- the day ------------------------------------------------------------------------------------

    def boot(self, *, at: float) -> None:
        """Start the process: one entry, and the genesis before it the first time."""
        self._boot_no += 1
        self.drain = Drain()
        nonce = f"{self._chance.getrandbits(128):032x}"
        first: tuple[EntryBody, ...] = () if self.journal else (Genesis(key_id=self.identity.key_id),)
        self._write((*first, Boot(nonce=nonce, version="simulated")), at)

    def open_day(self, *, at: float) -> None:
        """Take the business date and open the till with its first float."""
        self._write((TerminalOpened(business_date=DAY, origin="back_office"),), at)
        self.open_till(at=at)

    def open_till(self, *, at: float) -> None:
        """Start a session and count 15000 into it, whatever was left."""
        self._do(StartTill(CASHIER, f"{self._chance.getrandbits(128):032x}"), at)
        self._do(CountFloat(CASHIER, (DenominationCount(value=1000, quantity=15),), SUPERVISOR), at)

    def sell(self, *, at: float) -> None:
        """Sell a random basket and print its receipt."""
        wanted = tuple(
            Wanted(sku, self._chance.randint(1, 3)) for sku in self._chance.sample(sorted(ITEMS), 2)
        )
        due = sum(ITEMS[want.sku].price * want.quantity for want in wanted)
        self._do(Sell(CASHIER, wanted, self._payments(due), ITEMS), at)
        self.printed.append(self.journal[-1].hash)

    def _payments(self, due: int) -> tuple[Tendered, ...]:
        """A part by card or voucher, or none, and the rest in cash, sometimes with change."""
        if not due:
            return ()
        other = Tendered(self._chance.choice(("card", "voucher")), self._chance.choice((0, 0, due // 2, due)))
        rest = due - other.amount
        cash = (Tendered("cash", rest + self._chance.choice((0, 85))),) if rest else ()
        return (other, *cash) if other.amount else cash

    def cash_up(self, *, missing: int, at: float) -> None:
        """Count the drawer, `missing` minor units short, confirm the other tenders, and close the till."""
        running = self.till.running
        assert running is not None
        expected = {tender: totals.expected for tender, totals in running.totals.items()}
        pieces = (DenominationCount(value=1, quantity=expected["cash"] - missing),)
        self._do(StartCashUp(CASHIER), at)
        self._do(CountTender(CASHIER, "cash", pieces, approver=SUPERVISOR if missing else None), at)
        for tender in ("card", "voucher"):
            self._do(CountTender(CASHIER, tender, counted=expected.get(tender, 0)), at)
        self._do(ConfirmCashUp(CASHIER, {}), at)

    def _do(self, command: TillCommand, at: float) -> None:
        decision = decide(self.till, command, self._place())
        assert decision.refusal is None, decision.refusal
        self._write(decision.entries, at)

    def _place(self) -> Place:
        return Place(
            terminal=self.identity.terminal,
            till=self.identity.till,
            head=self._head,
            business_date=DAY,
            terms=self._terms,
            obstacle=None,
            opening=(TenderAmount(tender="cash", amount=0),),
        )

    def _write(self, bodies: tuple[EntryBody, ...], at: float) -> None:
        moment = Moment(instant(at), int(at * 1000), self._boot_no)
        for entry, body in zip(extend(self.identity, self._head, bodies, moment), bodies, strict=True):
            self.journal.append(entry)
            self.bodies.append(body)
            self.till = evolve(self.till, body, terms=self._terms, at=moment.at)
            self._head = entry.head

    # --- the link -----------------------------------------------------------------------------------

    @property
    def pending(self) -> int:
        """How many entries the ledger has not acknowledged."""
        return len(self.journal) - len(self.acked)

    @property
    def sales(self) -> list[tuple[str, Sale]]:
        """Every sale of the journal with its hash."""
        pairs = zip(self.journal, self.bodies, strict=True)
        return [(entry.hash, body) for entry, body in pairs if isinstance(body, Sale)]

    def connect(self, *, at: float) -> None:
        """The broker is reached."""
        self.drain = connected(self.drain, at=at)

    def lose_link(self) -> None:
        """The broker is gone."""
        self.drain = disconnected(self.drain)

    def speak(self, *, at: float) -> list[tuple[str, bytes]]:
        """Return what goes out now: ("hello" | "journal", bytes)."""
        self.drain = overdue(self.drain, at=at)
        out: list[tuple[str, bytes]] = []
        if hello_is_due(self.drain, at=at):
            out.append(("hello", self._hello(at)))
            self.drain = hello_said(self.drain, at=at)
        while (fetch := next_fetch(self.drain, self.view())) is not None:
            entries = self.journal[fetch.first - 1 : fetch.first - 1 + fetch.limit]
            by = Launch(self._boot_no, at, self._chance.random())
            self.drain, batch = launch(self.drain, fetch, entries, by)
            out.append(("journal", batch.model_dump_json().encode()))
        return out

    def hear(self, data: bytes, *, at: float) -> None:
        """Take one message of the ack topic."""
        for verdict in Answers.model_validate_json(data).items:
            places = places_to_know((verdict,))
            hashes = {place: found for place in places if (found := self._hash_at(*place)) is not None}
            self.drain, effects = receive(self.drain, self.view(), Known(hashes), verdict, at=at)
            for effect in effects:
                self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case MarkAcked():
                first = effect.seq if effect.single else 1
                for seq in range(first, effect.seq + 1):
                    self.acked.setdefault(seq, (effect.timeline, effect.c))
            case ClearAcks():
                self.acked = {seq: stamp for seq, stamp in self.acked.items() if seq < effect.from_seq}
            case ClearStamps():
                self.acked = {
                    seq: (timeline, c)
                    for seq, (timeline, c) in self.acked.items()
                    if c <= effect.valid.get(timeline, c)
                }
            case _:
                raise AssertionError(f"nothing here was cloned or restored, and yet: {effect}")

    def view(self) -> JournalView:
        """Return what a step of the link must know of the journal."""
        low = next((entry for entry in self.journal if entry.seq not in self.acked), None)
        return JournalView(
            head=self._head,
            low_seq=low.seq if low else self._head.seq + 1,
            low_hash=low.hash if low else None,
            low_prev=low.prev if low else self._head.hash,
            pending=self.pending,
        )

    def _hash_at(self, epoch: str, seq: int) -> str | None:
        known = epoch == self._head.epoch and 1 <= seq <= self._head.seq
        return self.journal[seq - 1].hash if known else None

    def _hello(self, at: float) -> bytes:
        view = self.view()
        newest: dict[str, int] = {}
        for timeline, c in self.acked.values():
            newest[timeline] = max(c, newest.get(timeline, 0))
        hello = Hello(
            boot_no=self._boot_no,
            n=self.drain.said + 1,
            epoch=view.head.epoch,
            head_seq=view.head.seq,
            head_hash=view.head.hash,
            low_seq=view.low_seq,
            low_hash=view.low_hash,
            low_prev=view.low_prev,
            acked=newest,
            clocks=Clocks(wall=instant(at), mono_ms=int(at * 1000)),
            pending=view.pending,
            state=(state_of(self.till, self.identity.till),),
        )
        data = hello.model_dump_json().encode()
        return Sealed(data=data, mac=message_mac(self.identity.key, data)).model_dump_json().encode()


def instant(at: float) -> datetime:
    """Return the wall clock at a virtual second."""
    return NOON + timedelta(seconds=at)
