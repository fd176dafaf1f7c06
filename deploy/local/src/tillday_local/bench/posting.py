"""How long a close and its posting take after few and after very many sales: both read totals, so equally."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

import asyncpg
import httpx

from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.fleet import connected, journal_of, register
from tillday_local.bench.journal import Journal
from tillday_local.bench.terminal import BenchTerminal
from tillday_local.demo_store import CATALOGUE, STORE
from tillday_local.folder import DataFolder
from tillday_local.preparation import prepare_demo
from tillday_local.system import LocalSystem, Plan, Watchers

SESSIONS: Final = 4
"""Sessions in a round, each of a till of its own: closed one after the other."""
FEW, MANY = 10, 100_000
ROUNDS: Final = (FEW, FEW, MANY, FEW, MANY)
"""The first one warms up."""
TIDY: Final = "VACUUM (ANALYZE) till.sale, till.journal"
PATIENCE_SECONDS: Final = 60.0
SERVICES: Final = ("store_service", "till_service")
LEDGER: Final = "till_service"
TIMED: Final = "till_posting_seconds"
JOURNAL: Final = """
    INSERT INTO till.journal (hash, store, terminal, epoch, seq, prev, type, data, recorded_at, tx,
                              quarantine, placement, session_id)
    SELECT sha256(convert_to($1 || n, 'UTF8')), $2, $3, $4, 1 + n % $5::bigint, sha256(''), 'SALE', '',
           now(), 0, false, 'session', $1
      FROM generate_series(1, $6::bigint) AS n
"""
SALES: Final = """
    INSERT INTO till.sale (hash, store, terminal, epoch, seq, named_session, session_id, placement, number,
                           business_date, total, cashier, occurred_at)
    SELECT j.hash, j.store, j.terminal, j.epoch, j.seq, $1, $1, 'session', 'B-' || encode(j.hash, 'hex'),
           current_date, 100, 'CASHIER-1', now()
      FROM till.journal AS j
     WHERE j.session_id = $1 AND j.tx = 0
"""
TENDERS: Final = "UPDATE till.session_tender SET sales = sales + $2 WHERE session_id = $1 AND tender = 'cash'"
TAXES: Final = """
    INSERT INTO till.session_tax AS old (session_id, rate, gross, tax) VALUES ($1, 1000, $2, $3)
        ON CONFLICT (session_id, rate) DO UPDATE
       SET gross = old.gross + excluded.gross,
           tax = old.tax + excluded.tax
"""
PRODUCTS: Final = """
    INSERT INTO till.session_product AS old (session_id, sku, name, quantity, gross)
    SELECT $1, sku, sku, $3, $4 FROM unnest($2::text[]) AS sku
        ON CONFLICT (session_id, sku) DO UPDATE
       SET quantity = old.quantity + excluded.quantity,
           gross = old.gross + excluded.gross
"""
POSTED: Final = (
    "SELECT count(*) FROM till.till_session WHERE session_id = ANY($1::text[]) AND status = 'posted'"
)


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds for one session: from its close to the ledger's word, and to post it."""

    close_ms: float
    post_ms: float


@dataclass(frozen=True, slots=True)
class PostingFigures:
    """What sessions of both sizes took."""

    few_sales: int
    few: Took
    many_sales: int
    many: Took

    @property
    def close_ratio(self) -> float:
        """How many times longer the many take to close."""
        return self.many.close_ms / self.few.close_ms

    @property
    def post_ratio(self) -> float:
        """How many times longer the many take to post."""
        return self.many.post_ms / self.few.post_ms


async def measure_posting(folder: Path, watchers: Watchers) -> PostingFigures:
    """Close and post sessions of both sizes in turn, equally many products each; raises TimeoutError."""
    addresses = [TerminalAddress(STORE, f"B{n + 1}") for n in range(len(ROUNDS) * SESSIONS)]
    chance = random.Random(1)  # noqa: S311 - a repeatable load, not a secret
    journals = [journal_of(address, chance) for address in addresses]
    plan = Plan(terminals=(), guests=addresses, services=SERVICES, prepare=prepare_demo)
    async with LocalSystem(DataFolder(folder), plan, watchers) as system:
        await register(system, journals)
        database = system.database
        connection = await asyncpg.connect(database.url, password=database.password)
        try:
            async with connected(system, journals) as terminals:
                return await _measure(system, connection, terminals)
        finally:
            await connection.close()


async def _measure(
    system: LocalSystem, connection: asyncpg.Connection[Any], terminals: Sequence[BenchTerminal]
) -> PostingFigures:
    rounds = [(sales, terminals[n * SESSIONS : (n + 1) * SESSIONS]) for n, sales in enumerate(ROUNDS)]
    for sales, tills in rounds:
        for terminal in tills:
            await _sell(connection, terminal, sales)
    await connection.execute(TIDY)
    took = [await _close_and_post(system, connection, tills) for _, tills in rounds]
    return PostingFigures(FEW, _mean(took[1::2]), MANY, _mean(took[2::2]))


def _mean(took: Sequence[Took]) -> Took:
    return Took(fmean(each.close_ms for each in took), fmean(each.post_ms for each in took))


async def _sell(connection: asyncpg.Connection[Any], terminal: BenchTerminal, sales: int) -> None:
    """Sell so much into a till: the first by its journal, others as the ledger would have folded them."""
    terminal.journal.sell(FEW)
    await _send(terminal)
    if sales > FEW:
        await _fold(connection, terminal.journal, sales - FEW)


async def _send(terminal: BenchTerminal) -> None:
    end = len(terminal.journal.entries)
    await terminal.drain(until=time.perf_counter() + PATIENCE_SECONDS)
    if terminal.heard.acked < end:
        raise TimeoutError(f"the ledger did not acknowledge within {PATIENCE_SECONDS:g} s")


async def _fold(connection: asyncpg.Connection[Any], journal: Journal, sales: int) -> None:
    owner, skus = journal.owner, [item.sku for item in CATALOGUE]
    session, where = owner.session_id, owner.address
    place = (where.store, where.terminal, owner.epoch, len(journal.entries), sales)
    gross = sales * 100 // len(skus) * len(skus)
    await connection.execute(JOURNAL, session, *place)
    await connection.execute(SALES, session)
    await connection.execute(TENDERS, session, gross)
    await connection.execute(TAXES, session, gross, gross // 11)
    await connection.execute(PRODUCTS, session, skus, sales // len(skus), gross // len(skus))
    journal.taken += gross


async def _close_and_post(
    system: LocalSystem, connection: asyncpg.Connection[Any], tills: Sequence[BenchTerminal]
) -> Took:
    """Close tills by their own journals, one after the other, and wait until all are posted."""
    before, closes = await _posting_seconds(system), []
    for terminal in tills:
        terminal.heard.latencies.clear()
        terminal.journal.cash_up()
        await _send(terminal)
        closes.append(terminal.heard.latencies[-1] * 1000)
    sessions = [terminal.journal.owner.session_id for terminal in tills]
    until = time.perf_counter() + PATIENCE_SECONDS
    while await connection.fetchval(POSTED, sessions) < len(sessions):
        if time.perf_counter() > until:
            raise TimeoutError(f"the sessions were not posted within {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(0.05)
    after = await _posting_seconds(system)
    return Took(median(closes), (after[0] - before[0]) * 1000 / (after[1] - before[1]))


async def _posting_seconds(system: LocalSystem) -> tuple[float, float]:
    """Ask the till service how long it has been posting, and how often."""
    async with httpx.AsyncClient() as client:
        told = (await client.get(f"{system.service_url(LEDGER)}/metrics")).text
    values = dict(line.rsplit(" ", 1) for line in told.splitlines() if line.startswith(TIMED))
    return float(values[f"{TIMED}_sum"]), float(values[f"{TIMED}_count"])
