"""What people do at the terminal: each request validated, decided, written once, and only then shown and
printed.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from terminal_agent.core.chain import Entry, EntryTooLarge
from terminal_agent.core.commands import Actor, Place, TillCommand
from terminal_agent.core.decide import decide
from terminal_agent.core.login import OpeningWish, refuse_opening
from terminal_agent.core.refusal import Refusal
from terminal_agent.core.terminal import opened_here, opening_expected, till_in
from terminal_agent.core.till import Open, Till
from terminal_agent.desk.book import Aside, Book
from terminal_agent.desk.papers import Papers
from terminal_agent.desk.printing import Job, Printing
from terminal_agent.desk.refused import Refused, refused
from terminal_agent.desk.standing import Standing
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.journal import rows
from terminal_agent.journal.rows import Answer, Effect
from tillday_contracts.entries import (
    CashUpStarted,
    EntryBody,
    InitialCountConfirmed,
    Sale,
    TenderConfirmed,
    TillClosed,
    TillStarted,
)

PRINT_SECONDS: Final = 1.0
Figures = dict[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """What makes a repeat recognisable: the caller's key, and the digest of what was asked under it."""

    key: str
    digest: str


class Desk:
    """The commands of a terminal."""

    def __init__(self, book: Book, standing: Standing, printing: Printing, papers: Papers) -> None:
        self._book = book
        self._standing = standing
        self._printing = printing
        self._papers = papers

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

    async def act(self, command: TillCommand, request: Request | None = None) -> Figures:
        """Carry a command out, once per request. Raises Refused, JournalError."""
        # A caller who goes away must not tear a write from its effects.
        return await asyncio.shield(asyncio.ensure_future(self._act(command, request)))

    async def _act(self, command: TillCommand, request: Request | None) -> Figures:
        async with self._book.turn:
            known = await self._answered(request)
            if known is not None:
                return known
            before = self._book.memory.till
            decision = decide(before, command, self._place())
            answer = answer_of(decision.entries) if decision.refusal is None else {}
            jobs = await self._write(decision.entries, before, _remembered(request, answer))
        if decision.refusal is not None:
            raise Refused(decision.refusal)
        for job in jobs:
            self._printing.add(job)
        return await self._with_print(answer, jobs)

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

    def _place(self) -> Place:
        memory, identity = self._book.memory, self._book.identity
        settings = memory.settings
        known = till_in(memory.desired, identity.till)
        return Place(
            terminal=identity.terminal,
            till=identity.till,
            head=self._book.head,
            business_date=memory.business_date,
            terms=self._book.terms,
            obstacle=self._standing.obstacle(),
            opening=opening_expected(memory.till, known, settings, code=identity.till) if settings else (),
        )

    async def _write(
        self, bodies: Sequence[EntryBody], before: Till, answer: Answer | None
    ) -> tuple[Job, ...]:
        if not bodies:
            return ()
        try:
            entries = await self._book.write(bodies, Aside(effects=_effects(bodies), answer=answer))
        except EntryTooLarge:
            raise refused("too_large", "This receipt is too long to be kept: split it in two.") from None
        pairs = zip(bodies, entries, strict=True)
        return tuple(job for body, entry in pairs if (job := self._job(body, entry, before)) is not None)

    def _job(self, body: EntryBody, entry: Entry, before: Till) -> Job | None:
        match body:
            case TillStarted() | CashUpStarted():
                return Job(entry, kick=True)
            case Sale():
                return Job(entry, body.number, self._receipt(body), kick=_cash_moved(body))
            case TillClosed():
                return Job(entry, body.number, self._report(body, before.running))
            case _:
                return None

    def _receipt(self, sale: Sale) -> Callable[[], bytes]:
        settings, at = self._book.memory.settings, self._book.world.now()
        assert settings is not None
        names = self._names()
        return lambda: encode(self._papers.receipt(sale, settings, names, at), columns=self._papers.columns)

    def _report(self, closed: TillClosed, running: Open | None) -> Callable[[], bytes]:
        settings, at = self._book.memory.settings, self._book.world.now()
        assert settings is not None
        assert running is not None
        names = self._names()
        return lambda: encode(
            self._papers.cash_up(closed, running, settings, names, at), columns=self._papers.columns
        )

    def _names(self) -> Mapping[str, str]:
        return {code: person.name for code, person in self._book.memory.people.items()}

    async def _with_print(self, answer: Figures, jobs: Sequence[Job]) -> Figures:
        document = next((job for job in jobs if job.document is not None), None)
        if document is None:
            return answer
        return {**answer, "print": await self._printing.state_of(document, within=PRINT_SECONDS)}


def _effects(bodies: Sequence[EntryBody]) -> Callable[[Sequence[Entry]], Sequence[Effect]]:
    """Enter with each entry what will be done for it outside, before any of it is tried."""

    def made(entries: Sequence[Entry]) -> list[Effect]:
        effects: list[Effect] = []
        for body, entry in zip(bodies, entries, strict=True):
            if isinstance(body, Sale | TillClosed):
                effects.append(Effect(entry.hash, "print", "sending", body.number))
            if isinstance(body, TillStarted | CashUpStarted) or (
                isinstance(body, Sale) and _cash_moved(body)
            ):
                effects.append(Effect(entry.hash, "kick", "tried"))
        return effects

    return made


def _cash_moved(sale: Sale) -> bool:
    return bool(sale.payments)


def _last_date(till: Till) -> date | None:
    return getattr(till.phase, "last_date", None)


def _remembered(request: Request | None, answer: Figures) -> Answer | None:
    return Answer(request.key, request.digest, json.dumps(answer)) if request is not None and answer else None


def answer_of(bodies: Sequence[EntryBody]) -> Figures:
    """Return what a request is answered, from the entries it led to."""
    body = bodies[-1] if bodies else None
    match body:
        case Sale():
            return {
                "number": body.number,
                "total": body.total,
                "rounding": body.rounding,
                "change": sum(payment.change for payment in body.payments),
            }
        case TillClosed():
            return {
                "number": body.number,
                "session_id": body.session_id,
                "business_date": body.business_date.isoformat(),
                "tenders": [tender.model_dump(mode="json") for tender in body.tenders],
            }
        case TenderConfirmed():
            return {
                "tender": body.tender,
                "expected": body.expected,
                "counted": body.counted,
                "difference": body.difference,
            }
        case InitialCountConfirmed():
            return {
                "session_id": body.session_id,
                "status": "open",
                "tenders": [tender.model_dump(mode="json") for tender in body.tenders],
            }
        case TillStarted():
            return {
                "session_id": body.session_id,
                "status": "opening_count",
                "expected": [part.model_dump(mode="json") for part in body.expected],
            }
        case None:
            return {}
        case _:
            return {"done": True}


def is_right_missing(refusal: Refusal) -> bool:
    """Say whether a refusal is about who asked rather than what was asked."""
    return refusal.code in ("right_missing", "approval_right_missing", "own_count")
