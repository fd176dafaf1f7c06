"""Cutting a catalogue into parts of which each fits into a message."""

from collections.abc import Iterator, Sequence
from typing import Final

from tillday_contracts.asks import CatalogueItem

PART_BYTES: Final = 256 * 1024


def parts_of(
    items: Sequence[CatalogueItem], most_bytes: int = PART_BYTES
) -> Iterator[tuple[CatalogueItem, ...]]:
    """Yield the items in parts that fit into a message; no items are one empty part."""
    part: list[CatalogueItem] = []
    size = 0
    for item in items:
        length = len(item.model_dump_json().encode()) + 1
        if part and size + length > most_bytes:
            yield tuple(part)
            part, size = [], 0
        part.append(item)
        size += length
    yield tuple(part)
