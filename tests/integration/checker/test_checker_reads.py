"""The checker over a real database, a real journal file and real paper: it reads what is really written."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from checker_world import EPOCH, KEY, KEY_ID, STORE, TERMINAL, TILL, Journal, two_days, world_of
from servers import FreshDatabase
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.journal.schema import SCHEMA
from terminal_agent.paper.lines import Cut, Lines, Text
from tillday_checker.__main__ import CANNOT_LOOK, VIOLATED
from tillday_checker.check import check, look
from tillday_checker.failures import CannotRead
from tillday_checker.judge import judge
from tillday_checker.verdict import INVARIANTS
from tillday_checker.world import World
from tillday_contracts.example_link import settings_content

SERVICES = ("till_service", "store_service", "report_service")


def terminal_folder(folder: Path, world: World) -> Path:
    """Write a terminal's folder with the agent's own tables and the printer's own bytes."""
    enrolment = {"store": STORE, "terminal": TERMINAL, "key_id": KEY_ID, "journal_key": KEY.hex()}
    (folder / "enrolment.json").write_text(json.dumps(enrolment), encoding="utf-8")
    journal = sqlite3.connect(folder / "journal.db")
    journal.executescript(SCHEMA)
    terminal = world.terminals[0]
    rows = [
        (held.epoch, held.seq, held.prev, held.hash, "ANY", held.data, "2026-03-14")
        for held in terminal.entries
    ]
    journal.executemany(
        "INSERT INTO journal (epoch, seq, prev, hash, type, data, acked_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    journal.commit()
    journal.close()
    papers: list[Lines] = [(*(Text(row) for row in paper.rows), Cut()) for paper in terminal.paper or ()]
    (folder / "tape.bin").write_bytes(b"".join(encode(lines, columns=48) for lines in papers))
    return folder


async def insert(connection: asyncpg.Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(rows[0])
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
    await connection.executemany(statement, [tuple(row.values()) for row in rows])


async def fill(database: FreshDatabase, world: World) -> None:
    """Write the small world into the services' real tables."""
    await database.migrate(*SERVICES)
    connection = await database.connect()
    try:
        async with connection.transaction():
            await _fill_ledger(connection, world)
            await _fill_stores(connection, world)
            await _fill_reports(connection, world)
    finally:
        await connection.close()


async def _fill_ledger(connection: asyncpg.Connection, world: World) -> None:
    ledger = world.ledger
    assert ledger is not None
    owner = {"store": STORE, "terminal": TERMINAL}
    await insert(connection, "till.terminal", [{**owner, "till": TILL}])
    await insert(connection, "till.journal_key", [{"key_id": KEY_ID, **owner, "till": TILL, "key": KEY}])
    head = ledger.streams[0]
    stream = {
        **owner,
        "epoch": EPOCH,
        "key_id": KEY_ID,
        "upto": head.upto,
        "head_hash": bytes.fromhex(head.head_hash),
    }
    await insert(connection, "till.terminal_stream", [stream])
    journal = [
        {
            "hash": bytes.fromhex(row.hash),
            **owner,
            "epoch": row.epoch,
            "seq": row.seq,
            "prev": bytes.fromhex(row.prev),
            "type": "ANY",
            "data": row.data,
            "recorded_at": row.recorded_at,
            "tx": 1,
            "quarantine": row.quarantine,
            "placement": row.placement,
            "session_id": row.session_id,
        }
        for row in ledger.journal
    ]
    await insert(connection, "till.journal", journal)
    taken = [
        {**owner, "epoch": p.epoch, "seq": p.seq, "hash": bytes.fromhex(p.hash), "tx": 1}
        for p in ledger.positions
    ]
    await insert(connection, "till.position", taken)
    await _fill_sessions(connection, world)


async def _fill_sessions(connection: asyncpg.Connection, world: World) -> None:
    ledger = world.ledger
    assert ledger is not None
    sessions = [
        {
            "session_id": session.session_id,
            "store": STORE,
            "terminal": TERMINAL,
            "till": TILL,
            "business_date": session.business_date,
            "status": session.status,
            "epoch": EPOCH,
            "start_seq": 3,
        }
        for session in ledger.sessions
    ]
    await insert(connection, "till.till_session", sessions)
    tenders = ("session_id", "tender", "opening", "sales", "refunds")
    await insert(
        connection, "till.session_tender", [{n: getattr(row, n) for n in tenders} for row in ledger.tenders]
    )
    products = ("session_id", "sku", "quantity", "gross")
    rows = [{**{n: getattr(row, n) for n in products}, "name": row.sku} for row in ledger.products]
    await insert(connection, "till.session_product", rows)
    at = {row.hash: row for row in ledger.journal}
    sales = [
        {
            "hash": bytes.fromhex(sale.hash),
            "store": STORE,
            "terminal": TERMINAL,
            "epoch": EPOCH,
            "seq": at[sale.hash].seq,
            "named_session": sale.session_id,
            "session_id": sale.session_id,
            "placement": sale.placement,
            "number": sale.number,
            "business_date": sale.business_date,
            "total": sale.total,
            "cashier": "C1",
            "occurred_at": at[sale.hash].recorded_at,
        }
        for sale in ledger.sales
    ]
    await insert(connection, "till.sale", sales)
    moment = ledger.journal[0].recorded_at
    closes = [
        {
            "session_id": close.session_id,
            "hash": bytes(32),
            "number": close.number,
            "closed_by": "C1",
            "occurred_at": moment,
            "tenders": json.dumps(close.tenders),
            "manifest": "[]",
        }
        for close in ledger.closes
    ]
    await insert(connection, "till.till_close", closes)


async def _fill_stores(connection: asyncpg.Connection, world: World) -> None:
    assert world.stores is not None
    moment = world.stores.openings[0].at
    settings = settings_content().model_dump_json()
    await insert(connection, "store.store", [{"store": STORE}])
    await insert(
        connection, "store.settings", [{"store": STORE, "rev": 1, "digest": "", "content": settings}]
    )
    wished = world.stores.wishes[0].business_date
    terminal = {
        "store": STORE,
        "terminal": TERMINAL,
        "till": TILL,
        "name": "T",
        "wished": wished,
        "added_at": moment,
    }
    await insert(connection, "store.terminal", [terminal])
    days = [
        {
            "store": STORE,
            "business_date": day.business_date,
            "state": day.state,
            "opened_by": "SV1",
            "closed_by": day.closed_by,
            "changed_at": moment,
        }
        for day in world.stores.days
    ]
    await insert(connection, "store.store_day", days)
    for n, opening in enumerate(world.stores.openings):
        event = {
            "store": STORE,
            "business_date": opening.business_date.isoformat(),
            "occurred_at": opening.at.isoformat(),
        }
        row = {
            "message_id": f"00000000-0000-0000-0000-{n:012}",
            "subject": "tillday.event.store.store_opened.v1",
            "body": json.dumps(event).encode(),
        }
        await insert(connection, "store.outbox", [row])


async def _fill_reports(connection: asyncpg.Connection, world: World) -> None:
    reports, ledger = world.reports, world.ledger
    assert reports is not None
    assert ledger is not None
    dates = {session.session_id: session.business_date for session in ledger.sessions}
    sessions = [
        {
            "session_id": session.session_id,
            "store": STORE,
            "terminal": TERMINAL,
            "till": TILL,
            "business_date": dates[session.session_id],
            "status": session.status,
            "late": False,
            "origin": "back_office",
            "closed_from": session.closed_from,
            "receipts": session.receipts,
            "total": session.total,
        }
        for session in reports.sessions
    ]
    await insert(connection, "report.till_session", sessions)
    tenders = ("session_id", "tender", "opening", "sales", "refunds")
    await insert(
        connection, "report.session_tender", [{n: getattr(r, n) for n in tenders} for r in reports.tenders]
    )
    products = ("session_id", "sku", "quantity", "gross")
    rows = [{**{n: getattr(row, n) for n in products}, "name": row.sku} for row in reports.products]
    await insert(connection, "report.session_product", rows)
    moment = ledger.journal[0].recorded_at
    closes = [
        {
            "session_id": close.session_id,
            "number": close.number,
            "closed_at": moment,
            "closed_by": "C1",
            "closed_from": "Terminal",
            "tenders": json.dumps(close.tenders),
        }
        for close in reports.cash_ups
    ]
    await insert(connection, "report.cash_up", closes)


@pytest.fixture
def journal() -> Journal:
    return two_days()


async def test_what_the_parts_wrote_is_read_back_as_it_was(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = world_of(journal)
    await fill(fresh_database, world)

    read = await look(
        fresh_database.url, [terminal_folder(tmp_path, world)], password=fresh_database.password
    )

    assert read.ledger == world.ledger
    assert read.reports == world.reports
    assert read.terminals[0].entries == world.terminals[0].entries
    assert [paper.rows for paper in read.terminals[0].paper or ()] == [
        p.rows for p in world.terminals[0].paper or ()
    ]
    assert judge(read).violations == ()


async def test_the_program_says_that_every_invariant_holds(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = world_of(journal)
    await fill(fresh_database, world)
    folder = terminal_folder(tmp_path, world)

    done = run(
        "--database",
        fresh_database.url,
        "--terminal",
        str(folder),
        "--json",
        password=fresh_database.password,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "checked": len(INVARIANTS),
        "evaluated": list(INVARIANTS),
        "violated": [],
    }


async def test_an_amount_edited_in_the_ledger_is_named(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = world_of(journal)
    await fill(fresh_database, world)
    connection = await fresh_database.connect()
    await connection.execute(
        "UPDATE till.session_tender SET sales = sales + 1 WHERE session_id = $1", "a" * 32
    )
    await connection.close()

    verdict = await check(
        fresh_database.url, [terminal_folder(tmp_path, world)], password=fresh_database.password, patience=0.3
    )

    assert verdict.violated == (11,)


def test_an_amount_edited_in_a_terminals_file_is_named(tmp_path: Path, journal: Journal) -> None:
    folder = terminal_folder(tmp_path, world_of(journal))
    edited = sqlite3.connect(folder / "journal.db")
    edited.execute("UPDATE journal SET data = CAST(replace(CAST(data AS TEXT), '847', '747') AS BLOB)")
    edited.commit()
    edited.close()

    done = run("--terminal", str(folder), "--json")

    assert done.returncode == VIOLATED
    assert "the entry's hash is not the MAC of its bytes" in done.stdout


def test_a_running_agent_may_write_while_its_journal_is_read(tmp_path: Path, journal: Journal) -> None:
    folder = terminal_folder(tmp_path, world_of(journal))
    agent = sqlite3.connect(folder / "journal.db", isolation_level=None)
    agent.execute("PRAGMA journal_mode=WAL")
    agent.execute("BEGIN IMMEDIATE")
    agent.execute("UPDATE journal SET acked_at = NULL")

    done = run("--terminal", str(folder))

    agent.execute("ROLLBACK")
    agent.close()
    assert done.returncode == 0, done.stdout + done.stderr


async def test_a_folder_that_is_no_terminals_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="is no enrolment"):
        await check(None, [tmp_path])


async def test_a_database_without_tables_says_what_to_do(fresh_database: FreshDatabase) -> None:
    with pytest.raises(CannotRead, match="run the migrations first"):
        await check(fresh_database.url, [], password=fresh_database.password)


def test_a_database_that_is_away_is_said_in_one_line() -> None:
    done = run("--database", "postgresql://tillday_owner@127.0.0.1:1/tillday", password="none")

    assert done.returncode == CANNOT_LOOK
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The checker could not look: ")


def test_nothing_to_check_is_said() -> None:
    done = run()

    assert done.returncode == CANNOT_LOOK
    assert "give --database, --terminal, or both" in done.stderr


def run(*arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "TILLDAY_DATABASE_PASSWORD": password,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "tillday_checker", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
