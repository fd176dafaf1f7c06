"""What the database alone takes: the yardstick of the same run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import asyncpg

from tillday_local.bench.figures import Limit
from tillday_local.bench.journal import Journal

ROWS_PER_BATCH: Final = 500
CREATE: Final = """
    CREATE SCHEMA bench;
    CREATE TABLE bench.entry (
        hash     bytea PRIMARY KEY,
        terminal text NOT NULL,
        seq      bigint NOT NULL,
        data     bytea NOT NULL
    )
"""
INSERT: Final = """
    INSERT INTO bench.entry (hash, terminal, seq, data)
    SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bytea[])
"""
DROP: Final = "DROP SCHEMA bench CASCADE"

Row = tuple[bytes, str, int, bytes]


async def measure_limit(
    connection: asyncpg.Connection, journals: Sequence[Journal], *, seconds: float
) -> Limit:
    """Insert the journals' entries, in batches committed one after the other, for at most so long."""
    await connection.execute(CREATE)
    try:
        batches = list(_batches(journals))
        sales_share = _sales_share(journals)
        began, rows = time.perf_counter(), 0
        for batch in batches:
            await connection.execute(INSERT, *batch)
            rows += len(batch[0])
            if time.perf_counter() - began > seconds:
                break
        passed = time.perf_counter() - began
    finally:
        await connection.execute(DROP)
    return Limit(
        entries=rows,
        rows_per_batch=ROWS_PER_BATCH,
        seconds=passed,
        sales_per_second=rows * sales_share / passed,
    )


def _batches(journals: Sequence[Journal]) -> Iterator[tuple[list[Any], ...]]:
    rows: list[Row] = [
        (bytes.fromhex(entry.hash), journal.owner.address.terminal, entry.seq, entry.data)
        for journal in journals
        for entry in journal.entries
    ]
    for start in range(0, len(rows), ROWS_PER_BATCH):
        columns = zip(*rows[start : start + ROWS_PER_BATCH], strict=True)
        yield tuple(list(column) for column in columns)


def _sales_share(journals: Sequence[Journal]) -> float:
    entries = sum(len(journal.entries) for journal in journals)
    return sum(entry.is_sale for journal in journals for entry in journal.entries) / entries
