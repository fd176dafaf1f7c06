"""Cutting a list into pages that fit into one message."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")

MOST_ITEMS: Final = 200
MOST_BYTES: Final = 192 * 1024


def pages_of(
    items: Sequence[Item],
    size_of: Callable[[Item], int],
    *,
    most_items: int = MOST_ITEMS,
    most_bytes: int = MOST_BYTES,
) -> list[tuple[Item, ...]]:
    """Return the pages, each with at most that many items and bytes; an empty list is one empty page."""
    pages: list[list[Item]] = [[]]
    size = 0
    for item in items:
        length = size_of(item)
        if pages[-1] and (len(pages[-1]) >= most_items or size + length > most_bytes):
            pages.append([])
            size = 0
        pages[-1].append(item)
        size += length
    return [tuple(page) for page in pages]
