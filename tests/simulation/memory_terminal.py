"""The terminal's own rules over a disk in memory: what the agent does between its till and the broker."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from simulation.memory_till import MemoryTill
from simulation.people import CASHIER
from terminal_agent.core import drain as rules
from terminal_agent.core.answers import (
    Alarm,
    ClearAcks,
    ClearStamps,
    Effect,
    Known,
    LeaveEpoch,
    MarkAcked,
    TakeState,
    places_to_know,
    receive,
)
from terminal_agent.core.chain import Entry, verifies
from terminal_agent.core.commands import TakeGuests
from terminal_agent.core.epochs import same_standing, taking_over
from terminal_agent.core.guest import again
from terminal_agent.core.held import revision_of
from terminal_agent.core.sending import Launch, launch, next_fetch, overdue
from terminal_agent.core.till import Till, state_of
from tillday_contracts.asks import Ask, Reply, TillTotals
from tillday_contracts.entries import Sale, TillState
from tillday_contracts.journal import message_mac
from tillday_contracts.link import Answers, Clocks, Hello, Sealed, Verdict

read_answers = lru_cache(maxsize=2**10)(Answers.model_validate_json)
SETTLED = ("ACK", "CONTINUE", "STATE")
"""What a HELLO of a terminal that agrees with the ledger is answered with."""
MOST_MESSAGES = 8
"""More than the rules ever send at once: a broken one must not hang a run."""


class MemoryTerminal(MemoryTill):
    """One terminal: its till, and what it says and hears over the link."""

    _told: tuple[Till | None, str, tuple[TillState, ...]] = None, "", ()
    _stamps_then: Sequence[tuple[str, int]] = ()
    """Every timeline that had acknowledged something when the last HELLO was said."""
    _said_all: tuple[object, object] = None, None
    """The link and the journal when everything had been said."""

    @property
    def pending(self) -> int:
        """How many entries the ledger has not acknowledged."""
        return self.disk.pending

    @property
    def sales(self) -> list[tuple[str, Sale]]:
        """Every sale of the journal with its hash."""
        pairs = ((entry.hash, self.around.bodies[entry.hash]) for entry in self.disk.entries)
        return [(hash_, body) for hash_, body in pairs if isinstance(body, Sale)]

    def connect(self) -> None:
        """The broker is reached."""
        self.drain = rules.connected(self.drain, at=self.around.agenda.now)

    def lose_link(self) -> None:
        """The broker is gone."""
        self.drain = rules.disconnected(self.drain)

    def speak(self) -> list[tuple[str, bytes]]:
        """Return what goes out now: ("hello" | "journal" | "ask", bytes)."""
        at = self.around.agenda.now
        if not self.drain.connected or self._is_all_said(at):
            return []
        self.drain = overdue(self.drain, at=at)
        out: list[tuple[str, bytes]] = [("ask", data) for data in self.asks]
        self.asks = []
        if rules.hello_is_due(self.drain, at=at):
            out.append(("hello", self.hello()))
            self.drain = rules.hello_said(self.drain, at=at)
        view = self.disk.view()
        for _ in range(MOST_MESSAGES):
            fetch = next_fetch(self.drain, view)
            if fetch is None:
                break
            journal = self.disk.journals[fetch.epoch]
            entries = journal.from_(fetch.first, fetch.limit, unacknowledged=fetch.quarantine)
            if not entries:
                break
            by = Launch(self.disk.boots, at, self.around.chance.random())
            self.drain, batch = launch(self.drain, fetch, entries, by)
            self.published(entries[: len(batch.entries)])
            if self.around.is_heard:
                kind = "quarantine" if batch.quarantine else "entries"
                self._say(f"sends {kind} {fetch.epoch[:4]}/{batch.entries[0].seq}..{batch.entries[-1].seq}")
            out.append(("journal", batch.model_dump_json().encode()))
        self._said_all = self.drain, self.disk.view()
        return out

    def _is_all_said(self, at: float) -> bool:
        """Say whether nothing was heard or written since the last time, and nothing is asked or due."""
        drain, view = self._said_all
        if drain is not self.drain or self.asks or view is not self.disk.view():
            return False
        due = rules.next_due(drain)
        return due is None or at < due

    def published(self, entries: list[Entry]) -> None:
        """The broker took these; that says nothing."""

    def hear(self, data: bytes, hello: Hello | None = None) -> None:
        """Take one message of the ack topic; `hello` is what it answers, None where it answers entries."""
        verdicts = read_answers(data).items
        for verdict in verdicts:
            self._judge(verdict)
        self.follow()
        newest = (self.disk.current.epoch, self.disk.boots, self.drain.said)
        if hello is not None and (hello.epoch, hello.boot_no, hello.n) == newest:
            settled = all(verdict.kind in SETTLED for verdict in verdicts) and self._has_told_all
            self.calm = self.calm + 1 if settled else 0

    @property
    def is_settled(self) -> bool:
        """Whether the ledger knows of every timeline that acknowledged something here, and agrees.

        A HELLO names sixteen timelines and sixteen of the others in turn.
        """
        return self.calm > 0 and self.calm > (len(self.disk.stamps()) - 16) // 16 and self._has_told_all

    @property
    def _has_told_all(self) -> bool:
        """Whether nothing was acknowledged since the last HELLO by a transaction that it did not know of."""
        return self._stamps_then == self.disk.stamps()

    def ask_totals(self) -> None:
        """Ask what guests brought into the session that is being counted."""
        assert self.till.session is not None
        self.asked = f"{self.around.chance.getrandbits(128):032x}"
        ask = Ask(request_id=self.asked, session_id=self.till.session.session_id)
        self.asks.append(ask.model_dump_json().encode())

    def hear_reply(self, data: bytes) -> None:
        """Take one message of the reply topic: what guests brought is in the count from here on."""
        told = Reply.model_validate_json(data).content
        if isinstance(told, TillTotals) and told.request_id == self.asked:
            self._say(f"hears what {len(told.guests)} guests brought")
            self.do(TakeGuests(CASHIER, told.guests))

    def _judge(self, verdict: Verdict) -> None:
        known = self._known(verdict)
        self.drain, effects = receive(self.drain, self.disk.view(), known, verdict, at=self.around.agenda.now)
        self.around.happened[f"answer: {verdict.kind}{'' if effects else ', nothing to do'}"] += 1
        if self.around.is_heard:
            self._say(f"hears {words_of(verdict)}{': nothing to do' if not effects else ''}")
        for effect in effects:
            self._carry_out(effect)

    def _known(self, verdict: Verdict) -> Known:
        hashes: dict[tuple[str, int], str] = {}
        broken: set[tuple[str, int]] = set()
        for epoch, seq in places_to_know((verdict,)):
            entry = self.disk.entry(epoch, seq)
            if entry is not None:
                hashes[epoch, seq] = entry.hash
                if verdict.kind == "BAD_MAC" and not verifies(self.key_of(epoch), entry):
                    broken.add((epoch, seq))
            elif (following := self.disk.entry(epoch, seq + 1)) is not None:
                hashes[epoch, seq] = following.prev
        return Known(hashes, frozenset(broken))

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case MarkAcked():
                if effect.epoch in self.disk.journals:
                    self.disk.journals[effect.epoch].mark(effect, self.around.agenda.now)
            case ClearAcks():
                self.disk.journals[effect.epoch].clear_from(effect.from_seq)
            case ClearStamps():
                for journal in self.disk.journals.values():
                    journal.clear_stamps(effect.valid)
            case LeaveEpoch() if effect.epoch == self.disk.current.epoch:
                if effect.state:
                    self._take_over(effect.state)
                self._new_epoch(effect.reason, (self._genesis(effect.follows), *again(self.till)))
            case TakeState():
                self._take_state(effect)
            case Alarm():
                self.alarms.append(effect.code)
                self.around.happened[f"alarm: {effect.code}"] += 1
                self._say(f"ALARM {effect.text}")
            case _:
                pass

    def _take_state(self, taken: TakeState) -> None:
        before, head = self.till, self.disk.current.head
        terminal = self.disk.terminal
        self._take_over(taken.state)
        if same_standing(before, self.till, self.hosted):
            self.disk.till, self.disk.terminal = before, terminal
        else:
            self._new_epoch("state", (self._genesis(head.position), *again(self.till)))

    def _take_over(self, states: tuple[TillState, ...]) -> None:
        till, terminal, code = self.disk.till, self.disk.terminal, self.identity.till
        taken = taking_over(till, terminal, states, code=code, terms=self._terms)
        self.disk.till, self.disk.terminal = taken

    def _state(self) -> tuple[TillState, ...]:
        """Return what a HELLO tells of the till: most often what the one before it told."""
        till, code, _ = self._told
        if till is not self.till or code != self.hosted:
            self._told = self.till, self.hosted, (state_of(self.till, self.hosted),)
        return self._told[2]

    def hello(self) -> bytes:
        """Return the HELLO that would be said now, sealed."""
        view, stamps = self.disk.view(), self.disk.stamps()
        self._stamps_then = stamps
        hello = Hello(
            boot_no=self.disk.boots,
            n=self.drain.said + 1,
            epoch=view.head.epoch,
            head_seq=view.head.seq,
            head_hash=view.head.hash,
            low_seq=view.low_seq,
            low_hash=view.low_hash,
            low_prev=view.low_prev,
            acked=rules.reported_stamps(self.drain, stamps),
            desired=revision_of(self.disk.desired),
            effective_date=self.disk.terminal.business_date,
            clocks=Clocks(wall=self._wall(), mono_ms=int(self.around.agenda.now * 1000)),
            pending=view.pending,
            state=self._state(),
        )
        data = hello.model_dump_json().encode()
        if self.around.is_heard:
            head = f"{view.head.epoch[:4]} head {view.head.seq}"
            self._say(f"says HELLO {head} low {view.low_seq} acked {stamps}")
        return Sealed(data=data, mac=message_mac(self.identity.key, data)).model_dump_json().encode()


def words_of(verdict: Verdict) -> str:
    """Return a verdict in a few words."""
    told = verdict.model_dump(exclude={"kind", "hash", "head_hash", "state", "window"})
    return " ".join([verdict.kind, *(f"{key}={str(value)[:24]}" for key, value in told.items())])
