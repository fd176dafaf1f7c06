"""Sales of a store's dates in groups, and of one terminal by product."""

from datetime import date
from typing import Final, Literal

from report_service.domain.rows import JournalKey, Sold
from report_service.domain.sales import Group
from service_kit.database import Connection

BY_PRODUCT: Final = """
    SELECT sku AS key, (array_agg(session_product.name ORDER BY business_date DESC, session_id))[1] AS name,
           sum(session_product.receipts) AS receipts, sum(quantity) AS quantity, sum(gross) AS total
      FROM session_product
      JOIN till_session USING (session_id)
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
       AND session_product.receipts > 0
     GROUP BY sku
"""
BY_HOUR: Final = """
    SELECT to_char(at AT TIME ZONE time_zone, 'HH24') AS key, NULL AS name,
           count(*) AS receipts, sum(quantity) AS quantity, sum(receipt.total) AS total
      FROM receipt
      JOIN till_session USING (session_id)
      JOIN store USING (store)
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
     GROUP BY key
"""
BY_CASHIER: Final = """
    SELECT cashier AS key, max(person.name) AS name,
           count(*) AS receipts, sum(quantity) AS quantity, sum(receipt.total) AS total
      FROM receipt
      JOIN till_session USING (session_id)
      LEFT JOIN person ON person.store = till_session.store AND person.person = receipt.cashier
     WHERE till_session.store = $1
       AND business_date BETWEEN $2 AND $3
     GROUP BY cashier
"""
BY_TENDER: Final = """
    SELECT tender AS key, max(store_tender.name) AS name,
           sum(session_tender.receipts) AS receipts, 0 AS quantity, sum(worth) AS total
      FROM session_tender
      JOIN till_session USING (session_id)
      LEFT JOIN store_tender USING (store, tender)
     WHERE store = $1
       AND business_date BETWEEN $2 AND $3
       AND session_tender.receipts > 0
     GROUP BY tender
"""
STATEMENTS: Final = {"product": BY_PRODUCT, "hour": BY_HOUR, "cashier": BY_CASHIER, "tender": BY_TENDER}
SOLD_AT: Final = """
    SELECT sku, name, quantity, gross, receipts
      FROM terminal_product
     WHERE store = $1
       AND terminal = $2
       AND business_date = $3
"""
CURRENT_DATE_OF: Final = """
    SELECT business_date
      FROM terminal_origin
     WHERE store = $1
       AND terminal = $2
"""
HEAD: Final = """
    SELECT seq
      FROM journal_position
     WHERE store = $1
       AND terminal = $2
     ORDER BY begun_at DESC
     LIMIT 1
"""
POSITION: Final = """
    SELECT seq
      FROM journal_position
     WHERE store = $1
       AND terminal = $2
       AND epoch = $3
"""


async def groups_of(
    connection: Connection,
    store: str,
    *,
    first: date,
    last: date,
    by: Literal["product", "hour", "cashier", "tender"],
) -> list[Group]:
    """Return what a store sold on its business dates from `first` to `last`, in groups."""
    rows = await connection.fetch(STATEMENTS[by], store, first, last)
    return [
        Group(row["key"], row["name"], int(row["receipts"]), int(row["quantity"]), int(row["total"]))
        for row in rows
    ]


async def sold_at(connection: Connection, store: str, terminal: str, business_date: date) -> dict[str, Sold]:
    """Return what a terminal sold on a date, by SKU, late and rescued sales included."""
    rows = await connection.fetch(SOLD_AT, store, terminal, business_date)
    return {row["sku"]: Sold(*list(row.values())[1:]) for row in rows}


async def date_of(connection: Connection, store: str, terminal: str) -> date | None:
    """Return the business date that a terminal has, or had last; None before its first."""
    found: date | None = await connection.fetchval(CURRENT_DATE_OF, store, terminal)
    return found


async def head_of(connection: Connection, store: str, terminal: str) -> int:
    """Return how far the newest epoch of a terminal's journal is folded."""
    return int(await connection.fetchval(HEAD, store, terminal) or 0)


async def position_in(connection: Connection, journal: JournalKey) -> int:
    """Return how far one epoch of a terminal's journal is folded."""
    return int(await connection.fetchval(POSITION, *journal) or 0)
