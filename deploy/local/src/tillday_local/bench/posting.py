"""How long posting takes after few and after very many sales: it reads totals, so equally long."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from tillday_local.demo_store import CATALOGUE, STORE
from tillday_local.folder import DataFolder
from tillday_local.preparation import prepare_demo
from tillday_local.system import LocalSystem, Plan, Watchers

SESSIONS: Final = 4
"""Sessions in a round: they are posted one after the other, and the time is shared."""
FEW, MANY = 10, 100_000
ROUNDS: Final = (FEW, FEW, MANY, FEW, MANY)
"""The first one warms up."""
TIDY: Final = "VACUUM (ANALYZE) till.sale"
PATIENCE_SECONDS: Final = 60.0
SERVICES: Final = ("store_service", "till_service")
PREPARE: Final = """
    INSERT INTO till.terminal (store, terminal, till) VALUES ($1, 'B1', 'B1') ON CONFLICT DO NOTHING
"""
SESSION: Final = """
    INSERT INTO till.till_session (session_id, store, terminal, till, business_date, status, epoch, start_seq)
    VALUES ($1, $2, 'B1', 'B1', current_date, 'closed_front', repeat('0', 16), $3)
"""
SALES: Final = """
    INSERT INTO till.sale (hash, store, terminal, epoch, seq, named_session, session_id, placement, number,
                           business_date, total, cashier, occurred_at)
    SELECT sha256(convert_to($1 || n, 'UTF8')), $2, 'B1', repeat('0', 16), n, $1, $1, 'session',
           'B1-00000-' || n, current_date, 100, 'CASHIER-1', now()
      FROM generate_series(1, $3::bigint) AS n
"""
TENDERS: Final = """
    INSERT INTO till.session_tender (session_id, tender, sales) VALUES ($1, 'cash', $2)
"""
TAXES: Final = "INSERT INTO till.session_tax (session_id, rate, gross, tax) VALUES ($1, 1000, $2, $3)"
PRODUCTS: Final = """
    INSERT INTO till.session_product (session_id, sku, name, quantity, gross)
    SELECT $1, sku, sku, $3, $4 FROM unnest($2::text[]) AS sku
"""
NO_CLOSE: Final = """
    INSERT INTO till.no_close (session_id, said_by, reason, said_at) VALUES ($1, 'BENCH', 'Benchmark', now())
"""
MARK: Final = "INSERT INTO till.session_to_post (session_id) SELECT unnest($1::text[])"
POSTED: Final = (
    "SELECT count(*) FROM till.till_session WHERE session_id = ANY($1::text[]) AND status = 'posted'"
)


@dataclass(frozen=True, slots=True)
class PostingFigures:
    """Milliseconds to post one session of so many sales."""

    few_sales: int
    few_ms: float
    many_sales: int
    many_ms: float

    @property
    def ratio(self) -> float:
        """How many times longer the many take."""
        return self.many_ms / self.few_ms


async def measure_posting(folder: Path, watchers: Watchers) -> PostingFigures:
    """Post sessions of both sizes in turn, equally many products each; raises TimeoutError."""
    plan = Plan(terminals=(), services=SERVICES, prepare=prepare_demo)
    async with LocalSystem(DataFolder(folder), plan, watchers) as system:
        database = system.database
        connection = await asyncpg.connect(database.url, password=database.password)
        try:
            await connection.execute(PREPARE, STORE)
            rounds = [await _write(connection, sales, n) for n, sales in enumerate(ROUNDS)]
            await connection.execute(TIDY)
            took = [await _post(connection, sessions) for sessions in rounds]
        finally:
            await connection.close()
    return PostingFigures(FEW, sum(took[1::2]) / 2, MANY, sum(took[2::2]) / 2)


async def _write(connection: asyncpg.Connection[Any], sales: int, round_: int) -> list[str]:
    """Write closed sessions; return their ids."""
    sessions = [f"{round_ * SESSIONS + n:032x}" for n in range(SESSIONS)]
    for place, session in enumerate(sessions):
        await _close(connection, session, sales, round_ * SESSIONS + place)
    return sessions


async def _post(connection: asyncpg.Connection[Any], sessions: list[str]) -> float:
    """Have sessions posted; return the milliseconds that each one took."""
    began = time.perf_counter()
    await connection.execute(MARK, sessions)
    while await connection.fetchval(POSTED, sessions) < len(sessions):
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"the sessions were not posted within {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(0.005)
    return (time.perf_counter() - began) * 1000 / len(sessions)


async def _close(connection: asyncpg.Connection[Any], session: str, sales: int, place: int) -> None:
    """Write a closed session with its sales and totals, as the ledger would have folded them."""
    skus = [item.sku for item in CATALOGUE]
    gross = sales * 100 // len(skus) * len(skus)
    await connection.execute(SESSION, session, STORE, place)
    await connection.execute(SALES, session, STORE, sales)
    await connection.execute(TENDERS, session, gross)
    await connection.execute(TAXES, session, gross, gross // 11)
    await connection.execute(PRODUCTS, session, skus, sales, gross // len(skus))
    await connection.execute(NO_CLOSE, session)
