"""The services' tables read in one snapshot. Nothing is written."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, Final

import asyncpg

from tillday_checker import queries
from tillday_checker.failures import CannotRead
from tillday_checker.posted_rows import read_books
from tillday_checker.spoken import NoClose, Reach, ToldClose, ToldTender
from tillday_checker.store_rows import Day, Opening, Stores, Terms, Wish
from tillday_checker.world import (
    AdjustmentRow,
    CloseRow,
    CopiesRow,
    DecisionRow,
    EventMoney,
    Ledger,
    LedgerRow,
    LedgerSession,
    MovementRow,
    Position,
    ProductRow,
    ReportReceipt,
    Reports,
    ReportSession,
    SafeRow,
    SaleRow,
    SettlementRow,
    Stream,
    TenderRow,
    TerminalProduct,
    World,
    WorthRow,
)

CONNECT_SECONDS: Final = 10
_HASH: Final = re.compile(rb'"hash":"([0-9a-f]{64})"')


async def read_database(dsn: str, password: str | None) -> World:
    """Return the tables of all services as of one instant; raises CannotRead."""
    try:
        async with _snapshot(dsn, password) as connection:
            return World(
                ledger=await read_ledger(connection),
                stores=await _stores(connection),
                reports=await _reports(connection),
                books=await read_books(connection),
                float_columns=tuple(row["place"] for row in await connection.fetch(queries.FLOAT_COLUMNS)),
            )
    except asyncpg.UndefinedTableError as error:
        raise CannotRead(f"the database lacks tables ({error}): run the migrations first") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotRead(f"the database cannot be read: {error}") from None


@asynccontextmanager
async def _snapshot(dsn: str, password: str | None) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn, password=password, timeout=CONNECT_SECONDS)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


async def read_ledger(connection: Any) -> Ledger:
    """Return the tables of the till service alone."""
    rows = {name: await connection.fetch(query) for name, query in queries.LEDGER.items()}
    reaches = _reaches(rows["reaches"])
    return Ledger(
        keys={row["key_id"]: bytes(row["key"]) for row in rows["keys"]},
        journal=tuple(_journal_row(row) for row in rows["journal"]),
        positions=tuple(Position(*_place(row), row["seq"], row["hash"].hex()) for row in rows["positions"]),
        streams=tuple(Stream(*_place(row), row["upto"], row["head_hash"].hex()) for row in rows["streams"]),
        sessions=tuple(LedgerSession(**row) for row in rows["sessions"]),
        tenders=tuple(TenderRow(**row) for row in rows["tenders"]),
        products=tuple(ProductRow(**row) for row in rows["products"]),
        sales=tuple(SaleRow(**{**row, "hash": row["hash"].hex()}) for row in rows["sales"]),
        movements=tuple(MovementRow(**{**row, "hash": row["hash"].hex()}) for row in rows["movements"]),
        safe=tuple(SafeRow(**{**row, "entry": row["entry"].hex()}) for row in rows["safe"]),
        adjustments=tuple(AdjustmentRow(**{**row, "hash": row["hash"].hex()}) for row in rows["adjustments"]),
        closes=tuple(_close(row) for row in rows["closes"]),
        no_closes=tuple(
            NoClose(row["session_id"], reaches.get((row["session_id"], "no_close"), ()))
            for row in rows["no_closes"]
        ),
        told_closes=tuple(
            _told_close(row, reaches.get((row["session_id"], "evidence"), ())) for row in rows["told_closes"]
        ),
        decisions=tuple(_decision(row) for row in rows["decisions"]),
        back_numbers=tuple((row["store"], row["number"]) for row in rows["back_numbers"]),
        unidentified=tuple(
            EventMoney(row["event"].hex(), row["tender"], row["amount"], row["session_id"])
            for row in rows["unidentified"]
        ),
        left=tuple(
            EventMoney(row["hash"].hex(), row["tender"], row["amount"], row["session_id"])
            for row in rows["left"]
        ),
        claims=tuple(EventMoney(row["event"].hex(), row["tender"], row["amount"]) for row in rows["claims"]),
        on_desk=frozenset(
            claim.decode() for row in rows["dead_letters"] for claim in _HASH.findall(row["body"])
        ),
        settlements=tuple(SettlementRow(**row) for row in rows["settlements"]),
        unsettled=frozenset((row["store"], row["till"]) for row in rows["unsettled"]),
    )


def _place(row: Any) -> tuple[str, str, str]:
    return (row["store"], row["terminal"], row["epoch"])


def _journal_row(row: Any) -> LedgerRow:
    hashes = {"prev": row["prev"].hex(), "hash": row["hash"].hex(), "data": bytes(row["data"])}
    repaired = bytes(row["repaired"]) if row["repaired"] is not None else None
    return LedgerRow(**{**row, **hashes, "repaired": repaired})


def _decision(row: Any) -> DecisionRow:
    data = bytes(row["data"]) if row["data"] is not None else None
    return DecisionRow(**{**row, "hash": row["hash"].hex(), "data": data})


def _close(row: Any) -> CloseRow:
    return CloseRow(row["session_id"], row["number"], tuple(json.loads(row["tenders"])))


def _reaches(rows: Iterable[Any]) -> dict[tuple[str, str], tuple[Reach, ...]]:
    found: dict[tuple[str, str], tuple[Reach, ...]] = {}
    for row in rows:
        key = (row["session_id"], row["word"])
        found[key] = (*found.get(key, ()), Reach(row["terminal"], row["epoch"], row["to_seq"]))
    return found


def _told_close(row: Any, reaches: tuple[Reach, ...]) -> ToldClose:
    tenders = tuple(ToldTender(*told) for told in json.loads(row["tenders"]))
    return ToldClose(row["session_id"], row["hash"].hex(), tenders, reaches, frozenset(row["not_counted"]))


async def _stores(connection: Any) -> Stores:
    rows = {name: await connection.fetch(query) for name, query in queries.STORES.items()}
    return Stores(
        terms=_terms_by_store(rows["settings"]),
        days=tuple(Day(**row) for row in rows["days"]),
        openings=tuple(_opening(row) for row in rows["openings"]),
        wishes=tuple(Wish(**row) for row in rows["wishes"]),
    )


def _terms_by_store(rows: Iterable[Any]) -> dict[str, tuple[Terms, ...]]:
    terms: dict[str, tuple[Terms, ...]] = {}
    for row in rows:
        revision = _terms(json.loads(row["content"]), rev=row["rev"], since=row["changed_at"])
        terms[row["store"]] = (*terms.get(row["store"], ()), revision)
    return terms


def _terms(settings: Mapping[str, Any], *, rev: int, since: datetime) -> Terms:
    tenders, policies = settings["tenders"], settings["policies"]
    own = [tender["tender"] for tender in tenders if tender["kind"] == "cash"]
    return Terms(
        rev=rev,
        since=since if rev > 1 else None,
        cash=own[0] if own else None,
        pieces={
            tender["tender"]: frozenset(piece["value"] for piece in _pieces(tender, settings))
            for tender in tenders
            if tender["kind"] in ("cash", "foreign_cash")
        },
        initial_tolerance={tender["tender"]: tender["initial_tolerance"] for tender in tenders},
        cash_up_tolerance={tender["tender"]: tender["cash_up_tolerance"] for tender in tenders},
        own_count_approval=policies["own_count_approval"],
        cash_rounding=policies.get("cash_rounding", 0),
        floats=settings.get("floats", {}),
        uncounted_opening=policies["initial_count"] == "taken_over",
        blind_count=policies["blind_count"],
    )


def _pieces(tender: Mapping[str, Any], settings: Mapping[str, Any]) -> Iterable[Mapping[str, int]]:
    own: list[dict[str, int]] = settings["denominations"]
    foreign: list[dict[str, int]] = tender.get("denominations", [])
    return own if tender["kind"] == "cash" else foreign


def _opening(row: Any) -> Opening:
    event = json.loads(bytes(row["body"]))
    at = datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
    return Opening(event["store"], date.fromisoformat(event["business_date"]), at, row["cancelled"])


async def _reports(connection: Any) -> Reports:
    rows = {name: await connection.fetch(query) for name, query in queries.REPORTS.items()}
    return Reports(
        sessions=tuple(ReportSession(**row) for row in rows["sessions"]),
        tenders=tuple(TenderRow(**row) for row in rows["tenders"]),
        worths=tuple(WorthRow(**row) for row in rows["worths"]),
        products=tuple(ProductRow(**row) for row in rows["products"]),
        receipts=tuple(ReportReceipt(**row) for row in rows["receipts"]),
        terminal_products=tuple(TerminalProduct(**row) for row in rows["terminal_products"]),
        copies=tuple(CopiesRow(**row) for row in rows["copies"]),
        cash_ups=tuple(_close(row) for row in rows["cash_ups"]),
    )
