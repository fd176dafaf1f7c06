"""What a terminal may do now: one table over link, wished date, own date and till, read whenever one changes.

BOBD is the business date the back office wishes this terminal, POSBD the one the terminal has.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from terminal_agent.core.commands import Actor
from terminal_agent.core.refusal import Refusal

Code = Literal[
    "sell",
    "initial_count",
    "take_date",
    "cash_up_first",
    "host_counts",
    "store_closed",
    "terminal_closed",
    "check_date",
    "too_long_alone",
    "not_set_up",
]
WARN_AFTER_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the table looks at. Dates are None where blank.

    `settled`: no session runs that was not cashed up. `void`: the running session was closed in the back
    office, or another terminal hosts the till now. `opening_unnoticed`: opened here by a supervisor, and the
    desired state does not name that opening yet. `close_wished`: the back office wants the running session
    closed, its guests are told the same. `alone_days`: days since the back office was last heard,
    None where it never was. `clock_back`: the clock stands before the moment at which it was last heard.
    `host` has the till that this terminal sells into; then `till_open` is what the desired state says of it.
    """

    online: bool
    set_up: bool
    bobd: date | None
    posbd: date | None
    today: date
    settled: bool
    till_open: bool
    void: bool = False
    close_wished: bool = False
    opening_unnoticed: bool = False
    alone_days: int | None = 0
    alone_limit: int = 7
    clock_back: bool = False
    host: str | None = None


class Outcome(NamedTuple):
    """What follows. `move` says that the terminal's date becomes `to` (None: blank) at once."""

    code: Code
    text: str
    move: bool = False
    to: date | None = None

    @property
    def may_start(self) -> bool:
        """Whether a till may be started or sell."""
        return self.code in ("sell", "initial_count")

    @property
    def obstacle(self) -> Refusal | None:
        """Why nothing may be started or sold, None where it may."""
        return None if self.may_start else Refusal(self.code, self.text)


def outcome_of(now: Situation) -> Outcome:
    """Return the row of the table that holds."""
    if not now.set_up:
        return Outcome("not_set_up", "This terminal has not heard from the back office yet: connect it once.")
    if now.close_wished and not now.settled and now.host is None:
        text = "The back office wants this till closed: finish the open receipt, then cash it up."
        return Outcome("cash_up_first", text)
    return _online(now) if now.online else _offline(now)


def _online(now: Situation) -> Outcome:
    if now.void and not now.settled and now.host is None:
        return Outcome(
            "cash_up_first", "The back office has closed this session: cash it up; nothing is sold in it."
        )
    if now.posbd is None:
        if now.bobd is None:
            text = "The store is closed. A supervisor may open this terminal with a business date."
            return Outcome("store_closed", text)
        return _take(now.bobd)
    if now.bobd == now.posbd:
        return _sell_or_count(now)
    if now.opening_unnoticed:
        return _sell_or_count(now)
    if not now.settled:
        first = "Cash up the session" if now.host is None else "Finish your receipts"
        text = f"{first} of {now.posbd.isoformat()} first: the back office has gone on."
        return Outcome("cash_up_first", text)
    return _take(now.bobd)


def _take(to: date | None) -> Outcome:
    if to is None:
        return Outcome("take_date", "The store is closed.", move=True, to=None)
    return Outcome("take_date", f"The business date is {to.isoformat()} now.", move=True, to=to)


def _sell_or_count(now: Situation, warning: str = "") -> Outcome:
    if now.till_open:
        return Outcome("sell", f"The till is open.{warning}")
    if now.host is not None:
        return Outcome("host_counts", f"{_at_host(now)}: finish your receipts, and start none.")
    return Outcome("initial_count", f"Start the till and count its float.{warning}")


def _at_host(now: Situation) -> str:
    if now.void:
        return f"The back office has closed the till of terminal {now.host}"
    if now.close_wished:
        return f"The back office wants the till of terminal {now.host} closed"
    return f"Terminal {now.host} is counting the till"


def _offline(now: Situation) -> Outcome:
    if now.posbd is None:
        text = "The terminal is closed and offline. A supervisor may open it with a business date."
        return Outcome("terminal_closed", text)
    if now.alone_days is None or now.alone_days > now.alone_limit:
        text = f"No contact with the back office for more than {now.alone_limit} days: connect this terminal."
        return Outcome("too_long_alone", text)
    if now.posbd != now.today:
        text = "Please, check if the Business Date is correct."
        if not now.settled:
            return Outcome("check_date", f"{text} Cash up the session of {now.posbd.isoformat()} first.")
        return Outcome("check_date", f"{text} A supervisor may change it.")
    warning = f" Offline for {now.alone_days} days." if now.alone_days >= WARN_AFTER_DAYS else " Offline."
    return _sell_or_count(now, warning)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningWish:
    """A supervisor wants to open this terminal with a date, or to change its date."""

    by: Actor
    wanted: date
    closed_through: date | None
    attested: date | None
    last_session_date: date | None


def refuse_opening(now: Situation, wish: OpeningWish) -> Refusal | None:
    """Return why a supervisor may not give the terminal this date, None where it may."""
    return _wrong_moment(now, wish) or _wrong_date(now, wish)


def _wrong_moment(now: Situation, wish: OpeningWish) -> Refusal | None:
    right = "open_terminal" if now.posbd is None else "change_date"
    if right not in wish.by.rights:
        return Refusal("right_missing", "You have no right to set the business date: ask a supervisor.")
    if not now.set_up:
        return Refusal("not_set_up", "This terminal has not heard from the back office yet: connect it once.")
    if now.online and now.bobd is not None:
        return Refusal(
            "set_by_back_office", f"The back office has set the business date to {now.bobd.isoformat()}."
        )
    if now.posbd is not None and (now.online or now.posbd == now.today):
        return Refusal("already_open", f"The terminal is open for {now.posbd.isoformat()} already.")
    if not now.settled:
        return Refusal("cash_up_first", "Cash up the running session first.")
    if now.clock_back:
        text = "This clock is behind the time at which the back office was last heard: set it first."
        return Refusal("clock_wrong", text)
    return None


def _wrong_date(now: Situation, wish: OpeningWish) -> Refusal | None:
    if wish.closed_through is not None and wish.wanted <= wish.closed_through:
        return Refusal(
            "date_closed",
            f"The store is closed through {wish.closed_through.isoformat()}: choose a later date.",
        )
    if wish.wanted == wish.attested:
        return Refusal(
            "date_closing", f"The store is closing {wish.wanted.isoformat()}: choose a later date."
        )
    if wish.wanted > now.today + timedelta(days=1):
        return Refusal(
            "date_too_late", f"{wish.wanted.isoformat()} is too late: at most tomorrow's date is possible."
        )
    last = wish.last_session_date
    if last is not None and wish.wanted < last:
        return Refusal("date_used", f"{last.isoformat()} has a session already: the date cannot go back.")
    return None
