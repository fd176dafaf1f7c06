"""The journal consumer: a batch of terminals in one transaction, then the acks."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

import structlog

from service_kit import deadletters
from service_kit.crash import crash_point
from service_kit.database import Connection, Database
from service_kit.deadletters import DeadLetter
from service_kit.failures import FailureKind, classify, describe
from till_service.domain.incoming import JournalMessage, UnreadableMessage, read_message
from till_service.domain.intake import take
from till_service.domain.ledger import Moment, Taken
from till_service.domain.needs import needs_of
from till_service.messaging.answers import AckSubject
from till_service.messaging.metrics import BATCH_SECONDS, DELAY_SECONDS, ENTRIES, LETTERS
from till_service.messaging.window import Liveness
from till_service.persistence.loading import load
from till_service.persistence.storing import LedgerWrite, store
from till_service.persistence.timeline import NEXT_TX, LedgerClock
from tillday_contracts.link import Ack, Verdict
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()

MOST_ENTRIES: Final = 2048
"""Entries in one transaction, if no message holds more: a rush of history must not stop the clock."""

Unproven = Callable[[Connection, TerminalAddress, str], Awaitable[None]]
"""Told of bytes that claim to be a terminal's and are not proven, in the transaction that keeps them."""
Answers = Mapping[TerminalAddress, Sequence[Verdict]]


class Incoming(Protocol):
    """A message of the journal stream, as far as it is looked at here."""

    subject: str
    data: bytes


@dataclass(frozen=True)
class Surroundings:
    """What the rules take from outside: time and chance."""

    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]

    def new_id(self) -> UUID:
        """Return a fresh message id."""
        return UUID(bytes=self.random_bytes(16), version=4)


@dataclass
class JournalIntake:
    """Takes batches of journal messages into the ledger.

    `handle` returns once everything is committed and answered; it raises what is worth another delivery.
    """

    database: Database
    clock: LedgerClock
    answers: AckSubject
    around: Surroundings
    live: Liveness = field(default_factory=Liveness)
    unproven: Unproven | None = None
    gaps: dict[TerminalAddress, datetime] = field(default_factory=dict)

    async def handle(self, batch: Sequence[Incoming]) -> None:
        """Take one batch. A repeat after a crash finds duplicates and only acks them again."""
        self.live.heard({at for raw in batch if (at := _sender(raw)) is not None}, self.around.now())
        portion: list[JournalMessage] = []
        for raw in batch:
            message = await self._read(raw)
            if message is not None:
                portion.append(message)
            if sum(len(taken.entries) for taken in portion) >= MOST_ENTRIES:
                await self._take(portion)
                portion = []
        if portion:
            await self._take(portion)

    async def take_again(self, message: JournalMessage) -> None:
        """Take a message that a person gives back; its terminal hears of it at its next HELLO."""
        await self._isolating([message])

    async def _take(self, messages: Sequence[JournalMessage]) -> None:
        with BATCH_SECONDS.time():
            answers = await self._isolating(messages)
        crash_point("journal_after_commit")
        await self.answers.send(answers)
        crash_point("journal_after_answers")

    async def _read(self, raw: Incoming) -> JournalMessage | None:
        try:
            return read_message(address_of(raw.subject), raw.data)
        except (UnreadableMessage, ValueError) as error:
            await self._set_aside(raw, str(error))
            return None

    async def _set_aside(self, raw: Incoming, reason: str) -> None:
        log.error("unreadable journal message", subject=raw.subject[:120], bytes=len(raw.data), reason=reason)
        LETTERS.inc()
        letter = DeadLetter(raw.subject, raw.data, reason)
        async with self.database.transaction() as connection:
            await deadletters.keep(connection, letter, at=self.around.now())

    async def _isolating(self, messages: Sequence[JournalMessage]) -> Answers:
        """Take a batch; where the database refuses its data, terminal by terminal, then entry by entry."""
        try:
            return await self._commit(messages)
        except Exception as error:
            _raise_unless_permanent(error)
            log.warning("batch refused, taking it apart", messages=len(messages), reason=describe(error))
        by_terminal: defaultdict[TerminalAddress, list[JournalMessage]] = defaultdict(list)
        for message in messages:
            by_terminal[message.address].append(message)
        answers: dict[TerminalAddress, list[Verdict]] = {}
        for address, own in by_terminal.items():
            answers[address] = await self._terminal(address, own)
        return answers

    async def _terminal(self, address: TerminalAddress, messages: Sequence[JournalMessage]) -> list[Verdict]:
        try:
            return list((await self._commit(messages)).get(address, ()))
        except Exception as error:
            _raise_unless_permanent(error)
        return [item for message in messages for item in await self._entries(address, message)]

    async def _entries(self, address: TerminalAddress, message: JournalMessage) -> list[Verdict]:
        items: list[Verdict] = []
        for entry in message.entries:
            answer = await self._alone(address, replace(message, entries=(entry,)))
            items += answer
            if not any(isinstance(item, Ack) for item in answer):
                break
        return items

    async def _alone(self, address: TerminalAddress, single: JournalMessage) -> Sequence[Verdict]:
        try:
            return (await self._commit([single])).get(address, ())
        except Exception as error:
            _raise_unless_permanent(error)
            log.error("the ledger cannot hold an entry", reason=describe(error))
            condemned = {single.entries[0].hash: f"the ledger cannot hold it ({type(error).__name__})"}
            return (await self._commit([single], condemned)).get(address, ())

    async def _commit(
        self, messages: Sequence[JournalMessage], condemned: Mapping[str, str] | None = None
    ) -> Answers:
        needs = needs_of(messages)
        async with self.database.transaction() as connection:
            loaded = await load(connection, needs)
            stamp = await self.clock.next(connection)
            moment = Moment(
                now=self.around.now(),
                stamp=stamp,
                new_id=self.around.new_id,
                window=self.live.window(),
                gaps=self.gaps,
                condemned=condemned or {},
            )
            taken = take(messages, loaded, moment)
            if taken.writes:
                tx = await connection.fetchval(NEXT_TX)
                await store(connection, taken, LedgerWrite(tx, moment))
                await self._tell_unproven(connection, taken)
                await self.clock.commit(connection, tx, stamp)
                crash_point("journal_before_commit")
        self._committed(taken)
        return taken.answers

    async def _tell_unproven(self, connection: Connection, taken: Taken) -> None:
        for address in {letter.address for letter in taken.letters if not letter.proven}:
            if self.unproven is not None:
                await self.unproven(connection, address, "An entry")

    def _committed(self, taken: Taken) -> None:
        self.gaps = dict(taken.gaps)
        ENTRIES.inc(len(taken.rows))
        now = self.around.now()
        for row in taken.rows:
            if row.entry.envelope is not None:
                DELAY_SECONDS.observe(max(0.0, (now - row.entry.envelope.at).total_seconds()))
        LETTERS.inc(len(taken.letters))
        for task in taken.tasks:
            log.warning("a session waits for a person", session=task.facts.session_id, reason=task.text)
        for letter in taken.letters:
            log.error(
                "entry on the dead-letter desk",
                store=letter.address.store,
                terminal=letter.address.terminal,
                epoch=letter.entry.epoch,
                seq=letter.entry.seq,
                reason=letter.reason,
            )


def _sender(raw: Incoming) -> TerminalAddress | None:
    try:
        return address_of(raw.subject)
    except ValueError:
        return None


def _raise_unless_permanent(error: Exception) -> None:
    # What is worth another try is tried again as a whole; only data that fails again is taken apart.
    if classify(error) is not FailureKind.PERMANENT:
        raise error
