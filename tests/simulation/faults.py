"""How bad a run is: which faults happen in it and how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """The first five are chances per message or commit; the others say how often something happens."""

    drop: float = 0.0
    double: float = 0.0
    late: float = 0.0
    damage: float = 0.0
    crash: float = 0.0
    kill: int = 0
    cut: int = 0
    outage: int = 0
    wipe: int = 0
    restart: int = 0
    clock: int = 0
    restore_terminal: int = 0
    restore_anchor: int = 0
    """Restores of a terminal's disk together with its anchor: only the ledger can notice."""
    clone: int = 0
    clone_behind: int = 0
    """A clone whose disk is older than the anchor it starts with: it leaves the epoch at once."""
    restore_database: int = 0
    rot: int = 0
    churn: float = 0.0
    """The chance that a writer was started anew before a batch."""
    rush: int = 0
    """Twenty seconds in which customers queue up at one terminal."""
    purge: int = 0
    """Months pass for one terminal: what is acknowledged leaves its disk."""
    rotate: int = 0
    """A terminal is given a new key."""
    compromise: int = 0
    """Somebody else has a terminal's key and forges with it; later that is declared."""


_LIGHT: Faults = Faults(
    drop=0.3,
    double=0.3,
    late=0.4,
    damage=0.05,
    crash=0.2,
    kill=3,
    cut=4,
    outage=2,
    wipe=1,
    restart=3,
    clock=2,
    restore_terminal=1,
    restore_anchor=1,
    clone=1,
    clone_behind=1,
    restore_database=1,
    rot=1,
    churn=0.2,
    rush=1,
    purge=1,
    rotate=2,
    compromise=1,
)


def faults_of(chance: random.Random) -> Faults:
    """Return a profile in which each class of faults is on in half of the seeds."""
    off = {part.name: 0 for part in fields(Faults) if chance.random() < 0.5}
    return replace(_LIGHT, **off)


_MANY_WRITERS = Faults(
    drop=0.2,
    double=0.2,
    late=0.3,
    crash=0.1,
    cut=3,
    restart=30,
    clone=1,
    restore_terminal=1,
    restore_database=1,
)
_COPIES = Faults(
    drop=0.2, double=0.4, late=0.5, crash=0.1, kill=2, cut=4, clone=2, restore_terminal=2, restore_anchor=1
)
_BACK_IN_TIME = Faults(
    drop=0.3,
    double=0.3,
    late=0.3,
    crash=0.3,
    cut=6,
    clone=1,
    restore_terminal=1,
    restore_anchor=1,
    restore_database=2,
    purge=1,
)
_IMAGES = Faults(drop=0.3, double=0.2, late=0.4, cut=6, outage=1, clone=1, clone_behind=4, restore_terminal=1)
_SHORT_LIVES = Faults(
    drop=0.4,
    double=0.1,
    late=0.3,
    crash=0.1,
    cut=4,
    churn=0.9,
    rush=1,
    clone=2,
    clone_behind=1,
    restore_terminal=3,
    restore_database=3,
)
_UNKNOWN_COMMITS = Faults(
    drop=0.2,
    double=0.3,
    late=0.2,
    crash=0.5,
    cut=6,
    clone=2,
    clone_behind=1,
    restore_terminal=3,
    restore_anchor=1,
    restore_database=4,
)
_BAD_DISK = Faults(late=0.2, cut=4, rot=2)
_LATE_MONEY = Faults(
    drop=0.3, double=0.3, late=0.4, crash=0.2, kill=2, cut=5, outage=2, wipe=1, restart=3, churn=0.1, rush=1
)
"""Much comes late, and every journal is whole: what each count settles is known to the unit."""
_KEYS = Faults(drop=0.2, double=0.3, late=0.3, crash=0.1, kill=2, cut=4, outage=1, rotate=4, compromise=1)
_LOST_KEYS = Faults(
    drop=0.2,
    double=0.2,
    late=0.3,
    crash=0.1,
    kill=2,
    cut=4,
    restore_terminal=1,
    clone=1,
    restore_database=2,
    rotate=3,
    compromise=2,
)
PROFILES: dict[str, Faults | None] = {
    "mixed": None,
    "calm": Faults(),
    "copies": _COPIES,
    "back-in-time": _BACK_IN_TIME,
    "many-writers": _MANY_WRITERS,
    "bad-disk": _BAD_DISK,
    "row-before-position": Faults(),
    "many-lives": Faults(),
    "images": _IMAGES,
    "short-lives": _SHORT_LIVES,
    "unknown-commits": _UNKNOWN_COMMITS,
    "late-money": _LATE_MONEY,
    "keys": _KEYS,
    "lost-keys": _LOST_KEYS,
}
"""By name; `mixed` throws the dice for every class of faults."""
REVIEWED: Final = {"mixed": 0.5, "calm": 0.5, "late-money": 1.0}
"""In how many seeds of a profile people review what came late, and books are kept; in no other profile."""
