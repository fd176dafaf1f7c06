"""What the catalogue's page shows: products, what a file would change of them, and what was imported when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from backoffice_service.domain.catalogue_changes import ChangedProduct, Column
from backoffice_service.pages.speech import Speech
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.catalogue_problems import LineProblem
from tillday_contracts.store_messages import SettingsChange
from tillday_contracts.wishes import SettingsContent

SHOWN: Final = 100
"""How many products, or lines that are wrong, a page shows of each kind."""
COLUMN_NAMES: Final[Mapping[Column, str]] = {
    "name": "Name",
    "price": "Price",
    "tax_rate": "Tax",
    "barcode": "Barcode",
    "category": "Category",
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A catalogue that was taken over: its revision, when, and who did it."""

    revision: int
    at: datetime
    by: str


class Told(NamedTuple):
    """What is different of a product: the column's name, before and after."""

    column: str
    before: str
    after: str


def rate_said(rate: int) -> str:
    """Return a tax rate in hundredths of a percent for people."""
    return f"{rate / 100:g} %"


def differences_said(product: ChangedProduct, speech: Speech) -> Iterator[Told]:
    """Yield what is different of a product."""
    for column in product.columns:
        before, after = (_said(one, column, speech) for one in product)
        yield Told(speech.text(COLUMN_NAMES[column]), before, after)


def _said(item: CatalogueItem, column: Column, speech: Speech) -> str:
    if column == "price":
        return speech.amount(item.price)
    if column == "tax_rate":
        return rate_said(item.tax_rate)
    return str(getattr(item, column) or "–")


def problem_said(problem: LineProblem, speech: Speech) -> str:
    """Return what is wrong with a line of a file."""
    return speech.text(problem.sentence, **problem.values)


def holding(items: Sequence[CatalogueItem], text: str) -> list[CatalogueItem]:
    """Return the products of which SKU, name, barcode or category holds a text."""
    wanted = text.casefold()
    return [item for item in items if any(wanted in word.casefold() for word in _words(item))]


def _words(item: CatalogueItem) -> tuple[str, ...]:
    return item.sku, item.name, item.barcode or "", item.category or ""


def product_rows(items: Sequence[CatalogueItem]) -> Iterator[tuple[object, ...]]:
    """Yield the line of each product as a catalogue file has it."""
    for one in items:
        yield one.sku, one.name, one.price, f"{one.tax_rate / 100:g}", one.barcode or "", one.category or ""


def imports_of(changes: Sequence[SettingsChange], contents: Sequence[SettingsContent]) -> list[Imported]:
    """Return the revisions of settings, newest first, in which the catalogue was replaced.

    `contents` may go on for longer: what the last change made different is not known without the one before.
    """
    pairs = zip(changes, contents, contents[1:], strict=False)
    return [
        Imported(now.catalogue_rev, change.changed_at, change.by)
        for change, now, before in pairs
        if now.catalogue_rev != before.catalogue_rev
    ]
