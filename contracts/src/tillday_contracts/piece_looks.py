"""How coins and notes look where they are counted: in which order they stand, and their colours. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from tillday_contracts.denominations import Denomination
from tillday_contracts.model import Fact
from tillday_contracts.parts import Text

COLOURS: Final[Mapping[Literal["coin", "note"], tuple[str, ...]]] = {
    "coin": ("copper", "gold", "silver", "two-metal"),
    "note": (
        "slate",
        "sage",
        "red",
        "blue",
        "orange",
        "green",
        "ochre",
        "purple",
        "teal",
        "brown",
        "pink",
    ),
}
"""The colours there are, of which every one can be read by day and in the dark."""
_NOTES: Final[Mapping[int, str]] = {
    500: "sage",
    1000: "red",
    2000: "blue",
    5000: "orange",
    10000: "green",
    20000: "ochre",
    50000: "purple",
}


class PieceLook(Fact):
    """The place of a coin or note is that of its look among the others; no colour: its currency's."""

    value: Annotated[int, Field(strict=True, gt=0, le=10**9)]
    colour: Text | None = None


Looks = Sequence[PieceLook]


def in_order(pieces: Iterable[Denomination], looks: Looks) -> list[Denomination]:
    """Return coins and notes as they are counted: as `looks` name them, then others, the highest first."""
    places = {look.value: place for place, look in enumerate(looks)}
    return sorted(pieces, key=lambda piece: (places.get(piece.value, len(places)), -piece.value))


def colour_of(piece: Denomination, currency: str, looks: Looks) -> str:
    """Return a piece's colour; one that a newer version may know is shown as nothing was chosen."""
    chosen = next((look.colour for look in looks if look.value == piece.value), None)
    return chosen if chosen in COLOURS[piece.kind] else usual_colour(piece, currency)


def usual_colour(piece: Denomination, currency: str) -> str:
    """Return the colour of a piece for which none was chosen: notes are told apart as the euro's are."""
    if piece.kind == "note":
        return _NOTES.get(piece.value, "slate")
    if piece.value <= 5 and not (currency == "USD" and piece.value == 5):
        return "copper"
    if piece.value >= 100:
        return "two-metal"
    return "gold" if currency == "EUR" else "silver"


def looks_of(pieces: Sequence[Denomination], currency: str, colours: Mapping[int, str]) -> Looks:
    """Return the looks of pieces that are to stand in this order; none where all is as usual."""
    chosen = {
        piece.value: colours[piece.value]
        for piece in pieces
        if colours.get(piece.value, usual_colour(piece, currency)) != usual_colour(piece, currency)
    }
    if not chosen and is_usual_order(pieces):
        return ()
    return tuple(PieceLook(value=piece.value, colour=chosen.get(piece.value)) for piece in pieces)


def is_usual_order(pieces: Sequence[Denomination]) -> bool:
    """Say whether the highest of the coins and of the notes stand first, wherever the others stand."""
    kinds = ([piece.value for piece in pieces if piece.kind == kind] for kind in COLOURS)
    return all(values == sorted(values, reverse=True) for values in kinds)
