"""The audit trail: written beside every act as a link of a chain, read newest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from backoffice_service.domain.access import Action
from backoffice_service.domain.audit_chain import Link, link_of
from service_kit.database import Connection

WRITE: Final = """
    INSERT INTO audit (at, person, role, address, action, store, details, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      RETURNING number
"""
# Who writes next waits for whoever writes now: two acts never follow the same one.
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('backoffice_service.audit'))"
LAST_LINK: Final = "SELECT place, number, hash FROM audit_link ORDER BY place DESC LIMIT 1"
PUT_LINK: Final = "INSERT INTO audit_link (place, number, hash) VALUES ($1, $2, $3)"
BEFORE_THE_CHAIN: Final = """
    SELECT number, at, person, role, address, action, store, details, outcome
      FROM audit
     WHERE number < $1
     ORDER BY number
"""
READ: Final = """
    SELECT number, at, person, role, address, action, store, details, outcome
      FROM audit
     WHERE (store = $1 OR (store IS NULL AND ($2 OR person IN
               (SELECT person FROM login WHERE $1 = ANY (stores)))))
       AND ($3::bigint IS NULL OR number < $3)
       AND ($4::text IS NULL OR person = $4)
       AND ($5::text IS NULL OR action = $5)
       AND ($6::timestamptz IS NULL OR at >= $6)
       AND ($7::timestamptz IS NULL OR at < $7)
     ORDER BY number DESC
     LIMIT $8
"""


Noted = Action | Literal["sign_in", "sign_out", "second_factor", "approve", "define_login"]
"""What is written down: what the table of rights names, and what happens at the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what, from where, and what came of it."""

    at: datetime
    person: str
    role: str | None
    address: str
    action: Noted
    store: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which acts somebody wants to see. What is None does not matter.

    Acts about no store, a sign-in say, are shown where their person looks after `store`; with `everybody`
    all of them.
    """

    store: str
    everybody: bool
    before: int | None = None
    person: str | None = None
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def write(connection: Connection, act: Act) -> None:
    """Add an act and its link, or neither."""
    details = json.dumps(act.details, default=str)
    async with connection.transaction():
        await connection.execute(LOCK)
        number = await connection.fetchval(
            WRITE, act.at, act.person, act.role, act.address, act.action, act.store, details, act.outcome
        )
        last = await last_link(connection) or await _link_what_was_before(connection, number)
        await _put(connection, link_of(last, number, content_of(act)))


async def last_link(connection: Connection) -> Link | None:
    """Return the end of the chain."""
    row = await connection.fetchrow(LAST_LINK)
    return None if row is None else Link(row["place"], row["number"], row["hash"])


async def _link_what_was_before(connection: Connection, number: int) -> Link | None:
    """Begin the chain with the acts of versions that had none."""
    last: Link | None = None
    for row in await connection.fetch(BEFORE_THE_CHAIN, number):
        former, act = act_of(dict(row))
        last = link_of(last, former, content_of(act))
        await _put(connection, last)
    return last


async def _put(connection: Connection, link: Link) -> None:
    await connection.execute(PUT_LINK, link.place, link.number, link.hash)


async def read(connection: Connection, wanted: Wanted, *, most: int) -> list[tuple[int, Act]]:
    """Return the newest of the wanted acts, with their numbers."""
    rows = await connection.fetch(
        READ,
        wanted.store,
        wanted.everybody,
        wanted.before,
        wanted.person,
        wanted.action,
        wanted.since,
        wanted.until,
        most,
    )
    return [act_of(dict(row)) for row in rows]


def content_of(act: Act) -> dict[str, Any]:
    """Return an act as plain values: what is hashed and exported."""
    return {
        "at": act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": act.person,
        "role": act.role,
        "address": act.address,
        "action": act.action,
        "store": act.store,
        "details": json.loads(json.dumps(act.details, default=str)),
        "outcome": act.outcome,
    }


def act_of(row: dict[str, Any]) -> tuple[int, Act]:
    """Return an act of a row with these columns, and its number."""
    number: int = row.pop("number")
    row["details"] = json.loads(str(row["details"]))
    return number, Act(**row)
