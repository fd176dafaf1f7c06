"""The products that are looked through, drawn once and kept: most taps change none of them."""

from typing import Final
from zlib import crc32

from markupsafe import Markup

from terminal_agent.screens.pages import PAGES
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from terminal_agent.screens.visit import Tiles
from tillday_contracts.asks import CatalogueItem

MOST: Final = 60
TINTS: Final = 8


def tiles_of(stage: Stage, speech: Speech) -> Markup:
    """Return the tiles that this browser looks through, drawn anew only where they are others."""
    selling, catalogue = stage.selling, stage.memory.catalogue
    asked = (selling.category, selling.search, speech)
    kept = selling.tiles
    if kept is None or kept.catalogue is not catalogue or kept.asked != asked:
        kept = selling.tiles = Tiles(catalogue, asked, _drawn(stage, speech))
    return kept.drawn


def _drawn(stage: Stage, speech: Speech) -> Markup:
    items, categories = _found(stage), categories_of(stage)
    values = {
        "products": [(item, categories.get(item.category or "", 7) % TINTS) for item in items[:MOST]],
        "more_products": max(0, len(items) - MOST),
        "speech": speech,
        "name": f"{crc32(repr((items[:MOST], speech)).encode()):08x}",
    }
    return Markup(PAGES.render("tiles.html", speech.language, values))  # noqa: S704 - escaped by its template


def categories_of(stage: Stage) -> dict[str, int]:
    """Return the categories of the catalogue in its order, numbered."""
    names = dict.fromkeys(item.category for item in stage.memory.catalogue.values() if item.category)
    return {name: at for at, name in enumerate(names)}


def _found(stage: Stage) -> list[CatalogueItem]:
    selling = stage.selling
    words = selling.search.casefold().split()
    return [
        item
        for item in stage.memory.catalogue.values()
        if (not selling.category or item.category == selling.category)
        and all(word in f"{item.name} {item.sku} {item.barcode or ''}".casefold() for word in words)
    ]
