"""Stock in the tables: locations and rules, what is on hand, pickings as people read them."""

from datetime import date
from typing import Any, Final, Literal

from service_kit.database import Connection
from tillday_contracts.stock_messages import (
    PICKINGS_A_PAGE,
    SHOP,
    FailedPicking,
    OnHand,
    OnHandList,
    Picking,
    SetLocation,
    SetStockRules,
    StockLocation,
    StockMove,
    StockOnHand,
)

SET_LOCATION: Final = """
    INSERT INTO stock_location (store, location, name, closed) VALUES ($1, $2, $3, $4)
        ON CONFLICT (store, location) DO UPDATE SET name = excluded.name, closed = excluded.closed
"""
SET_RULE: Final = """
    INSERT INTO stock_rule (store, pickings) VALUES ($1, $2)
        ON CONFLICT (store) DO UPDATE SET pickings = excluded.pickings
"""
SET_PLACES: Final = """
    INSERT INTO stock_place (store, sku, location)
    SELECT $1, * FROM unnest($2::text[], $3::text[])
        ON CONFLICT (store, sku) DO UPDATE SET location = excluded.location
"""
READ_RULE: Final = "SELECT pickings FROM stock_rule WHERE store = $1"
READ_LOCATIONS: Final = "SELECT location, name, closed FROM stock_location WHERE store = $1 ORDER BY location"
READ_ON_HAND: Final = """
    SELECT location, sku, name, quantity
      FROM stock_on_hand
     WHERE store = $1 AND ($2::text IS NULL OR location = $2) AND (NOT $3 OR quantity < 0)
     ORDER BY location, sku
"""
READ_PICKINGS: Final = """
    SELECT d.document, d.location, d.session_id, d.revision, l.number AS receipt, d.at,
           array_agg(m.sku ORDER BY m.sku) AS skus, array_agg(m.name ORDER BY m.sku) AS names,
           array_agg(m.quantity ORDER BY m.sku) AS quantities
      FROM (SELECT d.*
              FROM stock_document AS d
              JOIN till_session AS s USING (session_id)
             WHERE d.store = $1 AND d.kind = 'picking'
               AND ($2::text IS NULL OR d.session_id = $2)
               AND ($3::date IS NULL OR s.business_date = $3)
             ORDER BY d.document DESC
             LIMIT $4) AS d
      JOIN stock_move AS m USING (document)
      LEFT JOIN sale AS l ON l.hash = d.sale
     GROUP BY d.document, d.location, d.session_id, d.revision, l.number, d.at
     ORDER BY d.document DESC
"""
READ_FAILED: Final = """
    SELECT p.session_id, p.revision, p.reason, p.attempts
      FROM posting_step AS p
      JOIN till_session AS s USING (session_id)
     WHERE s.store = $1 AND p.step = 'stock' AND p.state = 'failed'
       AND ($2::date IS NULL OR s.business_date = $2)
     ORDER BY s.ordinal DESC
"""


async def set_location(connection: Connection, command: SetLocation) -> None:
    """Store a location."""
    await connection.execute(SET_LOCATION, command.store, command.location, command.name, command.closed)


async def set_rules(connection: Connection, command: SetStockRules) -> None:
    """Store when stock moves and where products lie."""
    if command.pickings is not None:
        await connection.execute(SET_RULE, command.store, command.pickings)
    places = command.places
    await connection.execute(SET_PLACES, command.store, list(places), list(places.values()))


async def read_locations(connection: Connection, store: str) -> tuple[StockLocation, ...]:
    """Read the locations of a store; the shop is always among them."""
    found = tuple(StockLocation(**dict(row)) for row in await connection.fetch(READ_LOCATIONS, store))
    if any(one.location == SHOP for one in found):
        return found
    return (StockLocation(location=SHOP, name="Shop"), *found)


async def read_on_hand(connection: Connection, question: StockOnHand) -> OnHandList:
    """Read what is on hand. Wants repeatable read."""
    asked = (question.store, question.location, question.below_zero)
    found = await connection.fetch(READ_ON_HAND, *asked)
    pickings: Literal["session", "sale"] = await connection.fetchval(READ_RULE, question.store) or "session"
    return OnHandList(
        store=question.store,
        pickings=pickings,
        locations=await read_locations(connection, question.store),
        products=tuple(OnHand(**dict(row)) for row in found),
    )


async def read_pickings(
    connection: Connection, store: str, *, session_id: str | None = None, on: date | None = None
) -> tuple[Picking, ...]:
    """Read the newest pickings of a store, of one session or date alone where asked so."""
    found = await connection.fetch(READ_PICKINGS, store, session_id, on, PICKINGS_A_PAGE)
    return tuple(_picking(row) for row in found)


async def read_failed(connection: Connection, store: str, on: date | None) -> tuple[FailedPicking, ...]:
    """Read the pickings that failed."""
    return tuple(FailedPicking(**dict(row)) for row in await connection.fetch(READ_FAILED, store, on))


def _picking(row: Any) -> Picking:
    moves = zip(row["skus"], row["names"], row["quantities"], strict=True)
    about = {name: row[name] for name in ("document", "location", "session_id", "revision", "receipt", "at")}
    return Picking(**about, moves=tuple(StockMove(sku=s, name=n, quantity=q) for s, n, q in moves))
