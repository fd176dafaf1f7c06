"""What a session, or one sale, moves out of stock: from which location, and what stands in the way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tillday_contracts.stock_messages import SHOP


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of a product; into a location > 0, out of it < 0."""

    name: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Shelves:
    """A store's locations: places of products that do not lie in the shop, closed ones, known products."""

    places: Mapping[str, str] = field(default_factory=dict)
    locations: Mapping[str, bool] = field(default_factory=dict)
    """Each location of which something was said, and whether it is closed."""
    known: Collection[str] = frozenset()

    def place(self, sku: str) -> str:
        """Return where a product is sold from."""
        return self.places.get(sku, SHOP)

    def fault(self, location: str, skus: Collection[str]) -> str | None:
        """Return why products cannot move at a location, None when they can."""
        if self.locations.get(location, False):
            return f"The location {location} is closed: open it again, or give its products another place."
        if location != SHOP and location not in self.locations:
            return f"There is no location {location}: make it, or give its products another place."
        unknown = sorted(sku for sku in skus if sku not in self.known)
        if unknown:
            names = ", ".join(unknown[:5]) + (" …" if len(unknown) > 5 else "")
            return f"Nobody knows the product {names}: add it to the catalogue, or receive it into stock."
        return None


@dataclass(frozen=True, slots=True)
class Picked:
    """What can be moved, by location, and why the rest cannot."""

    moves: Mapping[str, Mapping[str, Pieces]]
    faults: tuple[str, ...] = ()


def pick(sold: Mapping[str, Pieces], picked: Mapping[str, int], shelves: Shelves) -> Picked:
    """Return the moves that are missing so that stock follows what was `sold`; returned goods come back.

    `picked` are the pieces that earlier pickings took out. A location that fails does not hold up another.
    """
    wanted: dict[str, dict[str, Pieces]] = {}
    for sku in sorted({*sold, *picked}):
        was = sold.get(sku, Pieces("", 0))
        missing = was.quantity - picked.get(sku, 0)
        if missing:
            wanted.setdefault(shelves.place(sku), {})[sku] = Pieces(was.name or sku, -missing)
    faults = {location: shelves.fault(location, moves) for location, moves in wanted.items()}
    return Picked(
        moves={location: moves for location, moves in wanted.items() if faults[location] is None},
        faults=tuple(fault for fault in faults.values() if fault is not None),
    )
