"""What people do at the terminal: each request validated, decided, written once, and only then shown and
printed.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from terminal_agent.core.chain import EntryTooLarge
from terminal_agent.core.commands import (
    Actor,
    DeleteReceipt,
    Original,
    Place,
    Refund,
    SaveReceipt,
    Sell,
    StartTill,
    TillCommand,
)
from terminal_agent.core.decide import decide
from terminal_agent.core.login import OpeningWish, refuse_opening
from terminal_agent.core.pending import hand_over, save
from terminal_agent.core.receipts import Pending
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import (
    OpeningAmounts,
    claims_of,
    members_of,
    opened_here,
    opening_amounts,
    till_in,
)
from terminal_agent.core.till import Till
from terminal_agent.desk.answers import Figures, answer_of, figures_of
from terminal_agent.desk.book import Book
from terminal_agent.desk.documents import Documents, aside_of
from terminal_agent.desk.printing import Job, Printing
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.desk.standing import Standing
from terminal_agent.journal import documents as archive
from terminal_agent.journal import rows
from terminal_agent.journal.rows import Answer
from tillday_contracts.entries import EntryBody

PRINT_SECONDS: Final = 1.0
NO_ROWS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """What makes a repeat recognisable: the caller's key, and the digest of what was asked under it."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Wrote:
    """What goes with a command's entries: the till before, the answer to remember, the receipt that ends."""

    before: Till
    answer: Answer | None
    done: str | None


class Desk:
    """The commands of a terminal."""

    def __init__(self, book: Book, standing: Standing, printing: Printing, documents: Documents) -> None:
        self._book = book
        self._standing = standing
        self._printing = printing
        self._documents = documents

    def obstacle(self) -> Refusal | None:
        """Return why no till may be started and nothing sold now, None where both may."""
        return self._standing.obstacle()

    async def open_terminal(self, by: Actor, wanted: date) -> Figures:
        """A supervisor gives the terminal a date. Raises Refused."""
        async with self._book.turn:
            memory = self._book.memory
            session = memory.till.session
            wish = OpeningWish(
                by=by,
                wanted=wanted,
                closed_through=memory.desired.closed_through if memory.desired is not None else None,
                attested=self._standing.barred_date,
                last_session_date=session.business_date if session else _last_date(memory.till),
            )
            refusal = refuse_opening(self._standing.situation(), wish)
            if refusal is not None:
                raise Refused(refusal)
            await self._book.write(opened_here(memory.terminal, wanted, by.person))
        return {"business_date": wanted.isoformat()}

    async def go_on_after_damage(self, by: Actor, *, version: str) -> Figures:
        """A supervisor lets a damaged terminal open a new epoch. Raises Refused."""
        if "open_terminal" not in by.rights:
            raise refused("right_missing", "You have no right to do this: ask a supervisor.")
        if self._book.damage is None:
            raise refused("not_damaged", "The journal is not damaged: there is nothing to do.")
        await self._book.begin_after_damage(version=version)
        return {"epoch": self._book.head.epoch}

    async def save_receipt(self, command: SaveReceipt, beside: Mapping[str, str] = NO_ROWS) -> Figures:
        """Keep a receipt as it stands after a tap, and rows beside it. Raises Refused, JournalError."""
        async with self._book.turn:
            memory = self._book.memory
            kept = save(memory.till, command, self._place(), at=self._book.world.now())
            return await self._kept(kept, beside)

    async def hand_over(self, receipt: str, by: Actor) -> Figures:
        """Leave a receipt to the next session. Raises Refused, JournalError."""
        async with self._book.turn:
            memory = self._book.memory
            return await self._kept(hand_over(memory.till, receipt, by, memory.pending), NO_ROWS)

    async def _kept(self, receipt: Pending | Refusal, beside: Mapping[str, str]) -> Figures:
        if isinstance(receipt, Refusal):
            raise Refused(receipt)
        await self._book.hold_receipt(receipt, beside)
        return figures_of(receipt)

    async def act(
        self, command: TillCommand, request: Request | None = None, *, paper: float = PRINT_SECONDS
    ) -> Figures:
        """Carry a command out, once per request, and wait for its paper for so many seconds.

        Raises Refused, JournalError.
        """
        # A caller who goes away must not tear a write from its effects.
        return await asyncio.shield(asyncio.ensure_future(self._act(command, request, paper)))

    async def _act(self, command: TillCommand, request: Request | None, paper: float) -> Figures:
        async with self._book.turn:
            known = await self._answered(request)
            if known is not None:
                return known
            before = self._book.memory.till
            own = await self._own_claims(command)
            decision = decide(before, await self._looked_up(command), self._place(own))
            answer = answer_of(decision.entries, blind=self._blind) if decision.refusal is None else {}
            wrote = Wrote(before, _remembered(request, answer), _finished(command))
            jobs = await self._write(decision.entries, wrote)
        if decision.refusal is not None:
            raise Refused(decision.refusal)
        for job in jobs:
            self._printing.add(job)
        return await self._with_print(answer, jobs, paper)

    async def _looked_up(self, command: TillCommand) -> TillCommand:
        """A refund is decided by what was sold and what came back before, as the journal has it now."""
        if not isinstance(command, Refund) or command.of is None:
            return command
        sale = await archive.receipt(self._book.database, command.of)
        if sale is None:
            return command
        back = await archive.refunded(self._book.database, command.of)
        return replace(command, original=Original(sale, back))

    async def _answered(self, request: Request | None) -> Figures | None:
        known = await rows.answer_of(self._book.database, request.key) if request is not None else None
        if known is None or request is None:
            return None
        if known.request != request.digest:
            raise refused("key_reused", "This Idempotency-Key was used for another request: take a new one.")
        figures: Figures = json.loads(known.answer)
        if "number" in figures:
            figures["print"] = self._printing.state(str(figures["number"]))
        return figures

    @property
    def _blind(self) -> bool:
        settings = self._book.memory.settings
        return settings is not None and settings.policies.blind_count

    async def _own_claims(self, command: TillCommand) -> frozenset[str]:
        """Return which of the claimed events stand in the own journal; asked where a count starts."""
        if not isinstance(command, StartTill):
            return frozenset()
        memory = self._book.memory
        claims = claims_of(memory.till, till_in(memory.desired, self._book.till))
        return await rows.held(self._book.database, [claim.event for claim in claims])

    def _place(self, own: frozenset[str] = frozenset()) -> Place:
        memory, identity = self._book.memory, self._book.identity
        settings = memory.settings
        known = till_in(memory.desired, self._book.till)
        opening = (
            opening_amounts(memory.till, known, settings, code=self._book.till, own=own)
            if settings is not None
            else OpeningAmounts(())
        )
        return Place(
            terminal=identity.terminal,
            till=self._book.till,
            head=self._book.head,
            business_date=memory.business_date,
            terms=self._book.terms,
            obstacle=self._standing.obstacle(),
            opening=opening.expected,
            kept=opening.kept,
            claims=opening.claims,
            pending=memory.pending,
            fault=self._standing.fault(),
            turn=known.turn if known is not None else 0,
            members=members_of(memory.till, known),
            asked=memory.terminal.asked[0] if memory.terminal.asked is not None else None,
            online=self._standing.situation().online,
        )

    async def _write(self, bodies: Sequence[EntryBody], wrote: Wrote) -> tuple[Job, ...]:
        if not bodies:
            return ()
        made = self._documents.of(bodies, wrote.before.running)
        try:
            entries = await self._book.write(bodies, aside_of(bodies, made, wrote.answer, done=wrote.done))
        except EntryTooLarge:
            raise refused("too_large", "This receipt is too long to be kept: split it in two.") from None
        pairs = zip(bodies, entries, strict=True)
        jobs = (self._documents.job(body, entry, made) for body, entry in pairs)
        return tuple(job for job in jobs if job is not None)

    async def _with_print(self, answer: Figures, jobs: Sequence[Job], paper: float) -> Figures:
        document = next((job for job in jobs if job.document is not None), None)
        if document is None:
            return answer
        return {**answer, "print": await self._printing.state_of(document, within=paper)}


def _finished(command: TillCommand) -> str | None:
    return command.receipt if isinstance(command, Sell | DeleteReceipt) else None


def _last_date(till: Till) -> date | None:
    return getattr(till.phase, "last_date", None)


def _remembered(request: Request | None, answer: Figures) -> Answer | None:
    return Answer(request.key, request.digest, json.dumps(answer)) if request is not None and answer else None
