"""What terminals are wished to be: the business date each one should have, and the whole desired state."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from store_service.domain.days import Cancelled, Closed, Open, StoreBook
from tillday_contracts.ids import StoreCode, TerminalCode, TillCode
from tillday_contracts.till_messages import TerminalOpenedItself
from tillday_contracts.wishes import DesiredContent, DesiredTill, OwnOpening

Origin = Literal["back_office", "front_office"]


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal, its till, the date wished for it (None: closed), the newest own opening known here.

    `turn` counts how often its till changed hands.
    """

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    name: str
    wished: date | None = None
    origin: Origin = "back_office"
    own_opening: OwnOpening | None = None
    turn: int = 0


def wish_open(terminal: Terminal, day: Open) -> Terminal:
    """Wish a terminal open for a day; a later date that it was given is never lowered."""
    if terminal.wished is not None and terminal.wished > day.business_date:
        return terminal
    return replace(terminal, wished=day.business_date, origin="back_office")


def wish_closed(terminal: Terminal, day: Closed | Cancelled) -> Terminal:
    """Wish a terminal closed with a day that ended, unless a later date is wished for it."""
    if terminal.wished is None or terminal.wished > day.business_date:
        return terminal
    return replace(terminal, wished=None, origin="back_office")


def wish_new(terminal: Terminal, book: StoreBook) -> Terminal:
    """Wish a terminal that joins the store what the others are wished."""
    return wish_open(terminal, book.current) if isinstance(book.current, Open) else terminal


def follow_own_opening(terminal: Terminal, event: TerminalOpenedItself, last_closed: date | None) -> Terminal:
    """Take over a supervisor's opening at the terminal.

    Its date is followed if it is still to come after the last closed one, and unless the back office itself
    wishes the terminal a later one. The opening is noted in any case: the terminal waits to see it named.
    """
    terminal = replace(terminal, own_opening=OwnOpening(epoch=event.epoch, seq=event.seq))
    if last_closed is not None and event.business_date <= last_closed:
        return terminal
    overruled = terminal.origin == "back_office" and terminal.wished is not None
    if overruled and terminal.wished is not None and terminal.wished > event.business_date:
        return terminal
    return replace(terminal, wished=event.business_date, origin="front_office")


def same_wish(left: Terminal, right: Terminal) -> bool:
    """Say whether two states of a terminal wish it the same date from the same origin."""
    return (left.wished, left.origin) == (right.wished, right.origin)


def desired_content(
    terminal: Terminal,
    book: StoreBook,
    *,
    people_rev: int,
    tills: tuple[DesiredTill, ...],
) -> DesiredContent:
    """Return everything that one terminal is told of what the back office wants it to be.

    `tills` are its own and the one that it asked to join.
    """
    return DesiredContent(
        business_date=terminal.wished,
        closing=None if book.closing is None else book.closing.business_date,
        closed_through=book.last_closed,
        archived_through=book.archived_through,
        own_opening=terminal.own_opening,
        people_rev=people_rev,
        tills=tills,
    )
