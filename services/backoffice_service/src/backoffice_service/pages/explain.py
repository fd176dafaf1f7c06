"""What the page of an explained till shows: a line per event, and a picture of the expected amount."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice_service.pages.journals import worded
from backoffice_service.pages.speech import Speech
from tillday_contracts.explain_messages import TillExplained

WIDTH: Final = 1000
HEIGHT: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event: when, what, by whom, what it brought, and what should have been there after it."""

    number: int
    entry: str
    at: datetime
    kind: str
    what: str
    who: str
    terminal: str
    amount: str
    is_less: bool
    expected: str


def event_rows(
    told: TillExplained, currency: str, speech: Speech, names: Mapping[str, str]
) -> list[EventRow]:
    """Return the events of a till session as lines."""
    return [
        EventRow(
            number=one.number,
            entry=one.entry,
            at=one.at,
            kind=worded(one.kind, speech),
            what=one.what,
            who=names.get(one.by, one.by),
            terminal=one.terminal,
            amount=speech.signed(one.amount, currency),
            is_less=one.amount < 0,
            expected=speech.amount(one.expected, currency),
        )
        for one in told.lines
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The expected amount over the day: a path of `WIDTH` × `HEIGHT`, and what its edges mean."""

    path: str
    highest: int
    lowest: int
    first: datetime
    last: datetime


def picture_of(begins: int, curve: Sequence[tuple[datetime, int]]) -> Picture | None:
    """Return a picture of steps, None where there is nothing to see yet."""
    if len(curve) < 2:
        return None
    first, last = min(at for at, _ in curve), max(at for at, _ in curve)
    amounts = [begins, *(amount for _, amount in curve)]
    lowest, highest = min(amounts), max(amounts)

    def x(at: datetime) -> int:
        return round(WIDTH * ((at - first) / (last - first))) if last > first else 0

    def y(amount: int) -> int:
        return HEIGHT - HEIGHT * (amount - lowest) // (highest - lowest or 1)

    steps = "".join(f"H{x(at)}V{y(amount)}" for at, amount in curve)
    path = f"M0 {y(begins)}{steps}H{WIDTH}"
    return Picture(path=path, highest=highest, lowest=lowest, first=first, last=last)
