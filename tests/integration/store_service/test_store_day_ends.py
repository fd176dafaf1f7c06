"""Days that end otherwise, over the broker: taken back, archived; and what waits for people."""

from datetime import date

from integration.store_service.store_world import (
    MONDAY,
    TUESDAY,
    World,
    close_store,
    command,
    open_store,
    until,
)
from store_service.domain.archiving import ARCHIVE_AFTER
from store_service.messaging.archivist import Archivist
from store_service.messaging.till_service import TillServiceClient
from store_service.messaging.work import Clockwork
from store_service.messaging.workshop import Workshop
from tillday_contracts.day_messages import CancelDay, FinishStoreTask
from tillday_contracts.messages import Command, Done, Failed
from tillday_contracts.store_messages import StoreDay, StoreTask

MANAGER = "MANAGER-1"


def cancel_day(**fields: object) -> Command:
    given = {"store": "S1", "business_date": MONDAY, "by": MANAGER, "reason": "wrong date"}
    return command(CancelDay, **{**given, **fields})


async def an_open_store(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.person(MANAGER, "manager", ("open_store", "close_store"))
    await world.operator.day(open_store())


async def day_of(world: World) -> StoreDay:
    return next(day for day in (await world.operator.days()).days if day.business_date == MONDAY)


async def tasks_of(world: World) -> tuple[StoreTask, ...]:
    return (await world.operator.days()).tasks


async def a_task(world: World) -> StoreTask:
    async def there() -> bool:
        return bool(await tasks_of(world))

    await until(there)
    (task,) = await tasks_of(world)
    return task


async def test_a_day_opened_by_mistake_is_taken_back_and_opened_again(world: World) -> None:
    await an_open_store(world)
    request = cancel_day()

    assert (await world.operator.day(request)).state == "cancelled"

    assert ((await day_of(world)).state, (await day_of(world)).reason) == ("cancelled", "wrong date")
    assert (await world.desired()).business_date is None
    assert world.tills.sealed == {MONDAY}, "sealed like a close"
    assert (await world.operator.day(request)).state == "cancelled", "a repeat gets the same answer"
    assert (await world.operator.day(open_store())).state == "open"
    assert not world.tills.sealed, "a till can be started for the date again"
    assert (await world.desired()).business_date == MONDAY
    assert [event for event in await world.events() if event.startswith("store_")] == [
        "store_defined",
        "store_opened",
        "store_day_cancelled",
        "store_opened",
    ]


async def test_a_day_for_which_a_till_was_started_is_not_taken_back(world: World) -> None:
    await an_open_store(world)
    await world.tills.session("T1", "1" * 32, MONDAY, "open")
    await world.tills.session("T1", "1" * 32, MONDAY, "closed_front")

    refused = await world.operator.refused(cancel_day())

    assert refused.code == "tills_started"
    assert [till["session_id"] for till in refused.details["tills"]] == ["1" * 32]  # type: ignore[attr-defined]
    assert (await day_of(world)).state == "open"
    assert (await world.operator.refused(cancel_day(by="SUPERVISOR-1"))).code == "not_allowed"


async def test_a_cancelling_goes_on_when_the_till_service_answers_again(world: World) -> None:
    await an_open_store(world)
    world.tills.hold.clear()
    request = cancel_day()

    assert (await world.operator.ask(request, Failed)).kind == "transient"
    assert (await world.operator.refused(open_store(TUESDAY))).code == "being_cancelled"
    assert (await world.operator.refused(close_store())).code == "being_cancelled"

    world.tills.hold.set()

    async def taken_back() -> bool:
        return (await day_of(world)).state == "cancelled"

    await until(taken_back)
    assert (await world.operator.day(request)).state == "cancelled"


async def test_a_cancelled_date_stays_cancelled_when_its_second_opening_fails(world: World) -> None:
    await an_open_store(world)
    await world.operator.day(cancel_day())
    await world.tills.session("T1", "1" * 32, TUESDAY, "open")

    assert (await world.operator.refused(open_store())).code == "open_tills"

    assert (await day_of(world)).state == "cancelled"
    assert world.tills.sealed == {MONDAY}


async def test_a_terminal_opened_without_the_right_is_followed_and_a_supervisor_is_asked_to_look(
    world: World,
) -> None:
    await world.operator.define("T1")
    await world.tills.opened_itself("T1", TUESDAY, by="CASHIER-1")

    task = await a_task(world)

    assert (task.number, task.kind, task.terminal, task.business_date) == (
        1,
        "opened_without_right",
        "T1",
        TUESDAY,
    )
    desired = await world.desired()
    assert desired.business_date == TUESDAY
    await world.tills.opened_itself("T1", TUESDAY, by="CASHIER-1")
    await world.tills.session("T1", "1" * 32, TUESDAY, "open")

    async def heard() -> bool:
        return (await world.desired()).tills[0].session_id == "1" * 32

    await until(heard)
    assert len(await tasks_of(world)) == 1, "told again it is the same task"

    word = {"store": "S1", "number": 1, "note": "The manager was ill; agreed on the phone"}
    assert (
        await world.operator.refused(command(FinishStoreTask, **word, by="CASHIER-1"))
    ).code == "not_allowed"
    unknown = command(FinishStoreTask, **{**word, "number": 7})
    assert (await world.operator.refused(unknown)).code == "unknown_task"
    for _ in range(2):
        await world.operator.ask(command(FinishStoreTask, **word), Done)
    assert await tasks_of(world) == ()
    told = [event for event in await world.events() if event.startswith("store_task")]
    assert told == ["store_task_raised", "store_task_finished"]


async def test_a_terminal_opened_for_a_date_that_is_over_is_only_a_task(world: World) -> None:
    await an_open_store(world)
    await _close(world)
    await world.tills.opened_itself("T1", MONDAY)

    assert (await a_task(world)).kind == "opened_past_date"
    assert (await world.desired()).business_date is None


async def test_what_the_ledger_finds_waits_beside_the_stores_own_tasks_once_of_a_kind(world: World) -> None:
    await world.operator.define("T1")
    for kind in ("evidence_differs", "evidence_differs", "expected_differs"):
        await world.tills.found(kind, MONDAY)

    async def heard() -> bool:
        return len(await tasks_of(world)) == 2

    await until(heard)
    assert [(task.number, task.kind, task.business_date) for task in await tasks_of(world)] == [
        (1, "evidence_differs", MONDAY),
        (2, "expected_differs", MONDAY),
    ]


async def test_a_session_that_arrives_after_the_close_is_a_task_and_the_day_stays(world: World) -> None:
    await an_open_store(world)
    await _close(world)
    await world.tills.session("T1", "1" * 32, MONDAY, "open", late=True)

    task = await a_task(world)

    assert (task.kind, task.business_date) == ("late_session", MONDAY)
    assert (await day_of(world)).state == "closed"


async def test_a_settled_day_is_archived_after_a_week_and_terminals_are_told(world: World) -> None:
    await an_open_store(world)
    await _close(world)
    archivist = _archivist(world)

    await archivist.look()
    assert (await day_of(world)).state == "closed", "a week has not passed"

    world.clock.advance(ARCHIVE_AFTER.days)
    world.tills.unsettled[MONDAY] = ("A dead letter of T1 is open.",)
    await archivist.look()
    assert (await day_of(world)).state == "closed"

    del world.tills.unsettled[MONDAY]
    await archivist.look()
    assert (await day_of(world)).state == "archived"
    assert (await world.operator.days()).archived_through == MONDAY
    assert (await world.desired()).archived_through == MONDAY
    assert (await world.desired()).closed_through == MONDAY
    assert (await world.events())[-1] == "store_day_archived"
    assert (await world.operator.refused(open_store())).code == "closed"


async def test_the_archive_reaches_only_to_the_first_day_that_is_not_settled(world: World) -> None:
    await an_open_store(world)
    await _close(world)
    world.clock.advance(1)
    await world.operator.day(open_store(TUESDAY))
    await _close(world, TUESDAY)
    world.clock.advance(ARCHIVE_AFTER.days)
    world.tills.unsettled[MONDAY] = ("A sale is undecided.",)

    await _archivist(world).look()

    assert await world.operator.state_of(TUESDAY) == "archived"
    assert (await world.operator.days()).archived_through is None
    world.tills.unsettled.clear()
    await _archivist(world).look()
    assert (await world.operator.days()).archived_through == TUESDAY


async def _close(world: World, business_date: date = MONDAY) -> None:
    await world.operator.day(close_store(business_date))
    world.clock.advance(seconds=60)
    closed = await world.operator.day(close_store(business_date, waive="switched off"))
    assert closed.state == "closed"


def _archivist(world: World) -> Archivist:
    clockwork = Clockwork(world.clock, world.service.random_bytes)
    workshop = Workshop(world.service.database, clockwork)
    return Archivist(workshop, TillServiceClient(world.service.nats, clockwork))
