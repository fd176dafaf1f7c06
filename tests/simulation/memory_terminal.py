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
    Place,
    TillCommand,
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
from terminal_agent.core.terminal import opening_amounts
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Till,
    evolve,
    state_of,
)
from tillday_contracts.entries import Boot, EntryBody, Genesis, Sale
from tillday_contracts.journal import message_mac
from tillday_contracts.link import Answers, Clocks, Hello, Sealed
from tillday_contracts.wishes import SettingsContent

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)


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
        self.settings = settings
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
        self.write((*first, Boot(nonce=nonce, version="simulated")), at)

    def do(self, command: TillCommand, at: float) -> None:
        """Decide a command by the rules and journal what follows; nothing here may be refused."""
        decision = decide(self.till, command, self._place())
        assert decision.refusal is None, decision.refusal
        self.write(decision.entries, at)

    def print_last(self) -> None:
        """Print the receipt of the last entry."""
        self.printed.append(self.journal[-1].hash)

    def _place(self) -> Place:
        opening = opening_amounts(self.till, None, self.settings, code=self.identity.till)
        return Place(
            terminal=self.identity.terminal,
            till=self.identity.till,
            head=self._head,
            business_date=DAY,
            terms=terms_of(self.settings),
            obstacle=None,
            opening=opening.expected,
            kept=opening.kept,
        )

    def write(self, bodies: tuple[EntryBody, ...], at: float) -> None:
        """Append entries to the journal and let the till follow."""
        moment = Moment(instant(at), int(at * 1000), self._boot_no)
        for entry, body in zip(extend(self.identity, self._head, bodies, moment), bodies, strict=True):
            self.journal.append(entry)
            self.bodies.append(body)
            self.till = evolve(self.till, body, terms=terms_of(self.settings), at=moment.at)
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
