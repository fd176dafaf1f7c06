"""How people and the identities of terminals became what they are: added to, never changed."""

from datetime import datetime
from typing import Final

from service_kit.database import Connection
from store_service.domain.people import Person
from tillday_contracts.master_data_messages import IdentityChange, PersonChange, StoreTerminal
from tillday_contracts.store_messages import DefinePerson

ADD_PERSON_CHANGE: Final = """
    INSERT INTO person_change (store, rev, changed_at, changed_by, person, name, role, rights, new_pin)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
READ_PERSON_CHANGES: Final = """
    SELECT rev AS revision, changed_at, changed_by AS by, person, name, role, rights, new_pin
      FROM person_change
     WHERE store = $1 AND ($2::text IS NULL OR person = $2)
     ORDER BY number DESC
     LIMIT $3
"""
CHANGED_AT_REVISION: Final = "SELECT max(rev) FROM person_change WHERE store = $1 AND person = $2"
ADD_STEP: Final = """
    INSERT INTO identity_step (store, terminal, at, step, by, reason) VALUES ($1, $2, $3, $4, $5, $6)
"""
READ_STEPS: Final = """
    SELECT terminal, at, step, by, reason
      FROM identity_step
     WHERE store = $1
     ORDER BY number DESC
     LIMIT $2
"""
READ_TERMINALS: Final = """
    SELECT terminal, till, name,
           (SELECT max(made_at)
              FROM terminal_credential AS held
             WHERE held.store = known.store AND held.terminal = known.terminal AND held.ended_at IS NULL)
             AS enrolled_at,
           (SELECT max(expires_at)
              FROM enrolment_code AS code
             WHERE code.store = known.store AND code.terminal = known.terminal
               AND code.redeemed_by IS NULL AND code.expires_at > $2)
             AS code_until
      FROM terminal AS known
     WHERE store = $1
     ORDER BY terminal
"""


async def add_person_change(
    connection: Connection, command: DefinePerson, after: Person, *, revision: int, at: datetime
) -> None:
    """Note how a person stands after a change; that there is another PIN, and nothing of it."""
    who = (after.person, after.name, after.role, list(after.rights), command.pin is not None)
    await connection.execute(ADD_PERSON_CHANGE, command.store, revision, at, command.by, *who)


async def read_person_changes(
    connection: Connection, store: str, person: str | None, *, most: int
) -> tuple[PersonChange, ...]:
    """Read the newest changes of a store's people, or of one of them, newest first."""
    rows = await connection.fetch(READ_PERSON_CHANGES, store, person, most)
    return tuple(PersonChange.model_validate(dict(row)) for row in rows)


async def person_changed_at(connection: Connection, store: str, person: str) -> int:
    """Return the revision of the store's people at which this person was changed last, 0 for nobody."""
    return int(await connection.fetchval(CHANGED_AT_REVISION, store, person) or 0)


async def add_step(connection: Connection, store: str, change: IdentityChange) -> None:
    """Note a step in a terminal's life."""
    what = (change.terminal, change.at, change.step, change.by, change.reason)
    await connection.execute(ADD_STEP, store, *what)


async def read_steps(connection: Connection, store: str, *, most: int) -> tuple[IdentityChange, ...]:
    """Read the newest steps in the lives of a store's terminals, newest first."""
    rows = await connection.fetch(READ_STEPS, store, most)
    return tuple(IdentityChange.model_validate(dict(row)) for row in rows)


async def read_known_terminals(
    connection: Connection, store: str, *, at: datetime
) -> tuple[StoreTerminal, ...]:
    """Read a store's terminals with what they may prove themselves by."""
    rows = await connection.fetch(READ_TERMINALS, store, at)
    return tuple(StoreTerminal.model_validate(dict(row)) for row in rows)
