"""Taking a day back while others do something with it: one after the other, never both."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from integration.store_service.store_world import (
    MONDAY,
    TUESDAY,
    World,
    close_store,
    command,
    open_store,
    running_world,
)
from servers import Broker, FreshDatabase
from store_service.domain.cancelling import decide_cancelling
from store_service.domain.days import Open, StoreBook
from store_service.messaging import cancellings
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.messages import Command
from tillday_contracts.till_messages import Sealed

ROUNDS = 6


@pytest.fixture
async def world(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[World]:
    async with running_world(fresh_database, broker) as made:
        await made.operator.define("T1")
        await made.operator.person("MANAGER-1", "manager", ("open_store", "close_store"))
        yield made


def cancel_day() -> Command:
    return command(CancelDay, store="S1", business_date=MONDAY, by="MANAGER-1", reason="wrong date")


async def test_a_cancel_beside_a_close_ends_as_if_one_came_first(world: World) -> None:
    for _ in range(ROUNDS):
        assert (await world.operator.day(open_store())).state == "open"
        cancelled, closing = await asyncio.gather(
            world.operator.send(cancel_day()), world.operator.send(close_store())
        )
        state = await world.operator.state_of(MONDAY)
        if b'"cancelled"' in cancelled:
            assert state == "cancelled"
            assert b"refused" in closing
        else:
            assert (b"refused" in cancelled, state) == (True, "closing")
            return


async def test_a_cancel_beside_the_next_opening_never_closes_what_was_cancelled(world: World) -> None:
    await world.operator.day(open_store())
    cancelled, opened = await asyncio.gather(
        world.operator.send(cancel_day()), world.operator.send(open_store(TUESDAY))
    )
    monday, tuesday = [await world.operator.state_of(day) for day in (MONDAY, TUESDAY)]
    if b"refused" in cancelled:
        assert (monday, tuesday) == ("closed", "open")
    else:
        assert monday == "cancelled"
        assert (tuesday == "open") == (b"refused" not in opened)


async def till_started_meanwhile(world: World) -> str:
    """The till service is slow; a till is started before it answers the cancelling."""
    await world.operator.day(open_store())
    world.tills.hold.clear()
    asking = asyncio.create_task(world.operator.send(cancel_day()))
    await asyncio.sleep(0.5)
    await world.tills.session("T1", uuid4().hex, MONDAY, "open")
    world.tills.hold.set()
    await asking
    return await world.operator.state_of(MONDAY)


async def test_a_till_that_starts_before_the_seal_keeps_the_day(world: World) -> None:
    assert await till_started_meanwhile(world) == "open"
    assert not world.tills.sealed


async def test_control_deciding_without_the_answer_of_the_seal_cancels_a_day_with_a_till(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blindly(book: StoreBook, day: Open, asked: CancelDay, _: object) -> object:
        return decide_cancelling(book, day, asked, Sealed())

    monkeypatch.setattr(cancellings, "decide_cancelling", blindly)
    assert await till_started_meanwhile(world) == "cancelled"
