"""What `tillday people` does: show who works at a store, and define or change a person."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, get_args
from uuid import uuid4

from rich.prompt import Prompt

from tillday_contracts.asks import Right
from tillday_contracts.store_messages import DefinePerson, People, PeopleAnswer, Person, Revised
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import rows_table
from tillday_local.service_client import CommandRefused, ServiceClient

RIGHTS: Final[tuple[str, ...]] = get_args(Right)
ALL: Final = "all"
NEW_PIN_VARIABLE: Final = "TILLDAY_NEW_PIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChange:
    """What is to be different of a person; None leaves it as it is."""

    person: str
    name: str | None = None
    role: str | None = None
    grant: Sequence[str] = ()
    revoke: Sequence[str] = ()
    new_pin: bool = False


async def show_people(asking: Asking) -> int:
    """Show a store's people and what they may do."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(People(store=asking.store), PeopleAnswer)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    rows = [(p.person, p.name, p.role, ", ".join(p.rights) or "none") for p in answer.people]
    asking.show(answer, rows_table(f"People of {asking.store}", ("Person", "Name", "Role", "Rights"), rows))
    return 0


async def set_person(asking: Asking, change: PersonChange) -> int:
    """Define or change a person; terminals that are connected hear of it at once."""
    check_rights((*change.grant, *change.revoke))
    try:
        async with find_broker_login(asking.where).connect() as client:
            known = await _known(client, asking.store, change.person)
            after = changed_person(known, change)
            pin = ask_new_pin(change.person) if change.new_pin else None
            answer = await client.ask(_define(asking, after, pin), Revised)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    if known is None and pin is None:
        asking.say(f"{after.person} has no PIN and cannot sign in yet: people set {after.person} --pin")
    asking.show(
        answer, f"{after.person}: {after.name}, {after.role}, may {', '.join(after.rights) or 'nothing'}."
    )
    return 0


def check_rights(named: Sequence[str]) -> None:
    """Raise NothingToAsk for a right that there is not."""
    for right in named:
        if right not in (*RIGHTS, ALL):
            raise NothingToAsk(f'there is no right "{right}"; there are {", ".join(RIGHTS)}, and all')


def changed_person(known: Person | None, change: PersonChange) -> Person:
    """Return the person after the change; a new one needs a name and a role."""
    name = change.name or (known.name if known else None)
    role = change.role or (known.role if known else None)
    if name is None or role is None:
        raise NothingToAsk(f"{change.person} is new: name them with --name and --role")
    rights: set[str] = set(() if known is None else known.rights)
    rights |= set(_spelt_out(change.grant))
    rights -= set(_spelt_out(change.revoke))
    return Person.model_validate(
        {"person": change.person, "name": name, "role": role, "rights": sorted(rights, key=RIGHTS.index)}
    )


def _spelt_out(rights: Sequence[str]) -> Sequence[str]:
    return RIGHTS if ALL in rights else rights


def ask_new_pin(person: str) -> str:
    """Return a new PIN, from the environment or typed twice; never from the command line."""
    pin = os.environ.get(NEW_PIN_VARIABLE) or typed_twice(person)
    if not (pin.isascii() and pin.isdecimal() and 4 <= len(pin) <= 12):
        raise NothingToAsk("a PIN has 4 to 12 digits; nothing was changed")
    return pin


def typed_twice(person: str) -> str:
    """Ask for a new PIN without showing it, until it was typed alike twice."""
    while True:
        pin = Prompt.ask(f"New PIN of {person}", password=True)
        if pin == Prompt.ask("The same again", password=True):
            return pin


async def _known(client: ServiceClient, store: str, person: str) -> Person | None:
    answer = await client.ask(People(store=store), PeopleAnswer)
    return next((other for other in answer.people if other.person == person), None)


def _define(asking: Asking, person: Person, pin: str | None) -> DefinePerson:
    message_id = uuid4()
    return DefinePerson.model_validate(
        {
            "message_id": message_id,
            "correlation_id": message_id,
            "occurred_at": datetime.now(UTC),
            "by": asking.by,
            "store": asking.store,
            **person.model_dump(),
            "pin": pin,
        }
    )
