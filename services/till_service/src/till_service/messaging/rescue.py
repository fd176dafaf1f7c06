"""Rescue sessions: showing them, and carrying out what people decide of late entries, each once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog

from service_kit.database import Connection, Database
from service_kit.outbox import announce_events
from till_service.domain.book import Book
from till_service.domain.ledger import Loaded, Moment
from till_service.domain.outcome import outcome
from till_service.domain.permission import CLOSE_TILL
from till_service.domain.rescue import (
    Decision,
    Held,
    Review,
    refused_to_close,
    refused_to_decide_entry,
    refused_to_name,
    refused_to_touch,
    review,
    status_of,
    undecided,
)
from till_service.domain.rescue_page import page, side_by_side, told_decision
from till_service.domain.reviewing import RepairedEntry, decide, repair
from till_service.domain.streams import Stamp
from till_service.domain.till_history import standings
from till_service.messaging.allowed import Allowed
from till_service.messaging.journal import Surroundings
from till_service.persistence import excerpts, posting_sums, rescue_review, standing, words
from till_service.persistence.rescues import read_changes, read_rescue_sessions
from till_service.persistence.storing import LedgerWrite, store
from tillday_contracts.messages import Refused
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RepairRescued,
    RescueClosed,
    RescueDecided,
    RescueEntryDecided,
    RescueJournals,
    RescueJournalsShown,
    RescueSessionList,
    RescueSessions,
    RescueShown,
    SeenEntry,
    ShowRescue,
)

log = structlog.get_logger()

Deciding = AcceptRescued | RejectRescued | RepairRescued
_NO_STAMP: Final = Stamp("", 0)
"""A person's word takes no position in any journal, so nothing asks for its stamp."""
_UNKNOWN: Final = Refused(code="unknown_session", text="There is no such rescue session in this store.")

_NOT_HELD: Final = Refused(code="unknown_entry", text="The rescue session holds no such entry: look again.")


@dataclass(frozen=True)
class Reviewing:
    """Answers RescueSessions, ShowRescue, the three decisions and CloseRescue."""

    database: Database
    around: Surroundings
    allowed: Allowed

    async def sessions(self, question: RescueSessions) -> RescueSessionList:
        """Tell what came late to the closed sessions of a store."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            found = await read_rescue_sessions(connection, question.store, question.state)
        return RescueSessionList(store=question.store, sessions=found)

    async def show(self, question: ShowRescue) -> RescueShown | Refused:
        """Tell what a rescue session holds, and what was decided."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            told = await read_rescue_sessions(connection, question.store, "all", question.session_id)
            found = await rescue_review.read(connection, question.store, question.session_id)
            if found is None or not told:
                return _UNKNOWN
            facts = found.rescue.original
            history = await standing.read_history(connection, (facts.store, facts.till))
            part = page(found, standings(history), question.after)
            entries = [entry.entry for entry in part.entries]
            decisions = await rescue_review.read_decisions(connection, entries)
        said = tuple(told_decision(entry, decision) for entry, decision in decisions)
        return RescueShown(session=told[0], entries=part.entries, more=part.more, history=said)

    async def journals(self, question: RescueJournals) -> RescueJournalsShown | Refused:
        """Tell the counts of the till, and both journals, where an entry's money may have lain."""
        async with self.database.transaction(isolation="repeatable_read") as connection:
            found = await rescue_review.read(connection, question.store, question.session_id)
            held = _held(found, question.entry)
            if found is None or held is None:
                return _UNKNOWN if found is None else _NOT_HELD
            facts = found.rescue.original
            history = await standing.read_history(connection, (facts.store, facts.till))
            dates = await excerpts.read_dates(connection, [past.session_id for past in history.sessions])
            parts = (
                await excerpts.around_cash_up(connection, facts),
                await excerpts.around(connection, held.origin),
            )
        return side_by_side(held, standings(history), dates, parts)

    async def accept(self, command: AcceptRescued) -> bytes:
        """Let late entries count; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._decide, command))

    async def reject(self, command: RejectRescued) -> bytes:
        """Decide that late entries are no sales; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._decide, command))

    async def repair(self, command: RepairRescued) -> bytes:
        """Let a late entry count with another body; a repeat gets the same answer."""
        deciding = partial(self._decide, command)
        return await self.allowed.once(command, CLOSE_TILL, deciding, approved_by=command.approved_by)

    async def close(self, command: CloseRescue) -> bytes:
        """Close a rescue session under a number of its own; a repeat gets the same answer."""
        return await self.allowed.once(command, CLOSE_TILL, partial(self._close, command))

    async def _decide(self, command: Deciding, connection: Connection) -> RescueDecided | Refused:
        locked = await rescue_review.lock(connection, command.store, command.session_id)
        refused = refused_to_touch(locked[1] if locked is not None else None)
        if refused is not None or locked is None:
            return refused or _UNKNOWN
        loaded, found = locked
        chosen = await self._chosen(connection, command, found)
        if isinstance(chosen, Refused):
            return chosen
        repaired = await self._repaired(connection, command, chosen)
        if isinstance(repaired, Refused):
            return repaired
        return await self._decided(connection, command, (loaded, found), (chosen, repaired))

    async def _chosen(
        self, connection: Connection, command: Deciding, found: Review
    ) -> tuple[Held, ...] | Refused:
        """Return the entries that a command names, as the person saw them."""
        by_hash = {held.origin.hash: held for held in found.held}
        count, original = command.count, found.rescue.original
        known = count is not None and await rescue_review.knows_count(connection, original, count)
        for seen in _seen(command):
            held = by_hash.get(seen.entry)
            refused = refused_to_decide_entry(seen, held)
            if refused is None and held is not None:
                refused = refused_to_name(held, count, found, known)
            if refused is not None:
                return refused
        return tuple({seen.entry: by_hash[seen.entry] for seen in _seen(command)}.values())

    async def _repaired(
        self, connection: Connection, command: Deciding, chosen: Sequence[Held]
    ) -> RepairedEntry | Refused | None:
        if not isinstance(command, RepairRescued):
            return None
        envelope = await rescue_review.read_told(connection, command.entry.entry)
        return repair(chosen[0], envelope, command.body)

    async def _decided(
        self,
        connection: Connection,
        command: Deciding,
        review_of: tuple[Loaded, Review],
        act: tuple[Sequence[Held], RepairedEntry | None],
    ) -> RescueDecided:
        (loaded, found), (chosen, repaired) = review_of, act
        book = Book(loaded, Moment(self.around.now(), _NO_STAMP, self.around.new_id))
        after = {held.origin.hash: held for held in found.held}
        for held in chosen:
            decision = _decision(command, held, book.moment, repaired)
            body = None if repaired is None else repaired.body
            after[held.origin.hash] = decide(book, found.rescue, held, decision, body)
            data = None if repaired is None else repaired.data
            entry = held.origin.hash
            await rescue_review.store_decision(connection, found.rescue, entry, decision, data)
            await announce_events(connection, _decided_event(command, found, after[entry], book.moment))
        await store(connection, outcome(book, answers={}, gaps={}), LedgerWrite(0, book.moment))
        now = review(found.rescue, tuple(after.values()), None)
        changes = () if repaired is None else repaired.changes
        waiting = undecided(now.held)
        return RescueDecided(
            session_id=found.rescue.session_id, status=status_of(now), undecided=waiting, changes=changes
        )

    async def _close(self, command: CloseRescue, connection: Connection) -> RescueClosed | Refused:
        locked = await rescue_review.lock(connection, command.store, command.session_id)
        found = locked[1] if locked is not None else None
        refused = refused_to_close(found)
        if refused is not None or found is None:
            return refused or _UNKNOWN
        at = self.around.now()
        number = await words.next_number(connection, command.store)
        await rescue_review.close(connection, found.rescue, number, command.by, at=at)
        await posting_sums.mark(connection, [found.rescue.session_id])
        changed = [found.rescue.session_id]
        for event in await read_changes(connection, changed, new_id=self.around.new_id, at=at):
            await announce_events(connection, event)
        log.info("a rescue session was closed", session=found.rescue.session_id, number=number)
        return RescueClosed(session_id=found.rescue.session_id, number=number)


def _held(found: Review | None, entry: str) -> Held | None:
    held = found.held if found is not None else ()
    return next((one for one in held if one.origin.hash == entry), None)


def _seen(command: Deciding) -> tuple[SeenEntry, ...]:
    return (command.entry,) if isinstance(command, RepairRescued) else command.entries


def _decision(command: Deciding, held: Held, moment: Moment, repaired: RepairedEntry | None) -> Decision:
    number = held.decision.number + 1 if held.decision is not None else 1
    said = Decision(number, "accepted", command.by, moment.now, command.reason, count=command.count)
    match command:
        case RejectRescued():
            return replace(said, verdict="rejected", no_cash=command.no_cash)
        case RepairRescued():
            changes = repaired.changes if repaired is not None else ()
            return replace(said, verdict="repaired", approved_by=command.approved_by, changes=changes)
        case _:
            return said


def _decided_event(command: Deciding, found: Review, held: Held, moment: Moment) -> RescueEntryDecided:
    assert held.decision is not None
    return RescueEntryDecided.follow(
        command,
        message_id=moment.new_id(),
        at=moment.now,
        **_of(found),
        decision=told_decision(held.origin.hash, held.decision),
    )


def _of(found: Review) -> dict[str, object]:
    facts = found.rescue.original
    return {
        "store": facts.store,
        "terminal": facts.terminal,
        "till": facts.till,
        "session_id": found.rescue.session_id,
        "original": facts.session_id,
        "business_date": facts.business_date,
    }
