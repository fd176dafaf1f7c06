"""The catalogue: replaced as a whole, read in the order in which it was given."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from pydantic import TypeAdapter

from service_kit.database import Connection
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.store_messages import ImportCatalogue

CLEAR: Final = "DELETE FROM catalogue_item WHERE store = $1"
ADD: Final = """
    INSERT INTO catalogue_item (store, sku, place, name, price, tax_rate, barcode, category)
    SELECT $1, *
      FROM unnest($2::text[], $3::int[], $4::text[], $5::bigint[], $6::int[], $7::text[], $8::text[])
"""
READ: Final = """
    SELECT sku, name, price, tax_rate, barcode, category
      FROM catalogue_item
     WHERE store = $1
     ORDER BY place
"""
ADD_PART: Final = """
    INSERT INTO catalogue_part (store, import_id, part, parts, items, received_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
"""
READ_PARTS: Final = """
    SELECT items
      FROM catalogue_part
     WHERE store = $1 AND import_id = $2 AND parts = $3
     ORDER BY part
"""
REMOVE_PARTS: Final = "DELETE FROM catalogue_part WHERE store = $1 AND (import_id = $2 OR received_at < $3)"
PARTS_ARE_KEPT: Final = timedelta(hours=1)
ITEMS: Final = TypeAdapter(tuple[CatalogueItem, ...])


async def add_part(
    connection: Connection, command: ImportCatalogue, *, at: datetime
) -> tuple[CatalogueItem, ...] | None:
    """Keep a part of an import; returns the whole when it is there, and keeps its parts no longer.

    What was begun long ago and never finished is forgotten.
    """
    store, import_id = command.store, command.correlation_id
    items = ITEMS.dump_json(command.items).decode()
    await connection.execute(ADD_PART, store, import_id, command.part, command.parts, items, at)
    rows = await connection.fetch(READ_PARTS, store, import_id, command.parts)
    if len(rows) < command.parts:
        return None
    await connection.execute(REMOVE_PARTS, store, import_id, at - PARTS_ARE_KEPT)
    return tuple(item for row in rows for item in ITEMS.validate_json(row["items"]))


async def replace_catalogue(connection: Connection, store: str, items: Sequence[CatalogueItem]) -> None:
    """Replace a store's catalogue."""
    await connection.execute(CLEAR, store)
    await connection.execute(
        ADD,
        store,
        [item.sku for item in items],
        list(range(len(items))),
        [item.name for item in items],
        [item.price for item in items],
        [item.tax_rate for item in items],
        [item.barcode for item in items],
        [item.category for item in items],
    )


async def read_catalogue(connection: Connection, store: str) -> list[CatalogueItem]:
    """Read a store's catalogue."""
    return [CatalogueItem.model_validate(dict(row)) for row in await connection.fetch(READ, store)]
