"""Money as integers of minor units: ranges, rounding, parsing and printing."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision
from babel.numbers import is_currency as babel_knows
from pydantic import Field, StringConstraints

LARGEST_AMOUNT: Final = 10**12

Minor = Annotated[int, Field(strict=True, ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT)]
"""An amount in minor units of its currency (cents, pence)."""

Quantity = Annotated[int, Field(strict=True, ge=-(10**6), le=10**6)]
TaxRate = Annotated[int, Field(strict=True, ge=0, le=100_00)]
"""A tax rate in 1/100 %: 1900 is 19 %."""

_AMOUNT: Final = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?", re.ASCII)

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class InvalidAmount(ValueError):
    """Text that is no amount of money in the currency."""


def divide_half_away(numerator: int, denominator: int) -> int:
    """Return numerator ÷ denominator (> 0) rounded half away from zero, so that -x rounds to -(x rounded)."""
    quotient, remainder = divmod(abs(numerator), denominator)
    rounded = quotient + (2 * remainder >= denominator)
    return rounded if numerator >= 0 else -rounded


def largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` over `weights` so that the parts add up to it.

    Every part is floored in the direction of the total; what is left over goes, one unit each, to the parts
    with the largest remainder, ties to the earlier one. Weights sum to zero only where the total is zero.
    """
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("an amount cannot be split over weights that sum to zero")
        return tuple(0 for _ in weights)
    # Floor division leaves remainders >= 0, so the left-over is a count of units to add; negative totals are
    # mirrored so that a full refund splits exactly like its receipt.
    sign = -1 if total < 0 else 1
    shares = [divmod(sign * total * weight * (1 if whole > 0 else -1), abs(whole)) for weight in weights]
    left = sign * total - sum(share for share, _ in shares)
    order = sorted(range(len(weights)), key=lambda i: (-shares[i][1], i))
    extra = set(order[:left])
    return tuple(sign * (share + (i in extra)) for i, (share, _) in enumerate(shares))


def tax_in(gross: int, rate: int) -> int:
    """Return the tax contained in `gross` at `rate` (1/100 %), rounded half away from zero."""
    return divide_half_away(gross * rate, 100_00 + rate)


def exponent(currency: str) -> int:
    """Return the number of minor digits of a currency: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency))


def is_currency(code: str) -> bool:
    """Say whether a code stands for a currency."""
    return bool(babel_knows(code))


def is_locale(name: str) -> bool:
    """Say whether amounts and dates can be written as this locale does (`en_GB`)."""
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


def format_minor(amount: int, currency: str, locale: str = "en_GB") -> str:
    """Return an amount for people, with the currency's sign, e.g. `€12.30`."""
    value = Decimal(amount).scaleb(-exponent(currency))
    return str(format_currency(value, currency, locale=locale))


def plain_minor(amount: int, currency: str) -> str:
    """Return an amount as digits and a point without sign of currency or grouping, e.g. `-12.30`."""
    return f"{Decimal(amount).scaleb(-exponent(currency)):f}"


def is_amount(text: str) -> bool:
    """Say whether text is written like an amount, in whatever currency."""
    return _AMOUNT.fullmatch(text.strip()) is not None


def parse_minor(text: str, currency: str) -> int:
    """Return the minor units that `text` names (`12.3` → 1230), or raise InvalidAmount saying why not."""
    digits = exponent(currency)
    # Decimal alone takes far more than people write: exponents, NaN, other scripts, decimals it rounds.
    if not is_amount(text):
        raise InvalidAmount(f"{text[:40]!r} is not an amount: write it like 12.30")
    scaled = Decimal(text.strip()).scaleb(digits)
    if scaled != scaled.to_integral_value() or abs(scaled) > LARGEST_AMOUNT:
        raise InvalidAmount(f"{text[:40]!r} is not an amount in {currency}: at most {digits} decimals")
    return int(scaled)
