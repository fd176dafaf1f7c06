"""Text that is safe to print and fits: no control bytes, no invisible marks, wrapped or cut to a width."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from terminal_agent.paper.lines import Align

# Spaces that formatters put into amounts, and dashes that no code page of a receipt printer holds.
_SAME_AS: Final = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2212": "-", "\u2011": "-"})
_BREAKS: Final = frozenset("\t\n\v\f\r\x85\u2028\u2029")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc"})


def clean(text: str) -> str:
    """Return `text` as one row of visible characters, each one column wide.

    Control characters would reach the printer as commands, so none survives; a line break or tab becomes a
    space.
    """
    composed = unicodedata.normalize("NFC", text.translate(_SAME_AS))
    return "".join(_visible(char) for char in composed)


def _visible(char: str) -> str:
    if char in _BREAKS or unicodedata.category(char) == "Zs":
        return " "
    if unicodedata.category(char) in _UNPRINTABLE:
        return ""
    return "?" if unicodedata.east_asian_width(char) in "WF" else char


def wrap(text: str, width: int) -> tuple[str, ...]:
    """Return `text` in rows of at most `width`, broken at spaces where there are any; at least one row.

    Spaces at the beginning indent every row.
    """
    plain = clean(text)
    indent = " " * min(len(plain) - len(plain.lstrip()), width // 2) if plain.strip() else ""
    rows = [""]
    for word in _pieces(plain, width - len(indent)):
        joined = f"{rows[-1]} {word}" if rows[-1] else word
        if len(indent) + len(joined) <= width:
            rows[-1] = joined
        else:
            rows.append(word)
    return tuple(indent + row for row in rows)


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split():
        for start in range(0, len(word), width):
            yield word[start : start + width]


def fit(text: str, width: int, align: Align = "left") -> str:
    """Return `text` cut or padded to exactly `width` columns."""
    cut = clean(text)[:width]
    match align:
        case "left":
            return cut.ljust(width)
        case "right":
            return cut.rjust(width)
        case "center":
            return cut.center(width)
