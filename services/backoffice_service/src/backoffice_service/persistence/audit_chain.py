"""The chain of the audit trail as it is looked through, and its signed heads."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final

from backoffice_service.domain.audit_chain import Head, Link, Linked
from backoffice_service.persistence.audit import act_of, content_of
from service_kit.database import Connection

PAGE: Final = 1000
READ_CHAIN: Final = """
    SELECT link.place, link.number AS linked, link.hash,
           audit.number, at, person, role, address, action, store, details, outcome
      FROM audit_link AS link LEFT JOIN audit ON audit.number = link.number
     WHERE link.place > $1
     ORDER BY link.place
     LIMIT $2
"""
FIRST_WITHOUT_LINK: Final = """
    SELECT min(audit.number)
      FROM audit LEFT JOIN audit_link AS link ON link.number = audit.number
     WHERE link.number IS NULL AND EXISTS (SELECT true FROM audit_link)
"""
FIND_LINK: Final = "SELECT place, number, hash FROM audit_link WHERE place = $1"
PUT_HEAD: Final = """
    INSERT INTO audit_head (day, place, hash, signature) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING
     RETURNING day
"""
READ_HEADS: Final = "SELECT day, place, hash, signature FROM audit_head ORDER BY day"
NEWEST_HEAD: Final = "SELECT day, place, hash, signature FROM audit_head ORDER BY day DESC LIMIT 1"
HAS_HEAD: Final = "SELECT EXISTS (SELECT true FROM audit_head WHERE day >= $1)"


async def chain(connection: Connection) -> AsyncIterator[list[Linked]]:
    """Yield the whole chain in pages."""
    place = 0
    while rows := await connection.fetch(READ_CHAIN, place, PAGE):
        yield [_linked(dict(row)) for row in rows]
        place = rows[-1]["place"]


async def first_without_link(connection: Connection) -> int | None:
    """Return the number of the first act past the chain; None where each is in it, or none is."""
    number: int | None = await connection.fetchval(FIRST_WITHOUT_LINK)
    return number


async def find_link(connection: Connection, place: int) -> Link | None:
    """Return the link at a place."""
    row = await connection.fetchrow(FIND_LINK, place)
    return None if row is None else Link(row["place"], row["number"], row["hash"])


async def put_head(connection: Connection, head: Head) -> bool:
    """Keep the head of a day. False where there is one."""
    return bool(await connection.fetchval(PUT_HEAD, head.day, head.place, head.hash, head.signature))


async def has_head(connection: Connection, day: date) -> bool:
    """Whether there is a head of that day or a later one."""
    return bool(await connection.fetchval(HAS_HEAD, day))


async def heads(connection: Connection) -> list[Head]:
    """Return all of them, the oldest first."""
    rows = await connection.fetch(READ_HEADS)
    return [_head(row) for row in rows]


async def newest_head(connection: Connection) -> Head | None:
    """Return the head that was signed last."""
    row = await connection.fetchrow(NEWEST_HEAD)
    return None if row is None else _head(row)


def _head(row: Any) -> Head:
    return Head(row["day"], row["place"], row["hash"], row["signature"])


def _linked(row: dict[str, Any]) -> Linked:
    link = Link(row.pop("place"), row.pop("linked"), row.pop("hash"))
    return Linked(link, None if row["number"] is None else content_of(act_of(row)[1]))
