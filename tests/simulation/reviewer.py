"""Somebody who reviews rescue sessions: accepts, repairs and rejects what came late, and closes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from simulation.around import Around
from simulation.memory_ledger import Database
from simulation.money_tables import Decided
from simulation.settler import of_till
from simulation.tables import Tables
from till_service.domain.book import Book
from till_service.domain.ledger import Loaded, Moment
from till_service.domain.money import LeftMoney
from till_service.domain.outcome import outcome
from till_service.domain.rescue import (
    Decision,
    Held,
    HeldCount,
    HeldEvent,
    RescueClose,
    Review,
    refused_to_close,
    refused_to_decide_entry,
    refused_to_name,
    refused_to_touch,
    review,
)
from till_service.domain.reviewing import RepairedEntry, decide, repair
from till_service.domain.routing import Rescue
from till_service.domain.streams import Stamp
from tillday_contracts.entries import FloatMoved, Movement, Sale, TillClosed
from tillday_contracts.rescue_messages import NamedCount, SeenEntry

BY: Final = "MANAGER-1"
APPROVED_BY: Final = "SUPERVISOR-1"
VERDICTS: Final = ("accepted", "accepted", "accepted", "named", "repaired", "rejected", "no cash")


class Reviewer:
    """A person with the right to decide. The dice are the reviewer's own: what others throw stays theirs."""

    def __init__(self, database: Database, around: Around) -> None:
        self._database = database
        self._around = around

    def look(self, now: datetime, *, closes: bool) -> None:
        """Decide some of what waits in one rescue session; close it where all is decided and it is time."""
        waiting = [found for found in self._reviews() if refused_to_touch(found) is None and found.held]
        if not waiting:
            return
        found = self._chance.choice(waiting)
        for held in found.held:
            again = held.decision is not None
            if self._chance.random() < (0.05 if again else 0.7):
                self._decide(found, held, now)
        if closes:
            self._close(found.rescue, now)

    def finish(self, now: datetime) -> None:
        """Decide everything that waits, and close every rescue session."""
        for found in self._reviews():
            if refused_to_touch(found) is not None:
                continue
            for held in found.held:
                if held.decision is None:
                    self._decide(found, held, now)
            self._close(found.rescue, now)

    # --- what is there --------------------------------------------------------------------------------

    def _reviews(self) -> list[Review]:
        rescues = (rescue for rescues in self._tables.rescues.values() for rescue in rescues)
        return [self._review(rescue) for rescue in rescues]

    def _review(self, rescue: Rescue) -> Review:
        held: tuple[Held, ...] = (*self._events(rescue), *self._counts(rescue))
        return review(rescue, held, self._tables.late.rescue_closes.get(rescue.session_id))

    def _events(self, rescue: Rescue) -> Iterator[HeldEvent]:
        tables = self._tables
        for hash_, placed in tables.placed.items():
            if placed.session_id == rescue.session_id and placed.came_late:
                row, at = tables.journal[hash_]
                assert isinstance(row.entry.body, Sale | Movement)
                yield HeldEvent(placed, row.entry.body, at, tables.late.last(hash_))

    def _counts(self, rescue: Rescue) -> Iterator[HeldCount]:
        """Yield what lost journals moved: decided of here, or undecided and the session is open."""
        tables, moved = self._tables, dict[str, list[LeftMoney]]()
        for left in tables.left_money:
            if left.session_id == rescue.original.session_id:
                moved.setdefault(left.origin.hash, []).append(left)
        for hash_, parts in moved.items():
            decided = tables.late.decisions.get(hash_)
            if decided[-1].rescue == rescue.session_id if decided else rescue.outstanding:
                row, at = tables.journal[hash_]
                assert isinstance(row.entry.body, TillClosed | FloatMoved)
                last = decided[-1].decision if decided else None
                yield HeldCount(parts[0].origin, row.entry.body, tuple(parts), at, last)

    # --- what is decided ------------------------------------------------------------------------------

    def _decide(self, found: Review, held: Held, now: datetime) -> None:
        verdict = self._chance.choice(VERDICTS)
        count = self._other_count(found.rescue) if verdict == "named" else None
        seen = SeenEntry(entry=held.origin.hash, decision=held.decision.number if held.decision else 0)
        if refused_to_decide_entry(seen, held) or refused_to_name(held, count, found, known=True):
            count = None
        repaired = self._repaired(held) if verdict == "repaired" else None
        decision = self._decision(held, verdict, repaired, now)
        book = Book(self._loaded(found.rescue), Moment(now=now, stamp=Stamp("", 0), new_id=self._new_id))
        body = repaired.body if repaired is not None else None
        decide(book, found.rescue, held, replace(decision, count=count), body)
        late, data = self._tables.late, repaired.data if repaired is not None else None
        said = Decided(found.rescue.session_id, replace(decision, count=count), data)
        late.decisions[held.origin.hash] = (*late.decisions.get(held.origin.hash, ()), said)
        self._tables.keep(outcome(book, answers={}, gaps={}), None, now)
        done: str = "named another count" if count is not None else decision.verdict
        done = "rejected, no cash" if decision.no_cash else done
        self._say(f"{done} {held.origin.epoch[:4]}/{held.origin.seq} of {held.origin.terminal}", done)

    def _decision(self, held: Held, verdict: str, repaired: RepairedEntry | None, now: datetime) -> Decision:
        number = held.decision.number + 1 if held.decision is not None else 1
        if repaired is not None:
            changes = repaired.changes
            return Decision(number, "repaired", BY, now, approved_by=APPROVED_BY, changes=changes)
        if verdict in ("rejected", "no cash"):
            return Decision(number, "rejected", BY, now, "no such sale", no_cash=verdict == "no cash")
        return Decision(number, "accepted", BY, now)

    def _repaired(self, held: Held) -> RepairedEntry | None:
        """Change how much was moved, or by which tender a receipt was paid; a count cannot be repaired."""
        envelope = self._tables.journal[held.origin.hash][0].entry.envelope
        assert envelope is not None
        body = held.told.model_dump(mode="json")
        match held.told:
            case Movement():
                body["amount"] += 100
            case Sale():
                tenders = {"card": "voucher", "voucher": "card"}
                for payment in body["payments"]:
                    payment["tender"] = tenders.get(payment["tender"], payment["tender"])
        found = repair(held, envelope, body)
        return found if isinstance(found, RepairedEntry) else None

    def _other_count(self, rescue: Rescue) -> NamedCount | None:
        """Return a confirmed count of the till in which the money of an entry may have lain."""
        own = {session.facts.session_id for session in of_till(self._tables, rescue.original.till)}
        counts = sorted({(row.session_id, row.kind) for row in self._tables.counts if row.session_id in own})
        if not counts:
            return None
        session_id, kind = self._chance.choice(counts)
        return NamedCount(session_id=session_id, kind=kind)

    def _close(self, rescue: Rescue, now: datetime) -> None:
        if refused_to_close(self._review(rescue)) is not None:
            return
        tables, original = self._tables, rescue.original.session_id
        tables.back_closes += 1
        number = f"B-{tables.back_closes}"
        tables.late.rescue_closes[rescue.session_id] = RescueClose(number, BY, now)
        tables.late.to_post.add(rescue.session_id)
        tables.rescues[original] = tuple(
            replace(one, outstanding=False) if one.number == rescue.number else one
            for one in tables.rescues[original]
        )
        again = f" #{rescue.number}" if rescue.number > 1 else ""
        self._say(f"closes RESCUE {original[:8]}{again} as {number}", f"rescue closed{again and ', #2'}")

    def _loaded(self, rescue: Rescue) -> Loaded:
        original = rescue.original.session_id
        tables = self._tables
        return Loaded(
            sessions={original: tables.sessions[original]}, rescues={original: tables.rescues[original]}
        )

    @property
    def _tables(self) -> Tables:
        return self._database.tables

    @property
    def _chance(self) -> random.Random:
        return self._around.office_chance

    def _new_id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128))

    def _say(self, what: str, briefly: str) -> None:
        self._around.say("reviewer", what)
        self._around.happened[f"reviewer: {briefly}"] += 1
