"""People, their rights, and their PINs as argon2id values."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

import asyncpg

from service_kit.database import Connection
from store_service.domain.people import Person, PinCost, StoredPin

READ_PERSON: Final = "SELECT * FROM person WHERE store = $1 AND person = $2"
READ_PEOPLE: Final = "SELECT * FROM person WHERE store = $1 ORDER BY person"
READ_RIGHTS: Final = "SELECT person, allowed FROM person_right WHERE store = $1 ORDER BY person, allowed"
READ_MANAGERS: Final = "SELECT person FROM person_right WHERE store = $1 AND allowed = 'manage'"
SAVE_PERSON: Final = """
    INSERT INTO person (store, person, name, role, pin_salt, pin_value, pin_memory_kib, pin_passes, pin_lanes)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (store, person) DO UPDATE
       SET name = excluded.name,
           role = excluded.role,
           pin_salt = excluded.pin_salt,
           pin_value = excluded.pin_value,
           pin_memory_kib = excluded.pin_memory_kib,
           pin_passes = excluded.pin_passes,
           pin_lanes = excluded.pin_lanes
"""
REMOVE_RIGHTS: Final = "DELETE FROM person_right WHERE store = $1 AND person = $2"
ADD_RIGHTS: Final = """
    INSERT INTO person_right (store, person, allowed)
    SELECT $1, $2, allowed FROM unnest($3::text[]) AS allowed
"""


async def read_people(connection: Connection, store: str) -> list[Person]:
    """Read a store's people, by code."""
    rows = await connection.fetch(READ_PEOPLE, store)
    rights: defaultdict[str, list[str]] = defaultdict(list)
    for row in await connection.fetch(READ_RIGHTS, store):
        rights[row["person"]].append(row["allowed"])
    return [_person(row, rights[row["person"]]) for row in rows]


async def read_person(connection: Connection, store: str, person: str) -> Person | None:
    """Read one person; rights included."""
    row = await connection.fetchrow(READ_PERSON, store, person)
    if row is None:
        return None
    rights = await connection.fetch(READ_RIGHTS, store)
    return _person(row, [right["allowed"] for right in rights if right["person"] == person])


async def read_managers(connection: Connection, store: str) -> frozenset[str]:
    """Read who has the right to manage a store."""
    return frozenset(row["person"] for row in await connection.fetch(READ_MANAGERS, store))


async def save_person(connection: Connection, store: str, person: Person) -> None:
    """Add or change a person with their rights."""
    pin = person.pin
    kept = (
        (None,) * 5
        if pin is None
        else (pin.salt, pin.value, pin.cost.memory_kib, pin.cost.passes, pin.cost.lanes)
    )
    await connection.execute(SAVE_PERSON, store, person.person, person.name, person.role, *kept)
    await connection.execute(REMOVE_RIGHTS, store, person.person)
    await connection.execute(ADD_RIGHTS, store, person.person, sorted(set(person.rights)))


def _person(row: asyncpg.Record, rights: Iterable[str]) -> Person:
    pin = None
    if row["pin_value"] is not None:
        cost = PinCost(row["pin_memory_kib"], row["pin_passes"], row["pin_lanes"])
        pin = StoredPin(row["pin_salt"], row["pin_value"], cost)
    return Person(row["person"], row["name"], row["role"], tuple(rights), pin)  # type: ignore[arg-type]
