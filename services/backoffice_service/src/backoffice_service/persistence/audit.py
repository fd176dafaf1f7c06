"""The audit trail: written beside every act, read newest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from service_kit.database import Connection

WRITE: Final = """
    INSERT INTO audit (at, person, role, address, action, store, details, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
READ: Final = """
    SELECT number, at, person, role, address, action, store, details, outcome
      FROM audit
     WHERE (store = $1 OR store IS NULL) AND ($2::bigint IS NULL OR number < $2)
     ORDER BY number DESC
     LIMIT $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what, from where, and what came of it."""

    at: datetime
    person: str
    role: str | None
    address: str
    action: str
    store: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    outcome: str


async def write(connection: Connection, act: Act) -> None:
    """Add an act."""
    details = json.dumps(act.details, default=str)
    await connection.execute(
        WRITE, act.at, act.person, act.role, act.address, act.action, act.store, details, act.outcome
    )


async def read(connection: Connection, store: str, *, before: int | None, most: int) -> list[tuple[int, Act]]:
    """Return the newest acts about a store and about none, with their numbers."""
    rows = await connection.fetch(READ, store, before, most)
    return [(row["number"], _act(dict(row))) for row in rows]


def _act(row: dict[str, object]) -> Act:
    del row["number"]
    row["details"] = json.loads(str(row["details"]))
    return Act(**row)  # type: ignore[arg-type]  # the columns are the fields
