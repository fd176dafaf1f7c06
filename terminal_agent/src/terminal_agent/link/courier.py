"""Keeps the link: connects, listens, says HELLO, and carries the journal to the ledger by the rules of the
drain.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal, assert_never, cast

import structlog
from pydantic import BaseModel, ValidationError

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
from terminal_agent.core.chain import verifies
from terminal_agent.core.drain import Drain
from terminal_agent.core.held import receive_retained
from terminal_agent.core.sending import Fetch, Launch, launch, next_fetch, overdue
from terminal_agent.crash import crash_point
from terminal_agent.desk.book import Book
from terminal_agent.journal import acks, rows
from terminal_agent.journal.failures import JournalError
from terminal_agent.link.connection import Address, Connection, Happening, LinkDown, Lost, Message, Will
from terminal_agent.link.flash import ANSWER_SECONDS, FlashQuestion
from terminal_agent.link.lists import Lists
from terminal_agent.link.seal import hello_of, seal
from terminal_agent.link.totals import TotalsQuestion
from tillday_contracts.asks import Ask, Reply
from tillday_contracts.link import Answers, Presence, Verdict
from tillday_contracts.topics import AskKind, TerminalAddress, settings_topic
from tillday_contracts.wishes import Desired, Settings

log = structlog.get_logger()
STATE_SECONDS: Final = 3.0
MOST_SKEW_SECONDS: Final = 300.0
LONGEST_WAIT: Final = 5.0
LAST_RECONNECT_SECONDS: Final = 60.0
FIRST_RECONNECT_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Wake:
    """Something changed here: look again."""


@dataclass(frozen=True, slots=True)
class Call:
    """What the courier needs to know of itself."""

    address: TerminalAddress
    broker: Address
    version: str


class Courier:
    """The link of one terminal."""

    def __init__(self, call: Call, book: Book, follow: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._call = call
        self._book = book
        self._follow = follow
        self._lists = Lists(book)
        self._happenings: asyncio.Queue[Happening | Wake] = asyncio.Queue()
        self._connection: Connection | None = None
        self._connect_no = 0
        self._missing: set[str] = set()
        self._state_due = 0.0
        self._state_patience = STATE_SECONDS
        ask = self._ask_now
        self.flash = FlashQuestion(book, lambda: self.online, partial(ask, "flash"), patience=ANSWER_SECONDS)
        self.totals = TotalsQuestion(book, lambda: self.online, partial(ask, "till_totals"))
        self.drain = Drain()
        self.alarms: dict[str, str] = {}
        self.last_ack_at: str | None = None
        self.trouble: str | None = "not connected yet"
        book.on_change(self.wake)

    @property
    def online(self) -> bool:
        """Whether the back office answers."""
        return rules.online(self.drain, at=self._now())

    def wake(self) -> None:
        """Look for new entries soon."""
        if self._happenings.empty():
            self._happenings.put_nowait(Wake())

    def _now(self) -> float:
        return self._book.world.monotonic()

    async def run(self) -> None:
        """Connect again and again until cancelled."""
        failures = 0
        while True:
            heard = self.drain.heard_at
            try:
                await self._one_connection()
            except LinkDown as down:
                self.trouble = str(down)
                if down.refused:
                    self._alarm("not_let_in", self.trouble)
                log.info("the link is down", reason=str(down))
            except JournalError as error:
                self.trouble = str(error)
                log.error("the journal stops the link", reason=str(error))
            failures = 0 if self.drain.heard_at != heard else failures + 1
            await asyncio.sleep(self._pause(failures))

    def _pause(self, failures: int) -> float:
        longest = min(FIRST_RECONNECT_SECONDS * 1.5 ** min(failures, 12), LAST_RECONNECT_SECONDS)
        return longest * (0.5 + 0.5 * self._book.world.fraction())

    async def _one_connection(self) -> None:
        self._connect_no += 1
        self._happenings = asyncio.Queue()
        here, gone = self._presence(online=True), self._presence(online=False)
        will = Will(self._topic("presence"), gone)
        connection = Connection(self._call.broker, will, cast("asyncio.Queue[Happening]", self._happenings))
        try:
            await connection.open()
            await connection.subscribe(self._topics())
            connection.publish(self._topic("presence"), here, retain=True)
            self._begin(connection)
            await self._serve(connection)
        finally:
            self._connection = None
            self.drain = rules.disconnected(self.drain)
            if self.trouble is None:  # else there is nobody left to say goodbye to
                connection.publish(self._topic("presence"), gone, retain=True)
            await connection.close()

    def _begin(self, connection: Connection) -> None:
        now = self._now()
        self._connection = connection
        self._missing = {self._topic("desired"), settings_topic(self._call.address.store)}
        self._state_due, self._state_patience = now + STATE_SECONDS, STATE_SECONDS
        self.trouble = None
        self.alarms.pop("not_let_in", None)
        self.drain = rules.connected(self.drain, at=now)
        log.info("the link is up", connect_no=self._connect_no)

    def _topics(self) -> tuple[str, ...]:
        own = (self._topic("ack"), self._topic("reply"), self._topic("desired"))
        return (*own, settings_topic(self._call.address.store))

    def _topic(self, kind: Literal["journal", "hello", "presence", "ack", "reply", "desired"]) -> str:
        return self._call.address.topic(kind)

    def _presence(self, *, online: bool) -> bytes:
        word = Presence(boot_no=self._book.boot_no, connect_no=self._connect_no, online=online)
        return word.model_dump_json().encode()

    async def _serve(self, connection: Connection) -> None:
        while True:
            await self._send_what_is_due(connection)
            happening = await self._next_happening()
            while happening is not None:
                await self._take(connection, happening)
                happening = None if self._happenings.empty() else self._happenings.get_nowait()

    async def _next_happening(self) -> Happening | Wake | None:
        state_due = self._state_due if self._missing else None
        dues = [rules.next_due(self.drain), state_due, self._now() + LONGEST_WAIT]
        wait = max(0.0, min(due for due in dues if due is not None) - self._now())
        try:
            async with asyncio.timeout(wait):
                return await self._happenings.get()
        except TimeoutError:
            return None

    async def _take(self, connection: Connection, happening: Happening | Wake) -> None:
        match happening:
            case Lost():
                self.trouble = f"connection lost: {happening.reason}"
                raise LinkDown(self.trouble)
            case Message():
                await self._take_message(connection, happening)
            case Wake():
                pass
            case _:
                assert_never(happening)

    async def _take_message(self, connection: Connection, message: Message) -> None:
        if not message.payload:
            return
        self._missing.discard(message.topic)
        try:
            if message.topic == self._topic("ack"):
                await self._take_answers(Answers.model_validate_json(message.payload))
            elif message.topic == self._topic("reply"):
                reply = Reply.model_validate_json(message.payload)
                self.flash.take(reply.content)
                self.totals.take(reply.content)
                self._ask(connection, await self._lists.take(reply, at=self._now()))
            elif message.topic == self._topic("desired"):
                await self._take_retained(Desired.model_validate_json(message.payload))
            elif message.topic == settings_topic(self._call.address.store):
                await self._take_retained(Settings.model_validate_json(message.payload))
        except ValidationError as error:
            log.warning("a message that cannot be read", topic=message.topic, errors=error.error_count())

    async def _take_retained(self, offered: Desired | Settings) -> None:
        memory = self._book.memory
        held = memory.desired if isinstance(offered, Desired) else memory.settings
        reception = receive_retained(held, offered)
        if reception.odd:
            log.warning("a retained message is out of order", what=type(offered).__name__, why=reception.odd)
            self.drain = rules.ask_again(self.drain, at=self._now())
        if reception.hold:
            await self._book.hold(offered)
            await self._follow()

    def _shown(self) -> dict[str, str]:
        broken = {"journal": self._book.broken} if self._book.broken is not None else {}
        return {**self._book.notes, **self.alarms, **broken}

    def _compare_clocks(self, at: datetime | None) -> None:
        skew = (self._book.world.now() - at).total_seconds() if at is not None else 0.0
        if abs(skew) > MOST_SKEW_SECONDS:
            way = "ahead of" if skew > 0 else "behind"
            self._alarm("clock_skew", f"This clock is {way} the back office's by minutes or more: set it.")
        else:
            self.alarms.pop("clock_skew", None)

    async def _take_answers(self, answers: Answers) -> None:
        self._compare_clocks(answers.at)
        for verdict in answers.items:
            known = await self._known(verdict)
            view = await rows.view_of(self._book.database, self._book.head.epoch)
            self.drain, effects = receive(self.drain, view, known, verdict, at=self._now())
            for effect in effects:
                await self._carry_out(effect)
        await self._book.heard()
        await self._follow()

    async def _known(self, verdict: Verdict) -> Known:
        hashes: dict[tuple[str, int], str] = {}
        broken: set[tuple[str, int]] = set()
        for epoch, seq in places_to_know([verdict]):
            entry = await rows.entry_at(self._book.database, epoch, seq)
            if entry is not None:
                hashes[epoch, seq] = entry.hash
                if not verifies(await self._book.key_of(epoch), entry):
                    broken.add((epoch, seq))
            elif (following := await rows.entry_at(self._book.database, epoch, seq + 1)) is not None:
                hashes[epoch, seq] = following.prev
        return Known(hashes, frozenset(broken))

    async def _carry_out(self, effect: Effect) -> None:
        at = self._book.world.now().isoformat()
        match effect:
            case MarkAcked():
                await acks.mark(self._book.database, effect, at)
                self.last_ack_at = at
            case ClearAcks():
                await acks.clear(self._book.database, effect)
            case ClearStamps():
                await acks.clear_stamps(self._book.database, effect)
            case LeaveEpoch():
                await self._book.leave_epoch(effect)
            case TakeState():
                if await self._book.take_state(effect.state):
                    self._alarm("state", "The back office knew this till better: its view was taken over.")
            case Alarm():
                self._alarm(effect.code, effect.text)
            case _:
                assert_never(effect)

    def _alarm(self, code: str, text: str) -> None:
        if self.alarms.get(code) != text:
            log.error("alarm", code=code, text=text)
        self.alarms[code] = text

    async def _send_what_is_due(self, connection: Connection) -> None:
        now = self._now()
        await self._subscribe_again(connection, now)
        self.drain = overdue(self.drain, at=now)
        if rules.hello_is_due(self.drain, at=now):
            await self._say_hello(connection, now)
        self._ask(connection, self._lists.questions(at=now))
        while True:
            view = await rows.view_of(self._book.database, self._book.head.epoch)
            fetch = next_fetch(self.drain, view)
            if fetch is None or not await self._send(connection, fetch):
                return

    async def _subscribe_again(self, connection: Connection, now: float) -> None:
        """After a restart some brokers never bring the retained messages of the first subscription."""
        if self._missing and now >= self._state_due:
            self._state_patience = min(self._state_patience * 2, 60.0)
            self._state_due = now + self._state_patience
            await connection.subscribe(self._topics())

    async def _say_hello(self, connection: Connection, now: float) -> None:
        book = self._book
        hello = hello_of(
            self.drain,
            await rows.view_of(book.database, book.head.epoch),
            book.memory,
            stamps=await acks.stamps(book.database),
            till=book.till,
            boot_no=book.boot_no,
            version=self._call.version,
            clocks=(book.world.now(), int(now * 1000)),
            alarms=self._shown(),
        )
        connection.publish(self._topic("hello"), seal(hello, book.identity.key))
        self.drain = rules.hello_said(self.drain, at=now)

    def _ask(self, connection: Connection, questions: list[tuple[AskKind, Ask]]) -> None:
        for kind, question in questions:
            connection.publish(self._call.address.ask_topic(kind), dumped(question))

    def _ask_now(self, kind: AskKind, question: Ask) -> bool:
        if self._connection is None:
            return False
        self._ask(self._connection, [(kind, question)])
        return True

    async def _send(self, connection: Connection, fetch: Fetch) -> bool:
        load = rows.unacknowledged_from if fetch.quarantine else rows.entries_from
        entries = await load(self._book.database, fetch.epoch, fetch.first, fetch.limit)
        if not entries:
            return False
        launched = Launch(self._book.boot_no, self._now(), self._book.world.fraction())
        self.drain, batch = launch(self.drain, fetch, entries, launched)
        crash_point("before_publish")
        connection.publish(self._topic("journal"), dumped(batch), qos=1)
        crash_point("after_publish")
        return True


def dumped(message: BaseModel) -> bytes:
    """Return a message as it travels."""
    return message.model_dump_json().encode()
