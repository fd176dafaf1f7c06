"""Opening stores: kept as `opening` before the till service is asked, and carried on after a crash."""

from typing import Final, assert_never

import structlog

from service_kit.crash import crash_point
from service_kit.failures import TransientError
from store_service.domain.days import Opening, StoreBook
from store_service.domain.opening import (
    AlreadyOpen,
    DayOpened,
    OpeningBegun,
    OpeningUnderWay,
    OpeningWithdrawn,
    decide_open,
    decide_opening,
    evolve_opening,
    open_answer,
)
from store_service.domain.wishes import wish_closed, wish_open
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import OpenStore, StoreOpened
from tillday_contracts.till_messages import NotSealed, Sealed

log = structlog.get_logger()

ROUNDS: Final = 5


class Openings:
    """Opens stores."""

    def __init__(self, workshop: Workshop, tills: Tills) -> None:
        self._workshop = workshop
        self._tills = tills

    async def handle(self, command: OpenStore) -> bytes:
        """Answer a request to open a store."""
        for _ in range(ROUNDS):
            step = await self._accept(command)
            if isinstance(step, bytes):
                return step
            await self.carry_on(command.store, step)
        raise TransientError(f"others open {command.store} at the same time")

    async def _accept(self, command: OpenStore) -> bytes | Opening:
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            if earlier is not None:
                return earlier
            book = await work.book(command.business_date)
            decision = decide_open(book, await work.person(command.by), command, at=work.at)
            match decision:
                case Refused():
                    return await work.reply(command, decision)
                case AlreadyOpen():
                    return await work.reply(command, open_answer(book, decision.day))
                case OpeningUnderWay():
                    return decision.opening
                case OpeningBegun():
                    await work.save_days(book, evolve_opening(book, decision))
                    return decision.opening
                case _:
                    assert_never(decision)

    async def carry_on(self, store: str, opening: Opening) -> None:
        """Ask the till service and decide the opening, unless somebody else has done so meanwhile."""
        async with self._workshop.carry(store) as carrier:
            before = await carrier.look()
            if before is None or before.opening != opening:
                return
            crash_point("opening_kept")
            answer = await self._ask(before, opening)
            crash_point("opening_sealed")
            work = await carrier.decide()
            await self._decide(work, await work.book(), opening, answer)

    async def _ask(self, book: StoreBook, opening: Opening) -> Sealed | NotSealed:
        answer = await self._look(book, opening)
        if opening.again is None:
            return answer
        # Last, when nothing can take the opening back any more; an attempt before a crash may have done so.
        if isinstance(answer, Sealed):
            await self._tills.release(opening.command, book.store, opening.business_date)
        else:
            await self._tills.seal(opening.command, book.store, opening.business_date)
        return answer

    async def _look(self, book: StoreBook, opening: Opening) -> Sealed | NotSealed:
        """Ask for tills of other dates, then seal the open day that this opening closes."""
        in_the_way = await self._tills.tills_of_other_dates(
            opening.command, book.store, opening.business_date
        )
        if in_the_way:
            return NotSealed(tills=in_the_way)
        if book.current is None:
            return Sealed()
        return await self._tills.seal(opening.command, book.store, book.current.business_date)

    async def _decide(
        self, work: StoreWork, book: StoreBook, opening: Opening, answer: Sealed | NotSealed
    ) -> None:
        fact = decide_opening(book, opening, answer)
        after = evolve_opening(book, fact)
        await work.save_days(book, after)
        match fact:
            case OpeningWithdrawn():
                await work.reply(opening.command, fact.refusal)
            case DayOpened():
                await self._announce(work, after, fact, opening.command)
                await work.reply(opening.command, open_answer(after, fact.day))
            case _:
                assert_never(fact)

    async def _announce(self, work: StoreWork, book: StoreBook, fact: DayOpened, cause: OpenStore) -> None:
        closed = fact.closed_before
        if closed is not None:
            await work.announce_closed(cause, closed)
        opened = {"store": book.store, "business_date": fact.day.business_date, "by": fact.day.opened_by}
        await work.announce(cause, StoreOpened, **opened)
        await work.wish(
            cause,
            book,
            lambda terminal: wish_open(
                terminal if closed is None else wish_closed(terminal, closed), fact.day
            ),
        )
        log.info("store opened", store=book.store, business_date=str(fact.day.business_date))
