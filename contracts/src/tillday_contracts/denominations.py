"""Coins and notes: cash is counted as quantities of them and never typed as a total."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from tillday_contracts.model import Part
from tillday_contracts.money import Minor


class Denomination(Part):
    """A coin or note of the store's currency; `value` in minor units."""

    value: Annotated[int, Field(strict=True, gt=0, le=10**9)]
    kind: Literal["coin", "note"]


class DenominationCount(Part):
    """How many pieces of one denomination a person counted."""

    value: Annotated[int, Field(strict=True, gt=0, le=10**9)]
    quantity: Annotated[int, Field(strict=True, ge=0, le=10**6)]


class WrongDenomination(ValueError):
    """A counted coin or note that the store does not use, or one that is named twice."""


def _table(coins: Iterable[int], notes: Iterable[int]) -> tuple[Denomination, ...]:
    return tuple(Denomination(value=v, kind="coin") for v in coins) + tuple(
        Denomination(value=v, kind="note") for v in notes
    )


STANDARD: Final[Mapping[str, tuple[Denomination, ...]]] = {
    "EUR": _table((1, 2, 5, 10, 20, 50, 100, 200), (500, 1000, 2000, 5000, 10000, 20000)),
    "GBP": _table((1, 2, 5, 10, 20, 50, 100, 200), (500, 1000, 2000, 5000)),
    "USD": _table((1, 5, 10, 25, 50), (100, 200, 500, 1000, 2000, 5000, 10000)),
}


def every_piece(currency: str, used: Iterable[Denomination]) -> list[Denomination]:
    """Return each coin and note that a currency is known to have, or that is used."""
    return list({piece.value: piece for piece in (*STANDARD.get(currency, ()), *used)}.values())


def count_total(counts: Iterable[DenominationCount], allowed: Iterable[Denomination]) -> Minor:
    """Return Σ value × quantity, or raise WrongDenomination naming the piece that does not belong."""
    values = {piece.value for piece in allowed}
    seen: set[int] = set()
    total = 0
    for count in counts:
        if count.value not in values:
            known = ", ".join(str(v) for v in sorted(values))
            raise WrongDenomination(
                f"{count.value} is no coin or note of this store; it has {known} (minor units)"
            )
        if count.value in seen:
            raise WrongDenomination(f"the denomination {count.value} is counted twice; send each one once")
        seen.add(count.value)
        total += count.value * count.quantity
    return total
