"""Store days over a real broker and a real database, with a till service that has the real one's manners."""

import asyncio

from integration.store_service.store_world import (
    DESIRED,
    MONDAY,
    SETTINGS,
    TUESDAY,
    Listener,
    Operator,
    World,
    close_store,
    command,
    open_store,
    until,
)
from tillday_contracts.messages import Failed
from tillday_contracts.store_messages import DayAnswer, DefineStore
from tillday_contracts.wishes import Desired, Settings


async def test_a_store_is_opened_and_closed_and_its_terminals_are_told(
    world: World, listener: Listener
) -> None:
    await world.operator.define("T1")
    settings = await listener.until("pos/S1/settings/v1", Settings, lambda s: s.name == "Corner Shop")
    assert settings.rev >= 1

    opened = await world.operator.day(open_store())
    assert opened.state == "open"
    desired = await listener.until(DESIRED, Desired, lambda d: d.business_date == MONDAY)

    closing = await world.operator.day(close_store())
    assert (closing.state, closing.awaited) == ("closing", ("T1",))
    asked = await listener.until(DESIRED, Desired, lambda d: d.closing == MONDAY)
    assert asked.rev > desired.rev

    await world.tills.attest("T1", MONDAY, asked.rev)
    told = await listener.until(DESIRED, Desired, lambda d: d.closed_through == MONDAY)
    assert (told.business_date, told.closing) == (None, None)
    assert await world.operator.state_of(MONDAY) == "closed"
    assert world.tills.sealed == {MONDAY}
    assert [event for event in await world.events() if event.startswith("store_")] == [
        "store_defined",
        "store_opened",
        "store_closing",
        "store_closed",
    ]


async def test_a_store_is_not_opened_while_a_till_of_another_date_is_open(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    await world.tills.session("T1", "1" * 32, MONDAY, "open")
    world.clock.advance(1)

    request = open_store(TUESDAY)
    refused = await world.operator.refused(request)

    assert refused.text == (
        'Cannot open the store "Corner Shop" because there are open tills for another Business Date'
    )
    assert [till["session_id"] for till in refused.details["tills"]] == ["1" * 32]  # type: ignore[attr-defined]
    assert await world.operator.state_of(TUESDAY) == "none"
    assert await world.operator.state_of(MONDAY) == "open"

    await world.tills.session("T1", "1" * 32, MONDAY, "closed_front")
    assert await world.operator.refused(request) == refused, "a repeat gets the same answer"
    assert (await world.operator.day(open_store(TUESDAY))).automatically_closed == MONDAY
    days = {day.business_date: day for day in (await world.operator.days()).days}
    assert (days[MONDAY].state, days[MONDAY].automatic, days[MONDAY].awaited) == ("closed", True, ("T1",))
    assert world.tills.sealed == {MONDAY}
    assert (await world.desired()).business_date == TUESDAY


async def test_a_store_is_not_closed_while_a_till_of_the_date_is_open(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    await world.tills.session("T1", "1" * 32, MONDAY, "open")

    refused = await world.operator.refused(close_store())

    assert refused.text == 'Cannot close the store "Corner Shop" because there are open tills'
    assert [till["till"] for till in refused.details["tills"]] == ["TILL-T1"]  # type: ignore[attr-defined]
    assert await world.operator.state_of(MONDAY) == "open"
    assert not world.tills.sealed


async def test_one_reason_waives_every_terminal_that_was_not_heard(world: World) -> None:
    await world.operator.define("T1", "T2")
    await world.operator.day(open_store())
    assert (await world.operator.day(close_store())).awaited == ("T1", "T2")
    rev = (await world.desired("T2")).rev
    await world.tills.attest("T2", MONDAY, rev)
    await until(lambda: _awaits(world.operator, ("T1",)))

    early = await world.operator.refused(close_store(waive="its PC is being repaired"))
    assert early.code == "too_early_to_waive"
    world.clock.advance(seconds=60)
    answer = await world.operator.day(close_store(waive="its PC is being repaired"))

    assert (answer.state, answer.awaited) == ("closed", ())
    day = (await world.operator.days()).days[0]
    assert (day.awaited, day.reason) == (("T1",), "its PC is being repaired")


async def _awaits(asker: Operator, terminals: tuple[str, ...]) -> bool:
    return (await asker.days()).days[0].awaited == terminals


async def test_a_till_that_turns_out_open_takes_the_closing_back(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    await world.operator.day(close_store())
    first = (await world.desired()).rev
    await world.tills.session("T1", "1" * 32, MONDAY, "open")

    world.clock.advance(seconds=60)
    refused = await world.operator.refused(close_store(waive="nobody answers"))

    assert refused.text == 'Cannot close the store "Corner Shop" because there are open tills'
    assert await world.operator.state_of(MONDAY) == "open"
    assert (await world.desired()).closing is None

    await world.tills.session("T1", "1" * 32, MONDAY, "closed_front")
    assert (await world.operator.day(close_store())).awaited == ("T1",)
    await world.tills.attest("T1", MONDAY, first)
    await asyncio.sleep(0.3)
    assert await world.operator.state_of(MONDAY) == "closing", "an attestation of the abandoned closing"
    await world.tills.attest("T1", MONDAY, (await world.desired()).rev)
    await until(lambda: _is(world.operator, "closed"))


async def _is(asker: Operator, state: str) -> bool:
    return await asker.state_of(MONDAY) == state


async def test_a_closing_without_terminals_ends_at_once(world: World) -> None:
    await world.operator.define()
    await world.operator.day(open_store())
    assert (await world.operator.day(close_store())).state == "closed"


async def test_a_repeated_command_gets_the_same_answer_and_has_no_second_effect(world: World) -> None:
    await world.operator.define("T1")
    request = open_store()
    first = await world.operator.send(request)
    count = len(await world.events())

    assert await world.operator.send(request) == first
    other = DayAnswer.model_validate_json(await world.operator.send(open_store()))
    assert other == DayAnswer.model_validate_json(first)
    assert len(await world.events()) == count


async def test_an_opening_goes_on_when_the_till_service_answers_again(world: World) -> None:
    await world.operator.define("T1")
    world.tills.hold.clear()
    request = open_store()

    failed = await world.operator.ask(request, Failed)
    assert failed.kind == "transient"
    assert await world.operator.state_of(MONDAY) == "opening"
    other = await world.operator.refused(open_store(TUESDAY))
    assert other.code == "being_opened"

    world.tills.hold.set()
    await until(lambda: _is(world.operator, "open"))
    assert (await world.operator.day(request)).state == "open"


async def test_terminals_that_join_an_open_store_are_wished_open(world: World) -> None:
    await world.operator.define("T1")
    await world.operator.day(open_store())
    await world.operator.register("T2")
    assert (await world.desired("T2")).business_date == MONDAY


async def test_a_malformed_request_is_answered_and_says_what_is_wrong(world: World) -> None:
    await world.operator.define("T1")
    body = b'{"store": "S1", "business_date": "yesterday"}'
    failed = Failed.model_validate_json(await world.operator.raw("tillday.store.open_store.v1", body))
    assert failed.kind == "permanent"
    assert "business_date" in failed.text
    unknown = await world.operator.refused(open_store(store="NOWHERE"))
    assert unknown.text == 'There is no store "NOWHERE": check its code.'


async def test_an_unknown_time_zone_is_refused(world: World) -> None:
    settings = SETTINGS.model_copy(update={"time_zone": "Mars/Olympus"})
    refused = await world.operator.refused(command(DefineStore, settings=settings))
    assert refused.code == "unknown_time_zone"
