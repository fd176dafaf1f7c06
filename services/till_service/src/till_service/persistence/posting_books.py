"""Loading what a session sold, what of it is posted, the rules of store and company. Totals, no sales."""

import json
from typing import Any, Final

from service_kit.database import Connection
from till_service.domain.accounts import Chart, Lock
from till_service.domain.closes import ReportedTender
from till_service.domain.posting import Books
from till_service.domain.posting_amounts import Amount, SessionMoney, TenderTerms
from till_service.domain.posting_sums import TaxSum, Worth
from till_service.domain.stock import Pieces, Shelves
from till_service.persistence.posting import Closed
from tillday_contracts.account_messages import DEFAULT_COMPANY
from tillday_contracts.wishes import SettingsContent

READ_TAXES: Final = "SELECT rate, gross, tax FROM session_tax WHERE session_id = $1 ORDER BY rate"
READ_ROUNDING: Final = "SELECT amount FROM session_rounding WHERE session_id = $1"
READ_WORTHS: Final = "SELECT tender, amount, worth FROM session_worth WHERE session_id = $1"
READ_REPORTED: Final = "SELECT tenders FROM close_evidence WHERE session_id = $1"
READ_SAFE: Final = """
    SELECT tender, sum(amount)::bigint AS amount,
           coalesce(sum(-amount) FILTER (WHERE kind = 'float'), 0)::bigint AS floats
      FROM safe_movement
     WHERE session_id = $1
     GROUP BY tender
"""
READ_SETTLEMENTS: Final = """
    SELECT tender, sum(amount)::bigint AS amount FROM settlement WHERE session_id = $1 GROUP BY tender
"""
READ_ADJUSTMENTS: Final = """
    SELECT tender, sum(amount)::bigint AS amount FROM adjustment WHERE corrects = $1 GROUP BY tender
"""
READ_LEFT: Final = """
    SELECT l.tender, sum(l.amount)::bigint AS amount
      FROM left_money AS l
      LEFT JOIN last_decision AS d USING (hash)
     WHERE l.session_id = $1 AND NOT coalesce(d.no_cash, false)
     GROUP BY l.tender
"""
READ_UNIDENTIFIED: Final = """
    SELECT tender, sum(amount)::bigint AS amount
      FROM unidentified_receipt
     WHERE session_id = $1
     GROUP BY tender
"""
READ_SOLD: Final = "SELECT sku, name, quantity FROM session_product WHERE session_id = $1"
READ_PICKED: Final = "SELECT sku, quantity FROM session_picked WHERE session_id = $1"
READ_POSTED: Final = "SELECT role, key, currency, amount FROM session_posted WHERE session_id = $1"
READ_PLACES: Final = "SELECT sku, location FROM stock_place WHERE store = $1 AND sku = ANY($2::text[])"
READ_LOCATIONS: Final = "SELECT location, closed FROM stock_location WHERE store = $1"
READ_STOCKED: Final = "SELECT DISTINCT sku FROM stock_on_hand WHERE store = $1 AND sku = ANY($2::text[])"
READ_COMPANY: Final = "SELECT company FROM ledger_company WHERE store = $1"
READ_NAMES: Final = "SELECT account, name FROM ledger_account WHERE company = $1"
READ_ROLES: Final = "SELECT role, account FROM ledger_role WHERE company = $1"
READ_LOCK: Final = """
    SELECT through, reason FROM ledger_lock WHERE company = $1 ORDER BY through DESC LIMIT 1
"""
UNKNOWN_SKUS: Final = """
    SELECT p.sku
      FROM session_product AS p
      JOIN till_session AS s USING (session_id)
     WHERE p.session_id = $1
       AND NOT EXISTS (SELECT FROM stock_on_hand AS h WHERE (h.store, h.sku) = (s.store, p.sku))
     ORDER BY p.sku
"""


async def unknown_skus(connection: Connection, session_id: str) -> frozenset[str]:
    """Return what a session sold that never was in the stock of its store: the catalogue may know it."""
    return frozenset(row["sku"] for row in await connection.fetch(UNKNOWN_SKUS, session_id))


async def read_books(
    connection: Connection, closed: Closed, settings: SettingsContent, catalogued: frozenset[str]
) -> Books:
    """Read everything that posting a locked session asks for; `catalogued` products need no stock yet."""
    session = closed.session
    sold = {
        row["sku"]: Pieces(row["name"], row["quantity"])
        for row in await connection.fetch(READ_SOLD, session.session_id)
    }
    picked = {r["sku"]: r["quantity"] for r in await connection.fetch(READ_PICKED, session.session_id)}
    chart = await read_chart(connection, session.store)
    return Books(
        money=await _money(connection, closed, settings),
        sold=sold,
        picked=picked,
        posted=tuple(Amount(**dict(r)) for r in await connection.fetch(READ_POSTED, session.session_id)),
        shelves=await read_shelves(connection, session.store, sorted({*sold, *picked}), catalogued),
        chart=chart,
        lock=await read_lock(connection, chart.company),
    )


async def read_shelves(
    connection: Connection, store: str, skus: list[str], catalogued: frozenset[str] = frozenset()
) -> Shelves:
    """Read where these products lie in a store, and which of them are known."""
    stocked = {row["sku"] for row in await connection.fetch(READ_STOCKED, store, skus)}
    return Shelves(
        places={r["sku"]: r["location"] for r in await connection.fetch(READ_PLACES, store, skus)},
        locations={r["location"]: r["closed"] for r in await connection.fetch(READ_LOCATIONS, store)},
        known=frozenset(stocked) | catalogued,
    )


async def read_chart(connection: Connection, store: str) -> Chart:
    """Read the chart of accounts of a store's company."""
    company = await connection.fetchval(READ_COMPANY, store) or DEFAULT_COMPANY
    return Chart(
        company=company,
        names={r["account"]: r["name"] for r in await connection.fetch(READ_NAMES, company)},
        roles={r["role"]: r["account"] for r in await connection.fetch(READ_ROLES, company)},
    )


async def read_lock(connection: Connection, company: str) -> Lock | None:
    """Read up to when a company's periods are locked."""
    row = await connection.fetchrow(READ_LOCK, company)
    return Lock(row["through"], row["reason"]) if row is not None else None


async def _money(connection: Connection, closed: Closed, settings: SettingsContent) -> SessionMoney:
    session_id = closed.session.session_id
    safe = await connection.fetch(READ_SAFE, session_id)
    return SessionMoney(
        currency=settings.currency,
        tenders={one.tender: TenderTerms(one.kind, one.currency) for one in settings.tenders},
        totals=closed.totals,
        taxes={
            r["rate"]: TaxSum(r["gross"], r["tax"]) for r in await connection.fetch(READ_TAXES, session_id)
        },
        rounding=await connection.fetchval(READ_ROUNDING, session_id) or 0,
        worths={
            r["tender"]: Worth(r["amount"], r["worth"])
            for r in await connection.fetch(READ_WORTHS, session_id)
        },
        counts=closed.counts,
        reported=_reported(await connection.fetchval(READ_REPORTED, session_id)),
        safe={row["tender"]: row["amount"] for row in safe},
        floats={row["tender"]: row["floats"] for row in safe},
        settlements=_by_tender(await connection.fetch(READ_SETTLEMENTS, session_id)),
        adjustments=_by_tender(await connection.fetch(READ_ADJUSTMENTS, session_id)),
        left=_by_tender(await connection.fetch(READ_LEFT, session_id)),
        unidentified=_by_tender(await connection.fetch(READ_UNIDENTIFIED, session_id)),
    )


def _reported(tenders: str | None) -> tuple[ReportedTender, ...]:
    return tuple(ReportedTender(*told) for told in json.loads(tenders or "[]"))


def _by_tender(found: list[Any]) -> dict[str, int]:
    return {row["tender"]: row["amount"] for row in found}
