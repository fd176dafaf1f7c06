"""Rescue sessions as the ledger told of them last, for the board."""

from collections.abc import Iterable
from dataclasses import astuple
from typing import Final

from report_service.domain.rows import RescueRow
from report_service.persistence.writing import write
from service_kit.database import Connection

SAVE: Final = """
    INSERT INTO rescue_session (session_id, store, terminal, till, business_date, original, name, status,
                                sales, movements, undecided, number)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::text[], $7::text[],
                         $8::text[], $9::integer[], $10::integer[], $11::integer[], $12::text[])
        ON CONFLICT (session_id) DO UPDATE
       SET name = excluded.name, status = excluded.status, sales = excluded.sales,
           movements = excluded.movements, undecided = excluded.undecided, number = excluded.number
"""
OUTSTANDING: Final = """
    SELECT session_id, store, terminal, till, business_date, original, name, status, sales, movements,
           undecided, number
      FROM rescue_session
     WHERE store = $1 AND status IN ('outstanding', 'reviewed') AND sales + movements > 0
     ORDER BY business_date, name
"""


async def save(connection: Connection, rows: Iterable[RescueRow]) -> None:
    """Write how rescue sessions stand."""
    await write(connection, SAVE, [astuple(row) for row in rows])


async def outstanding_of(connection: Connection, store: str) -> list[RescueRow]:
    """Return the rescue sessions of a store that hold something and are not closed."""
    return [RescueRow(**row) for row in await connection.fetch(OUTSTANDING, store)]
