"""What somebody types of guests that a cash-up did not count."""

from typing import Final

from pydantic import ValidationError

from tillday_contracts.sharing_messages import GuestReach

NO_GUEST: Final = "Write each guest on a line: T2, or T2 T2-AB12C-17 with its last receipt in the drawer."


class UnreadableGuests(ValueError):
    """What was typed names no guest; the text says what to do, as a sentence of the pages."""


def guests_of(text: str) -> tuple[GuestReach, ...]:
    """Return the guests of a form, a line each. Raises UnreadableGuests."""
    lines = [line.replace("=", " ").upper().split() for line in text.splitlines() if line.strip()]
    if not lines or any(len(line) > 2 for line in lines):
        raise UnreadableGuests(NO_GUEST)
    try:
        return tuple(GuestReach(terminal=line[0], through=line[1] if line[1:] else None) for line in lines)
    except ValidationError:
        raise UnreadableGuests(NO_GUEST) from None
