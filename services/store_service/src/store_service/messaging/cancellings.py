"""Taking back days: kept with the open day before the till service is asked, and carried on after a crash."""

from typing import Final, assert_never

import structlog

from service_kit.failures import TransientError
from store_service.domain.cancelling import (
    AlreadyCancelled,
    CancelBegun,
    CancelForbidden,
    CancelUnderWay,
    DayCancelled,
    cancel_answer,
    decide_cancel,
    decide_cancelling,
    evolve_cancelling,
)
from store_service.domain.days import Cancelled, Open, StoreBook
from store_service.domain.wishes import wish_closed
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from tillday_contracts.day_messages import CancelDay, StoreDayCancelled
from tillday_contracts.messages import Refused
from tillday_contracts.till_messages import NotSealed, Sealed

log = structlog.get_logger()

ROUNDS: Final = 5


class Cancellings:
    """Takes back days that were opened by mistake."""

    def __init__(self, workshop: Workshop, tills: Tills) -> None:
        self._workshop = workshop
        self._tills = tills

    async def handle(self, command: CancelDay) -> bytes:
        """Answer a request to take a day back."""
        for _ in range(ROUNDS):
            step = await self._accept(command)
            if isinstance(step, bytes):
                return step
            await self.carry_on(command.store)
        raise TransientError(f"others open or cancel {command.store} at the same time")

    async def _accept(self, command: CancelDay) -> bytes | Open:
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            if earlier is not None:
                return earlier
            book = await work.book(command.business_date)
            decision = decide_cancel(book, await work.person(command.by), command)
            match decision:
                case Refused():
                    return await work.reply(command, decision)
                case AlreadyCancelled():
                    return await work.reply(command, cancel_answer(book, command.business_date))
                case CancelUnderWay():
                    return decision.day
                case CancelBegun():
                    await work.save_days(book, evolve_cancelling(book, decision))
                    return decision.day
                case _:
                    assert_never(decision)

    async def carry_on(self, store: str) -> None:
        """Ask the till service and decide the cancelling under way, if there is one."""
        async with self._workshop.carry(store) as carrier:
            before = await carrier.look()
            day = None if before is None else before.cancelling
            if day is None or day.cancelling is None:
                return
            command = day.cancelling
            answer = await self._tills.seal_unused(command, store, day.business_date)
            work = await carrier.decide()
            # Only who carries the day on can end its cancelling.
            await self._decide(work, await work.book(), day, command, answer)

    async def _decide(
        self, work: StoreWork, book: StoreBook, day: Open, command: CancelDay, answer: Sealed | NotSealed
    ) -> None:
        fact = decide_cancelling(book, day, command, answer)
        after = evolve_cancelling(book, fact)
        await work.save_days(book, after)
        match fact:
            case CancelForbidden():
                await work.reply(command, fact.refusal)
            case DayCancelled():
                await self._announce(work, after, fact.day, command)
                await work.reply(command, cancel_answer(after, fact.day.business_date))
            case _:
                assert_never(fact)

    async def _announce(self, work: StoreWork, book: StoreBook, day: Cancelled, cause: CancelDay) -> None:
        told = {"business_date": day.business_date, "by": day.cancelled_by, "reason": day.reason}
        await work.announce(cause, StoreDayCancelled, store=book.store, **told)
        await work.wish(cause, book, lambda terminal: wish_closed(terminal, day))
        log.info("store day cancelled", store=book.store, business_date=str(day.business_date))
