"""The catalogue: replaced as a whole, read in the order in which it was given."""

from collections.abc import Sequence
from typing import Final

from service_kit.database import Connection
from tillday_contracts.link import CatalogueItem

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
