"""Closes from the back office: written as they are told, looked up with the sessions they close."""

from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import TypeAdapter

from report_service.domain.rows import BackCloseRow
from report_service.persistence.writing import write
from service_kit.database import Connection
from tillday_contracts.close_messages import TypedTender

TENDERS: Final = TypeAdapter(tuple[TypedTender, ...])

SAVE_BACK_CLOSES: Final = """
    INSERT INTO back_close (session_id, number, closed_by, reason, closed_at, source, tenders, told_by,
                            no_close_by)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[],
                         $7::jsonb[], $8::text[], $9::text[])
        ON CONFLICT (session_id) DO UPDATE
       SET source = excluded.source, tenders = excluded.tenders, told_by = excluded.told_by,
           no_close_by = excluded.no_close_by
"""
BACK_CLOSES: Final = """
    SELECT session_id, number, closed_by, reason, closed_at, source, tenders, told_by, no_close_by
      FROM back_close
     WHERE session_id = ANY($1::text[])
"""


async def save(connection: Connection, rows: Iterable[BackCloseRow]) -> None:
    """Write what was told last of each close."""
    await write(connection, SAVE_BACK_CLOSES, [_values(row) for row in rows])


async def back_closes_of(connection: Connection, session_ids: Sequence[str]) -> dict[str, BackCloseRow]:
    """Return the closes from the back office of those sessions that have one."""
    found = await connection.fetch(BACK_CLOSES, session_ids)
    return {
        row["session_id"]: BackCloseRow(**{**row, "tenders": TENDERS.validate_json(row["tenders"])})
        for row in found
    }


def _values(row: BackCloseRow) -> tuple[object, ...]:
    tenders = TENDERS.dump_json(row.tenders).decode()
    closed = (row.number, row.closed_by, row.reason, row.closed_at)
    return (row.session_id, *closed, row.source, tenders, row.told_by, row.no_close_by)
