"""Logins and visits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice_service.domain.access import Role, Visitor
from backoffice_service.domain.visits import Visit
from service_kit.database import Connection

FIND_LOGIN: Final = "SELECT person, name, role, stores, password_hash FROM login WHERE person = $1"
PUT_LOGIN: Final = """
    INSERT INTO login (person, name, role, stores, password_hash, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (person) DO UPDATE
            SET name = $2, role = $3, stores = $4, password_hash = $5, changed_at = $6
"""
ADD_STORE: Final = """
    UPDATE login
       SET stores = stores || $2::text, changed_at = $3
     WHERE person = $1 AND NOT $2::text = ANY (stores)
 RETURNING person
"""
END_OTHER_VISITS: Final = "DELETE FROM visit WHERE person = $1 AND digest <> $2"
RENEW_VISIT: Final = "UPDATE visit SET digest = $2 WHERE digest = $1"
READ_OPERATORS: Final = "SELECT person FROM login WHERE role = 'operator' ORDER BY person"
END_VISITS_OF: Final = "DELETE FROM visit WHERE person = $1"
BEGIN_VISIT: Final = """
    INSERT INTO visit (digest, person, began_at, used_at, address) VALUES ($1, $2, $3, $3, $4)
"""
FIND_VISIT: Final = """
    SELECT began_at, used_at, person, name, role, stores
      FROM visit JOIN login USING (person)
     WHERE digest = $1
"""
USE_VISIT: Final = "UPDATE visit SET used_at = $2 WHERE digest = $1"
END_VISIT: Final = "DELETE FROM visit WHERE digest = $1"
END_OLD_VISITS: Final = "DELETE FROM visit WHERE used_at < $1 OR began_at < $2"


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who may sign in, and what is kept of the password."""

    visitor: Visitor
    password_hash: str


async def find_login(connection: Connection, person: str) -> Login | None:
    """Return a login by its name."""
    row = await connection.fetchrow(FIND_LOGIN, person)
    return None if row is None else Login(_visitor(row), row["password_hash"])


async def put_login(connection: Connection, login: Login, at: datetime) -> None:
    """Create or replace a login. Who is signed in by it has to do so again."""
    who = login.visitor
    await connection.execute(
        PUT_LOGIN, who.person, who.name, who.role, list(who.stores), login.password_hash, at
    )
    await end_visits_of(connection, who.person)


async def add_store(connection: Connection, person: str, store: str, at: datetime) -> bool:
    """Let somebody look after one store more; returns whether they did not before."""
    return await connection.fetchval(ADD_STORE, person, store, at) is not None


async def renew_visit(connection: Connection, person: str, digest: bytes, renewed: bytes) -> None:
    """Give a visit another secret, and forget the person's other visits."""
    await connection.execute(END_OTHER_VISITS, person, digest)
    await connection.execute(RENEW_VISIT, digest, renewed)


async def end_visits_of(connection: Connection, person: str) -> None:
    """Forget somebody's visits."""
    await connection.execute(END_VISITS_OF, person)


async def read_operators(connection: Connection) -> list[str]:
    """Return who looks after every store."""
    return [row["person"] for row in await connection.fetch(READ_OPERATORS)]


async def begin_visit(
    connection: Connection, digest: bytes, *, person: str, at: datetime, address: str
) -> None:
    """Keep a new visit."""
    await connection.execute(BEGIN_VISIT, digest, person, at, address)


async def find_visit(connection: Connection, digest: bytes) -> tuple[Visit, Visitor] | None:
    """Return a visit and who it is."""
    row = await connection.fetchrow(FIND_VISIT, digest)
    return None if row is None else (Visit(row["began_at"], row["used_at"]), _visitor(row))


async def use_visit(connection: Connection, digest: bytes, at: datetime) -> None:
    """Note that a visit was used."""
    await connection.execute(USE_VISIT, digest, at)


async def end_visit(connection: Connection, digest: bytes) -> None:
    """Forget a visit."""
    await connection.execute(END_VISIT, digest)


async def end_old_visits(connection: Connection, *, used_before: datetime, began_before: datetime) -> None:
    """Forget the visits that are over."""
    await connection.execute(END_OLD_VISITS, used_before, began_before)


def _visitor(row: object) -> Visitor:
    person, name, role, stores = (row[key] for key in ("person", "name", "role", "stores"))  # type: ignore[index]
    typed: Role = role
    return Visitor(person, name, typed, tuple(stores))
