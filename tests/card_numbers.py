"""Finds what looks like the number of a payment card: by its length, its first digits and its check digit."""

import re
from typing import Final

_LONG: Final = r"\d{13,19}|\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{4}"
_ALONE: Final = re.compile(rf"(?<![0-9A-Fa-f.-])(?:{_LONG})(?![0-9A-Fa-f.-])")
# The large issuers. A time in milliseconds or microseconds begins with 17 or 18 and is none of them.
_ISSUED: Final = re.compile(r"4|5[1-5]|2[2-7]|3[4-9]|6")
_BYTEA: Final = re.compile(r"\\+x([0-9a-f]+)")


def card_numbers(text: str) -> set[str]:
    """Return what looks like card numbers in a text, without the gaps between the digits."""
    found = {re.sub(r"\D", "", match.group()) for match in _ALONE.finditer(text)}
    return {digits for digits in found if _ISSUED.match(digits) and luhn(digits)}


def readable(row: str) -> str:
    """A database row as text, with its bytes as the text that they hold."""
    return _BYTEA.sub(lambda match: " " + bytes.fromhex(match[1]).decode("latin-1") + " ", row)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0
