"""Which count late money belongs to: every tender event of a till belongs to exactly one.

A pure function of the till's journals in their order, its closes and people's decisions; the order in which
they arrived is not known here. One tender at a time, minor units of its currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Place = tuple[int, ...]
"""Where something stands in the till's order: the host's turn, its epoch, quarantine, sequence. Compared as
it is; what stands directly after another thing has that thing's place and one number more."""


class TillCount(NamedTuple):
    """A confirmed count of one tender; `left` is counted − moved, `float_moved` what was brought before it.

    The recorded figures never change. A close without amounts and a quarantined count are no counts.
    """

    id: str
    kind: Literal["opening", "cash_up"]
    session_id: str
    place: Place
    expected: int
    counted: int
    moved: int = 0
    float_moved: int = 0

    @property
    def recorded(self) -> int:
        """The difference that was recorded when the count was confirmed."""
        return self.counted - self.expected

    @property
    def left(self) -> int:
        """What the count left in the till."""
        return self.counted - self.moved


class Money(NamedTuple):
    """What changed the money of a till: a receipt, a movement, or what a quarantined count moved.

    `held` says that the session it names holds it, so that the session's expected and provisionally kept
    amounts tell of it; `by_host` that it is the hosting terminal's own and not from a journal that was left.
    `named_count` is a reviewer's word; an adjustment names the cash-up that it corrects.
    """

    id: str
    session_id: str
    place: Place
    amount: int
    held: bool = True
    by_host: bool = True
    covered: bool = False
    named_count: str | None = None
    no_cash: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A count and what remains of its difference when everything that belongs to it is known."""

    count: TillCount
    events: tuple[Money, ...]
    difference: int

    @property
    def settlement(self) -> int:
        """What takes the count from its recorded to its settled difference."""
        return self.difference - self.count.recorded


class Standing(NamedTuple):
    """All counts of a till in its order, and the money that no confirmed count has yet."""

    counts: tuple[Settled, ...]
    waiting: tuple[Money, ...]

    @property
    def claims(self) -> tuple[Money, ...]:
        """What the next opening count asks for: late money that no expected or kept amount tells of."""
        return tuple(event for event in self.waiting if not event.held and event.amount)


def settle_till(counts: Iterable[TillCount], events: Iterable[Money]) -> Standing:
    """Give every event its count and every count its settled difference."""
    ordered = sorted(counts, key=lambda count: count.place)
    belonging: dict[str, list[Money]] = {count.id: [] for count in ordered}
    waiting: list[Money] = []
    cash_ups = {count.session_id: count for count in ordered if count.kind == "cash_up"}
    for event in sorted(events, key=lambda event: (event.place, event.id)):
        if event.no_cash:
            continue
        count = belongs_to(event, ordered, cash_ups)
        (waiting if count is None else belonging[count.id]).append(event)
    settled = [
        Settled(count, tuple(belonging[count.id]), _difference(count, before, belonging[count.id]))
        for before, count in zip([None, *ordered], ordered, strict=False)
    ]
    return Standing(tuple(settled), tuple(waiting))


def belongs_to(
    event: Money, ordered: Sequence[TillCount], cash_ups: Mapping[str, TillCount]
) -> TillCount | None:
    """Return the one count of an event: a reviewer's, its session's cash-up, else the first after it."""
    if event.named_count is not None:
        return next((count for count in ordered if count.id == event.named_count), None)
    own = cash_ups.get(event.session_id)
    if own is not None and (event.by_host or event.covered):
        return own
    return next((count for count in ordered if count.place > event.place), None)


def _difference(count: TillCount, before: TillCount | None, events: Iterable[Money]) -> int:
    found = before.left if before is not None else _found_first(count)
    return count.counted - found - count.float_moved - sum(event.amount for event in events)


def _found_first(count: TillCount) -> int:
    # Nothing is known before a till's first opening count but what it expected; a tender that is not counted
    # at openings starts from nothing.
    return count.expected - count.float_moved if count.kind == "opening" else 0
