"""The dead-letter desk: telling what waits there, and carrying out what a person decides, once."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import asyncpg
import structlog

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.desk import Repair, repair, try_again
from till_service.domain.incoming import JournalEntry, JournalMessage, UnreadableMessage, read_message
from till_service.domain.ledger import Moment
from till_service.domain.needs import needs_of
from till_service.domain.permission import DECIDE_LETTERS
from till_service.domain.streams import Stamp
from till_service.messaging.allowed import Allowed, Decide
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.persistence import desk
from till_service.persistence.desk import Decision
from till_service.persistence.loading import load
from till_service.persistence.storing import LedgerWrite, store
from tillday_contracts.desk_messages import (
    DeadLetter,
    DeadLetterClosed,
    DeadLetterDecided,
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.messages import Done, Refused
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()

Deciding = RetryDeadLetter | RepairDeadLetter | DiscardDeadLetter
C = TypeVar("C", RetryDeadLetter, RepairDeadLetter, DiscardDeadLetter)
_NO_STAMP: Final = Stamp("", 0)
"""What happens on the desk takes no position in any journal, so nothing asks for its stamp."""
_CLOSED: Final = Refused(code="closed", text="This letter was closed before; show it to see how.")


@dataclass(frozen=True)
class Desk:
    """Answers DeadLetters, ShowDeadLetter and the three decisions."""

    database: Database
    around: Surroundings
    allowed: Allowed
    intake: JournalIntake

    async def dead_letters(self, question: DeadLetters) -> DeadLetterList:
        """Tell a page of a store's letters."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            letters, more = await desk.read_page(connection, question)
        return DeadLetterList(store=question.store, letters=tuple(letters), more=more)

    async def show(self, question: ShowDeadLetter) -> DeadLetterShown | Refused:
        """Tell a letter with its bytes."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            letter = await _find(connection, question.store, question.digest)
            if isinstance(letter, Refused):
                return letter
            body = await desk.read_bytes(connection, letter)
            found = await desk.read_entry_of(connection, letter)
            changes = await desk.read_changes(connection, letter)
        envelope = found[1].envelope if found is not None else None
        return DeadLetterShown.model_validate(
            {
                "letter": letter,
                "body": base64.b64encode(body).decode(),
                "entry_type": envelope.type if envelope is not None else None,
                "entry": envelope.body if envelope is not None else None,
                "repair": changes,
            }
        )

    async def retry(self, command: RetryDeadLetter) -> bytes:
        """Try a letter once more. What was never in the ledger is taken in as if it came now."""

        async def prepare() -> Decide:
            await self._take_in_again(command)
            return self._deciding(command, self._retry)

        return await self.allowed.prepared(command, DECIDE_LETTERS, prepare)

    async def repair(self, command: RepairDeadLetter) -> bytes:
        """Give an entry another body and let it have its effect."""
        deciding = self._deciding(command, self._repair)
        return await self.allowed.once(command, DECIDE_LETTERS, deciding, approved_by=command.approved_by)

    async def discard(self, command: DiscardDeadLetter) -> bytes:
        """Close a letter without an effect."""
        return await self.allowed.once(command, DECIDE_LETTERS, self._deciding(command, self._discard))

    def _deciding(
        self, command: C, decide: Callable[[Connection, C, DeadLetter], Awaitable[Done | Refused]]
    ) -> Decide:
        async def decided(connection: Connection) -> Done | Refused:
            letter = await _find(connection, command.store, command.digest)
            return letter if isinstance(letter, Refused) else await decide(connection, command, letter)

        return decided

    async def _take_in_again(self, command: RetryDeadLetter) -> None:
        """Give bytes that took no position to the intake: if they are good now, they are in the ledger."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            letter = await _find(connection, command.store, command.digest)
            if isinstance(letter, Refused) or letter.closed or (letter.place and letter.place.proven):
                return
            message = await _message(connection, letter)
        if isinstance(message, JournalMessage):
            await self.intake.take_again(message)

    async def _retry(
        self, connection: Connection, command: RetryDeadLetter, letter: DeadLetter
    ) -> Done | Refused:
        if letter.closed is not None:
            # By this very command, when the intact entry closed it on the way.
            arrived = letter.closed.outcome == "arrived"
            return DeadLetterDecided(digest=letter.digest, closed="arrived") if arrived else _CLOSED
        if letter.place is not None and letter.place.proven:
            found = await desk.read_entry_of(connection, letter)
            assert found is not None
            decision = Decision("retried", command.by, command.reason, self.around.now())
            return await self._effect(connection, letter, found, decision)
        message = await _message(connection, letter)
        if isinstance(message, Refused):
            return message
        if not await desk.are_held(connection, [entry.hash for entry in message.entries]):
            text = f"The ledger cannot take it: {letter.reason}. Register the missing key, or discard it."
            return Refused(code="still_impossible", text=text)
        return await self._close(
            connection, letter, Decision("retried", command.by, command.reason, self.around.now()), command
        )

    async def _repair(
        self, connection: Connection, command: RepairDeadLetter, letter: DeadLetter
    ) -> Done | Refused:
        if letter.closed is not None:
            return _CLOSED
        found = await desk.read_entry_of(connection, letter)
        if found is None or letter.place is None or not letter.place.proven:
            text = "No key of the terminal proves who wrote it, so nobody may repair it: retry or discard it."
            return Refused(code="unproven", text=text)
        repaired = repair(*found, command)
        if isinstance(repaired, Refused):
            return repaired
        decision = Decision("repaired", command.by, command.reason, self.around.now(), command.approved_by)
        return await self._effect(connection, letter, (found[0], repaired.entry), decision, repaired)

    async def _discard(
        self, connection: Connection, command: DiscardDeadLetter, letter: DeadLetter
    ) -> Done | Refused:
        decision = Decision("discarded", command.by, command.reason, self.around.now())
        return await self._close(connection, letter, decision, command)

    async def _effect(
        self,
        connection: Connection,
        letter: DeadLetter,
        found: tuple[TerminalAddress, JournalEntry],
        decision: Decision,
        repaired: Repair | None = None,
    ) -> Done | Refused:
        address, entry = found
        moment = Moment(now=decision.at, stamp=_NO_STAMP, new_id=self.around.new_id)
        single = JournalMessage(address, entry.epoch, entry.quarantine, (entry,))
        tried = try_again(address, entry, await load(connection, needs_of([single])), moment)
        if isinstance(tried, Refused):
            return tried
        try:
            async with connection.transaction():
                await store(connection, tried.taken, LedgerWrite(0, moment))
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            text = f"The ledger still cannot hold it ({type(error).__name__})."
            return Refused(code="still_impossible", text=text)
        if not await desk.close(connection, letter, decision):
            return _CLOSED
        linked = None if repaired is None else (entry.data, repaired.changes)
        await desk.store_effect(connection, letter, tried, linked)
        await self._tell(connection, letter, decision)
        changes = repaired.changes if repaired is not None else ()
        return DeadLetterDecided(digest=letter.digest, closed=decision.outcome, changes=changes)

    async def _close(
        self, connection: Connection, letter: DeadLetter, decision: Decision, command: Deciding
    ) -> Done | Refused:
        if not await desk.close(connection, letter, decision):
            return _CLOSED
        await self._tell(connection, letter, decision)
        log.warning("a dead letter was closed", digest=letter.digest, outcome=decision.outcome, by=command.by)
        return DeadLetterDecided(digest=letter.digest, closed=decision.outcome)

    async def _tell(self, connection: Connection, letter: DeadLetter, decision: Decision) -> None:
        cause = self.around.new_id()
        event = DeadLetterClosed(
            message_id=self.around.new_id(),
            correlation_id=cause,
            causation_id=cause,
            occurred_at=decision.at,
            store=letter.subject.split(".")[1],
            terminal=letter.place.terminal if letter.place is not None else None,
            digest=letter.digest,
            closed=decision.outcome,
            by=decision.by,
            reason=decision.reason,
        )
        await announce_events(connection, event)


async def _find(connection: Connection, store_code: str, digest: str) -> DeadLetter | Refused:
    found = await desk.find(connection, store_code, digest)
    if len(found) == 1:
        return found[0]
    if found:
        return Refused(
            code="ambiguous", text=f"Several letters begin with {digest}: give more of its digits."
        )
    return Refused(code="unknown_letter", text=f"The desk of the store {store_code} has no letter {digest}.")


async def _message(connection: Connection, letter: DeadLetter) -> JournalMessage | Refused:
    """Return what the intake would be given: the letter's own entry, or the message as it came."""
    found = await desk.read_entry_of(connection, letter)
    if found is not None:
        address, entry = found
        return JournalMessage(address, entry.epoch, entry.quarantine, (entry,))
    try:
        return read_message(address_of(letter.subject), await desk.read_bytes(connection, letter))
    except (UnreadableMessage, ValueError) as error:
        return Refused(code="unreadable", text=f"It still cannot be read ({error}): discard it.")
