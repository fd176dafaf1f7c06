"""Commands that wait until somebody tells who may send them hold nothing that others need."""

import asyncio
import json
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from service_kit.database import Connection, Database
from service_kit.inbox import answer_once
from till_service.domain.permission import MANAGE, Deed
from till_service.messaging import allowed as mechanism
from till_service.messaging.allowed import Allowed, Decide
from tillday_contracts.messages import Done, Refused
from tillday_contracts.stock_messages import SetLocation
from tillday_contracts.store_messages import PeopleAnswer
from unit.till_service.back_office import SUPERVISOR, KnownPeople
from unit.till_service.journals import NOON

CONNECTIONS = 8
WAITING = 3 * CONNECTIONS
MOMENT = 1.0
Answer = asyncio.Task[dict[str, object]]


@dataclass
class SilentStaff(KnownPeople):
    """The store service says nothing until it is let speak."""

    asked: int = 0
    speaks: asyncio.Event = field(default_factory=asyncio.Event)

    async def of(self, store: str) -> PeopleAnswer | Refused:
        self.asked += 1
        await self.speaks.wait()
        return await super().of(store)


def command() -> SetLocation:
    ids = {"message_id": uuid4(), "correlation_id": uuid4(), "occurred_at": NOON, "by": SUPERVISOR}
    return SetLocation.model_validate({**ids, "store": "S1", "location": "SHOP", "name": "Shop"})


async def done(_connection: Connection) -> Done:
    return Done()


async def carry_out(allowed: Allowed, one: SetLocation) -> dict[str, object]:
    content: dict[str, object] = json.loads(await allowed.once(one, MANAGE, done))
    return content


async def another_is_answered(database: Database) -> bool:
    """Whether a request that needs no right gets its connection within a moment."""
    try:
        async with asyncio.timeout(MOMENT), database.transaction() as connection:
            return bool(await connection.fetchval("SELECT true"))
    except TimeoutError:
        return False


async def waiting(database: Database, staff: SilentStaff, until: int) -> list[Answer]:
    """Three times as many commands as there are connections, all of them on their way."""
    allowed = Allowed(database, staff)
    tasks = [asyncio.create_task(carry_out(allowed, command())) for _ in range(WAITING)]
    async with asyncio.timeout(15):
        while staff.asked < until:
            await asyncio.sleep(0.01)
    return tasks


async def test_commands_that_wait_for_the_store_service_leave_the_database_to_others(
    database: Database,
) -> None:
    staff = SilentStaff()
    tasks = await waiting(database, staff, until=WAITING)

    answered = await another_is_answered(database)
    staff.speaks.set()

    assert answered
    assert [told["outcome"] for told in await asyncio.gather(*tasks)] == ["done"] * WAITING


async def test_control_rights_that_are_asked_within_the_transaction_stop_everybody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask_within(allowed: Allowed, one: SetLocation, deed: Deed, decide: Decide) -> bytes:
        async def decided(connection: Connection) -> bytes:
            refused = await allowed._refused(deed, (one.by,), one.store)
            return (refused or await decide(connection)).model_dump_json().encode()

        return await answer_once(database, one.message_id, decided)

    monkeypatch.setattr(mechanism.Allowed, "once", ask_within)
    staff = SilentStaff()
    tasks = await waiting(database, staff, until=CONNECTIONS)

    answered = await another_is_answered(database)
    staff.speaks.set()

    assert not answered
    assert [told["outcome"] for told in await asyncio.gather(*tasks)] == ["done"] * WAITING


async def test_a_repeated_command_gets_its_first_answer_and_nobody_is_asked(database: Database) -> None:
    staff, one = SilentStaff(), command()
    staff.speaks.set()
    allowed = Allowed(database, staff)
    first = await carry_out(allowed, one)
    staff.speaks.clear()

    assert await carry_out(allowed, one) == first
    assert staff.asked == 1
