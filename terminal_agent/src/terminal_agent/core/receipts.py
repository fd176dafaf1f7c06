"""What is kept of a receipt that is not paid yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from terminal_agent.core.refusal import Refusal
from tillday_contracts.entries import SaleLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product and how many of it; `discount` on the whole line, `price` where not the catalogue's."""

    sku: str
    quantity: int
    discount: int = 0
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A receipt as its last tap left it. `by`, `at`: who began it, and when.

    `wanted` and `discount` are what was tapped, `lines` and `total` what that costs. `handed_by` is the
    session that handed it to the next one.
    """

    receipt: str
    by: str
    at: datetime
    wanted: tuple[Wanted, ...]
    discount: int
    lines: tuple[SaleLine, ...]
    total: int
    handed_by: str | None = None


Receipts = Mapping[str, Pending]
NO_RECEIPTS: Final[Receipts] = MappingProxyType({})


def in_the_way(receipts: Receipts, session_id: str) -> tuple[str, ...]:
    """Return the receipts without which a session is not cashed up."""
    return tuple(name for name, known in receipts.items() if known.handed_by != session_id)


def unknown() -> Refusal:
    """Return what is said of a receipt that is not kept here."""
    return Refusal("unknown_receipt", "No such receipt waits here: it was paid or deleted already.")


def without(receipts: Receipts, receipt: str) -> Mapping[str, Pending]:
    """Return the receipts that still wait when one is done."""
    return {name: known for name, known in receipts.items() if name != receipt}
