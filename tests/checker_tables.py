"""The checker's small worlds written into the services' own tables, as the services would have."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import asyncpg

from checker_books_tables import fill_books
from checker_journal import (
    EPOCH,
    KEY,
    KEY_ID,
    MORNING,
    STORE,
    TERMINAL,
    TILL,
)
from servers import FreshDatabase
from tillday_checker.posted_rows import Books
from tillday_checker.store_rows import Stores
from tillday_checker.world import Ledger, LedgerRow, Reports, World
from tillday_contracts.example_link import settings_content
from tillday_contracts.wishes import SettingsContent

SERVICES = ("till_service", "store_service", "report_service")
OWNER = {"store": STORE, "terminal": TERMINAL}
Rows = Sequence[Mapping[str, Any]]


async def fill(database: FreshDatabase, world: World, settings: Sequence[SettingsContent] = ()) -> None:
    """Migrate, and write a world into the tables; `settings` are the revisions of its store."""
    await database.with_tables_of(*SERVICES)
    assert world.ledger is not None
    assert world.stores is not None
    assert world.reports is not None
    connection = await database.connect()
    try:
        async with connection.transaction():
            await _fill_journal(connection, world.ledger)
            await _fill_money(connection, world.ledger)
            await _fill_words(connection, world.ledger)
            await _fill_stores(connection, world.stores, settings or (settings_content(),))
            await _fill_reports(connection, world.reports, world.ledger)
            await fill_books(connection, world.books or Books())
    finally:
        await connection.close()


async def _insert(connection: asyncpg.Connection, table: str, rows: Rows) -> None:
    if not rows:
        return
    columns = list(rows[0])
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
    await connection.executemany(statement, [tuple(row.values()) for row in rows])


def _as_it_came(row: LedgerRow) -> dict[str, Any]:
    """The row without what the desk made of it later."""
    columns = asdict(row)
    del columns["repaired"]
    return columns


async def _fill_journal(connection: asyncpg.Connection, ledger: Ledger) -> None:
    await _insert(connection, "till.terminal", [{**OWNER, "till": TILL}])
    await _insert(connection, "till.journal_key", [{"key_id": KEY_ID, **OWNER, "till": TILL, "key": KEY}])
    head = ledger.streams[0]
    place = {"epoch": EPOCH, "key_id": KEY_ID, "upto": head.upto, "head_hash": bytes.fromhex(head.head_hash)}
    await _insert(connection, "till.terminal_stream", [{**OWNER, **place}])
    hashes = [{"hash": bytes.fromhex(row.hash), "prev": bytes.fromhex(row.prev)} for row in ledger.journal]
    journal = [
        {**_as_it_came(row), **own, "type": "ANY", "tx": 1}
        for row, own in zip(ledger.journal, hashes, strict=True)
    ]
    await _insert(connection, "till.journal", journal)
    positions = [{**asdict(row), "hash": bytes.fromhex(row.hash), "tx": 1} for row in ledger.positions]
    await _insert(connection, "till.position", positions)
    sessions = [{**asdict(row), "epoch": EPOCH, "start_seq": 3} for row in ledger.sessions]
    await _insert(connection, "till.till_session", sessions)


async def _fill_money(connection: asyncpg.Connection, ledger: Ledger) -> None:
    await _insert(connection, "till.session_tender", [asdict(row) for row in ledger.tenders])
    products = [{**asdict(row), "name": row.sku} for row in ledger.products]
    await _insert(connection, "till.session_product", products)
    at = {row.hash: {**OWNER, "epoch": EPOCH, "seq": row.seq} for row in ledger.journal}
    said = {"occurred_at": MORNING}
    for table, rows, who in (
        ("till.sale", ledger.sales, {"cashier": "C1"}),
        ("till.movement", ledger.movements, {"moved_by": "C1"}),
    ):
        placed = [
            {**asdict(row), "hash": bytes.fromhex(row.hash), "named_session": row.session_id, **at[row.hash]}
            for row in rows
        ]
        await _insert(connection, table, [{**row, **who, **said} for row in placed])
    safe = [{**asdict(row), "entry": bytes.fromhex(row.entry)} for row in ledger.safe]
    await _insert(
        connection,
        "till.safe_movement",
        [{**row, "terminal": TERMINAL, "recorded_at": MORNING} for row in safe],
    )
    by = {"store": STORE, "reason": "Keyed as cash", "adjusted_by": "C1", "allowed_by": "SV1"}
    adjustments = [
        {**asdict(row), "hash": bytes.fromhex(row.hash), **by, **said} for row in ledger.adjustments
    ]
    await _insert(connection, "till.adjustment", adjustments)
    closes = [
        {**asdict(row), "tenders": json.dumps(row.tenders), "hash": bytes(32), "closed_by": "C1"}
        for row in ledger.closes
    ]
    await _insert(connection, "till.till_close", [{**row, "manifest": "[]", **said} for row in closes])


async def _fill_words(connection: asyncpg.Connection, ledger: Ledger) -> None:
    why = {"reason": "Nobody is there", "said_at": MORNING, "said_by": "SV1"}
    said = [{"session_id": word.session_id, **why} for word in ledger.no_closes]
    await _insert(connection, "till.no_close", said)
    number = {"store": STORE, "number": "B-1", "closed_by": "SV1", "reason": "Broken", "closed_at": MORNING}
    back = [{"session_id": told.session_id, **number} for told in ledger.told_closes]
    await _insert(connection, "till.back_close", back)
    reports = [
        {
            "session_id": told.session_id,
            "hash": bytes.fromhex(told.hash),
            "kind": "qr",
            "told_by": "SV1",
            "told_at": MORNING,
            "tenders": json.dumps([[t.tender, t.counted, t.kept] for t in told.tenders]),
            "not_counted": sorted(told.not_counted),
        }
        for told in ledger.told_closes
    ]
    await _insert(connection, "till.close_evidence", reports)
    for kind, words in (("no_close", ledger.no_closes), ("evidence", ledger.told_closes)):
        reaches = [
            {"session_id": word.session_id, "word": kind, "store": STORE, **asdict(reach), "proof": ""}
            for word in words
            for reach in word.reaches
        ]
        await _insert(connection, "till.close_reach", reaches)


async def _fill_stores(
    connection: asyncpg.Connection, stores: Stores, settings: Sequence[SettingsContent]
) -> None:
    await _insert(connection, "store.store", [{"store": STORE}])
    revisions = [
        {
            "store": STORE,
            "rev": terms.rev,
            "content": content.model_dump_json(),
            "changed_at": terms.since or datetime(2026, 1, 1, tzinfo=UTC),
            "changed_by": "SV1",
        }
        for terms, content in zip(stores.terms[STORE], settings, strict=True)
    ]
    await _insert(connection, "store.settings_revision", revisions)
    terminal = {**OWNER, "till": TILL, "name": "T", "wished": stores.wishes[0].business_date}
    await _insert(connection, "store.terminal", [{**terminal, "added_at": MORNING}])
    days = [{**asdict(day), "opened_by": "SV1", "changed_at": MORNING} for day in stores.days]
    await _insert(connection, "store.store_day", days)
    for n, opening in enumerate(stores.openings):
        event = {
            "store": STORE,
            "business_date": opening.business_date.isoformat(),
            "occurred_at": opening.at.isoformat(),
        }
        told = ("store_opened", "store_day_cancelled") if opening.cancelled else ("store_opened",)
        rows = [
            {
                "message_id": f"00000000-0000-0000-{kind:04}-{n:012}",
                "subject": f"tillday.event.store.{name}.v1",
                "body": json.dumps(event).encode(),
            }
            for kind, name in enumerate(told)
        ]
        await _insert(connection, "store.outbox", rows)


async def _fill_reports(connection: asyncpg.Connection, reports: Reports, ledger: Ledger) -> None:
    dates = {session.session_id: session.business_date for session in ledger.sessions}
    place = {**OWNER, "till": TILL, "late": False, "origin": "back_office"}
    sessions = [{**asdict(row), **place, "business_date": dates[row.session_id]} for row in reports.sessions]
    await _insert(connection, "report.till_session", sessions)
    worth = {(row.session_id, row.tender): row.worth for row in reports.worths}
    tenders = [
        {**asdict(row), "worth": worth.get((row.session_id, row.tender), 0)} for row in reports.tenders
    ]
    await _insert(connection, "report.session_tender", tenders)
    products = [{**asdict(row), "name": row.sku} for row in reports.products]
    await _insert(connection, "report.session_product", products)
    numbers = {row.hash: row.number for row in ledger.sales}
    receipts = [{**asdict(row), "number": numbers[row.entry], "at": MORNING} for row in reports.receipts]
    await _insert(connection, "report.receipt", receipts)
    flash = [{**asdict(row), "name": row.sku, "receipts": 1} for row in reports.terminal_products]
    await _insert(connection, "report.terminal_product", flash)
    copies = {row.session_id: row.copies for row in reports.copies}
    closed = {"closed_at": MORNING, "closed_by": "C1", "closed_from": "Terminal"}
    cash_ups = [
        {**asdict(row), "tenders": json.dumps(row.tenders), **closed, "copies": copies[row.session_id]}
        for row in reports.cash_ups
    ]
    await _insert(connection, "report.cash_up", cash_ups)
