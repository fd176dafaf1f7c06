"""Closing stores: kept as `closing` while terminals attest, sealed when nobody is awaited any more."""

from typing import Final, assert_never

import structlog

from service_kit.crash import crash_point
from service_kit.failures import TransientError
from store_service.domain.closing import (
    AlreadyClosed,
    ClosingAbandoned,
    ClosingBegun,
    ClosingWaived,
    DayClosed,
    LookFirst,
    StillClosing,
    close_answer,
    decide_close,
    decide_closing,
    decide_look,
    evolve_closing,
    ready_to_seal,
)
from store_service.domain.days import Closing, StoreBook, awaited
from store_service.domain.wishes import wish_closed
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import CloseStore, StoreClosing, StoreClosingAbandoned
from tillday_contracts.till_messages import NotSealed, OpenTill, Sealed

log = structlog.get_logger()

ROUNDS: Final = 5


class Closings:
    """Closes stores."""

    def __init__(self, workshop: Workshop, tills: Tills) -> None:
        self._workshop = workshop
        self._tills = tills

    async def handle(self, command: CloseStore) -> bytes:
        """Answer a request to close a store."""
        tills: tuple[OpenTill, ...] | None = None
        for _ in range(ROUNDS):
            step = await self._accept(command, tills)
            match step:
                case bytes():
                    return step
                case LookFirst():
                    tills = await self._tills.tills_of(command, command.store, command.business_date)
                case Closing():
                    await self.carry_on(command.store)
                case _:
                    assert_never(step)
        raise TransientError(f"others open or close {command.store} at the same time")

    async def _accept(
        self, command: CloseStore, tills: tuple[OpenTill, ...] | None
    ) -> bytes | LookFirst | Closing:
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            if earlier is not None:
                return earlier
            book = await work.book(command.business_date)
            decision = decide_close(book, await work.person(command.by), command, at=work.at)
            match decision:
                case LookFirst():
                    return decision if tills is None else await self._begin(work, decision, command, tills)
                case ClosingWaived():
                    await work.save_days(book, evolve_closing(book, decision))
                    return decision.day
                case StillClosing() if not awaited(decision.day, book.terminals):
                    return decision.day
                case StillClosing() | AlreadyClosed():
                    return await work.reply(command, close_answer(book, command.business_date))
                case Refused():
                    return await work.reply(command, decision)
                case _:
                    assert_never(decision)

    async def _begin(
        self, work: StoreWork, look: LookFirst, command: CloseStore, tills: tuple[OpenTill, ...]
    ) -> bytes | Closing:
        book = await work.book(command.business_date)
        decision = decide_look(book, look.day, command, tills, at=work.at)
        if isinstance(decision, Refused):
            return await work.reply(command, decision)
        after = evolve_closing(book, decision)
        await work.save_days(book, after)
        await self._announce_begun(work, after, decision, command)
        return ready_to_seal(after) or await work.reply(command, close_answer(after, command.business_date))

    async def _announce_begun(
        self, work: StoreWork, book: StoreBook, fact: ClosingBegun, cause: CloseStore
    ) -> None:
        begun = {"store": book.store, "business_date": fact.day.business_date, "by": cause.by}
        await work.announce(cause, StoreClosing, **begun)
        await work.tell_terminals(book)
        log.info("store is closing", store=book.store, business_date=str(fact.day.business_date))

    async def carry_on(self, store: str) -> None:
        """Seal and close the closing day if nobody is awaited, unless somebody else has done so meanwhile."""
        async with self._workshop.carry(store) as carrier:
            before = await carrier.look()
            day = None if before is None else ready_to_seal(before)
            if day is None:
                return
            crash_point("closing_kept")
            answer = await self._tills.seal(day.command, store, day.business_date)
            crash_point("closing_sealed")
            work = await carrier.decide()
            book = await work.book()
            # Only who carries the day on can end its closing.
            assert book.closing is not None
            await self._decide(work, book, book.closing, answer)

    async def _decide(
        self, work: StoreWork, book: StoreBook, day: Closing, answer: Sealed | NotSealed
    ) -> None:
        fact = decide_closing(book, day, answer)
        after = evolve_closing(book, fact)
        await work.save_days(book, after)
        match fact:
            case DayClosed():
                closed = fact.day
                await work.announce_closed(day.command, closed)
                await work.wish(day.command, after, lambda terminal: wish_closed(terminal, closed))
            case ClosingAbandoned():
                await self._announce_abandoned(work, after, fact, day.command)
                await work.reply_unless_answered(day.command, fact.refusal)
            case _:
                assert_never(fact)

    async def _announce_abandoned(
        self, work: StoreWork, book: StoreBook, fact: ClosingAbandoned, cause: CloseStore
    ) -> None:
        told = {"store": book.store, "business_date": fact.day.business_date, "reason": fact.day.reason}
        await work.announce(cause, StoreClosingAbandoned, **told)
        await work.tell_terminals(book)
        log.warning("closing abandoned", store=book.store, reason=fact.day.reason)
