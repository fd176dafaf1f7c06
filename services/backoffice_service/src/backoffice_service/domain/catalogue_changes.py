"""What a file would make different in what a store sells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from tillday_contracts.asks import CatalogueItem

Column = Literal["name", "price", "tax_rate", "barcode", "category"]
COLUMNS: Final[tuple[Column, ...]] = ("name", "price", "tax_rate", "barcode", "category")


class ChangedProduct(NamedTuple):
    """A product that stays, before and after."""

    before: CatalogueItem
    after: CatalogueItem

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return what of it is different."""
        return tuple(one for one in COLUMNS if getattr(self.before, one) != getattr(self.after, one))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Products that are new and gone, those that are different, and how many stay as they are.

    `moved`: products that stay are shown in another order.
    """

    new: tuple[CatalogueItem, ...]
    changed: tuple[ChangedProduct, ...]
    gone: tuple[CatalogueItem, ...]
    same: int
    moved: bool

    @property
    def is_nothing(self) -> bool:
        """Whether all of it is so already."""
        return not (self.new or self.changed or self.gone or self.moved)


def compared(before: Sequence[CatalogueItem], after: Sequence[CatalogueItem]) -> Comparison:
    """Compare two catalogues, product by product; a product is who has its SKU."""
    known = {item.sku: item for item in before}
    wanted = {item.sku for item in after}
    stay = [ChangedProduct(known[item.sku], item) for item in after if item.sku in known]
    changed = tuple(one for one in stay if one.columns)
    return Comparison(
        new=tuple(item for item in after if item.sku not in known),
        changed=changed,
        gone=tuple(item for item in before if item.sku not in wanted),
        same=len(stay) - len(changed),
        moved=[one.after.sku for one in stay] != [item.sku for item in before if item.sku in wanted],
    )
