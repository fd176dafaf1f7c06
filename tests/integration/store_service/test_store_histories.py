"""How people and terminals became what they are, over a real broker and database."""

from typing import Any

from integration.store_service.store_world import NOW, SETTINGS, World, command
from tillday_contracts.identity_messages import EnrolmentCodeIssued, IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import (
    PeopleChanges,
    PeopleHistory,
    StoreTerminalList,
    StoreTerminals,
)
from tillday_contracts.messages import Done
from tillday_contracts.store_messages import DefinePerson, DefineStore, People, PeopleAnswer, Revised

CASHIER = {"store": "S1", "person": "CASHIER-1", "name": "Cashier 1", "role": "cashier"}


def define(**fields: Any) -> DefinePerson:
    return command(DefinePerson, **{**CASHIER, "rights": ("sell",), **fields})  # type: ignore[return-value]


async def changes(world: World, person: str | None = None) -> PeopleChanges:
    return await world.operator.ask(PeopleHistory(store="S1", person=person), PeopleChanges)


async def test_every_change_of_a_person_is_kept_with_who_and_when_and_never_the_pin(world: World) -> None:
    await world.operator.ask(command(DefineStore, settings=SETTINGS), Revised)
    await world.operator.ask(define(pin="4711"), Revised)
    await world.operator.ask(define(pin="4711"), Revised)
    await world.operator.ask(define(rights=("sell", "refund"), by="MANAGER-1"), Revised)
    await world.operator.ask(define(person="CASHIER-2"), Revised)

    of_one = await changes(world, "CASHIER-1")

    assert [(one.by, one.rights, one.new_pin) for one in of_one.changes] == [
        ("MANAGER-1", ("refund", "sell"), False),
        ("SUPERVISOR-1", ("sell",), True),
    ]
    assert abs((of_one.changes[0].changed_at - NOW).total_seconds()) < 600
    assert [one.person for one in (await changes(world)).changes] == ["CASHIER-2", "CASHIER-1", "CASHIER-1"]
    assert "4711" not in of_one.model_dump_json()
    assert (await world.operator.refused(PeopleHistory(store="S9"))).code == "unknown_store"


async def test_of_two_who_change_one_person_at_once_the_second_is_told(world: World) -> None:
    await world.operator.ask(command(DefineStore, settings=SETTINGS), Revised)
    await world.operator.ask(define(), Revised)
    seen = (await world.operator.ask(People(store="S1"), PeopleAnswer)).revision
    await world.operator.ask(define(person="CASHIER-2", changes=seen), Revised)

    await world.operator.ask(define(name="Cashier one", changes=seen), Revised)
    late = await world.operator.refused(define(name="Cashier I", changes=seen))

    assert late.code == "changed_meanwhile"
    people = (await world.operator.ask(People(store="S1"), PeopleAnswer)).people
    names = {one.person: one.name for one in people}
    assert names["CASHIER-1"] == "Cashier one"
    await world.operator.ask(define(name="Cashier I"), Revised)


async def test_a_store_names_its_terminals_their_waiting_codes_and_their_lives(world: World) -> None:
    await world.operator.define("T1", "T2")
    place = {"store": "S1", "terminal": "T1"}
    issued = await world.operator.ask(command(IssueEnrolmentCode, **place), EnrolmentCodeIssued)
    rotated = await world.operator.ask(command(IssueEnrolmentCode, **place, rotate=True), EnrolmentCodeIssued)
    await world.operator.ask(command(RevokeTerminal, **place, reason="Stolen"), Done)

    before_the_end = await world.operator.ask(
        command(IssueEnrolmentCode, store="S1", terminal="T2"), EnrolmentCodeIssued
    )
    told = await world.operator.ask(StoreTerminals(store="S1"), StoreTerminalList)

    assert [(one.terminal, one.till, one.name) for one in told.terminals] == [
        ("T1", "TILL-T1", "Counter T1"),
        ("T2", "TILL-T2", "Counter T2"),
    ]
    assert [one.code_until for one in told.terminals] == [None, before_the_end.expires_at]
    assert [(one.terminal, one.step, one.by) for one in told.steps] == [
        ("T2", "code_issued", "SUPERVISOR-1"),
        ("T1", "rotation_issued", "SUPERVISOR-1"),
        ("T1", "code_issued", "SUPERVISOR-1"),
    ]
    shown = told.model_dump_json()
    assert issued.code not in shown
    assert rotated.code not in shown
