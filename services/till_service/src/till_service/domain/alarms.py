"""What a terminal's HELLOs say is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tillday_contracts.alarm_messages import AlarmKind
from tillday_contracts.link import OFFLINE_AFTER_SECONDS, Hello

STUCK_FOR: Final = timedelta(minutes=2)
WAITED_FOR: Final = timedelta(hours=1)
MOST_SKEW: Final = timedelta(minutes=5)
REMEMBERED: Final = timedelta(minutes=10)
CERTAIN_AFTER: Final = timedelta(seconds=OFFLINE_AFTER_SECONDS)
GROWTHS: Final = 2
FROM_THE_TERMINAL: Final[Mapping[str, AlarmKind]] = {
    "damaged": "journal_damaged",
    "journal": "journal_damaged",
    "journal_damaged": "journal_damaged",
    "server_behind": "server_behind",
    "drawer": "drawer_left_open",
    "pins": "pins_guessed",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: how long it must last to be an alarm, and how long it is remembered."""

    text: str
    mark: str = ""
    patience: timedelta = timedelta(0)
    ripens: bool = False
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Boots:
    """The newest start (`boot_no`, `n`), first heard `since`, and an older one that went on `grown` times."""

    boot_no: int
    n: int
    since: datetime
    older_no: int = 0
    older_n: int = 0
    grown: int = 0


def heard_boot(known: Boots | None, hello: Hello, *, at: datetime) -> Boots:
    """Return what is known of a terminal's starts after a HELLO, which may be late, doubled or a clone's."""
    if known is None or hello.boot_no > known.boot_no:
        older = (known.boot_no, known.n) if known is not None else (0, 0)
        return Boots(hello.boot_no, hello.n, at, *older)
    if (hello.boot_no, hello.n) >= (known.boot_no, known.n):
        return replace(known, n=hello.n)
    went_on = (hello.boot_no, hello.n) > (known.older_no, known.older_n)
    if not went_on or at - known.since < CERTAIN_AFTER:
        return known
    return replace(known, older_no=hello.boot_no, older_n=hello.n, grown=known.grown + 1)


def findings(hello: Hello, boots: Boots, *, grew: bool, at: datetime) -> dict[AlarmKind, Finding | None]:
    """Return what a proven HELLO says of each kind; None: that is over. A clone must fall silent first."""
    found: dict[AlarmKind, Finding | None] = {
        **_waiting(hello),
        "clock_skew": _skew(hello, at),
        "journal_damaged": None,
        "server_behind": None,
        "drawer_left_open": None,
        "pins_guessed": None,
    }
    for told in hello.alarms:
        kind = FROM_THE_TERMINAL.get(told.code)
        if kind is not None:
            found[kind] = Finding(told.text)
    if grew and boots.grown >= GROWTHS:
        text = (
            f"Start {boots.older_no} of this terminal goes on speaking beside start {boots.boot_no}: "
            "two computers use its identity."
        )
        found["clone_suspected"] = Finding(text, lasts=REMEMBERED)
    return found


def _waiting(hello: Hello) -> dict[AlarmKind, Finding | None]:
    if not hello.pending:
        return {"not_in_ledger": None, "oldest_unacknowledged": None}
    # Only entries of epochs that were left may be waiting: then their number says whether they move on.
    live = hello.low_seq <= hello.head_seq
    mark = f"{hello.epoch}:{hello.low_seq}" if live else f"left:{hello.pending}"
    stuck = f"{hello.pending} entries wait, and the oldest has not moved though the broker takes it."
    old = f"{hello.pending} entries have been waiting for an hour or longer: they are on its disk only."
    return {
        "not_in_ledger": Finding(stuck, mark, STUCK_FOR),
        "oldest_unacknowledged": Finding(old, mark, WAITED_FOR, ripens=True),
    }


def _skew(hello: Hello, at: datetime) -> Finding | None:
    skew = hello.clocks.wall - at
    if abs(skew) <= MOST_SKEW:
        return None
    way = "ahead of" if skew > timedelta(0) else "behind"
    return Finding(f"Its clock is {abs(int(skew.total_seconds()))} seconds {way} the server's.")
