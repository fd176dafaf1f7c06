"""What all parts of a run share: chance, time, and the witness of what happened."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulation.wire import Agenda
from tillday_contracts.entries import EntryBody


@dataclass
class Around:
    """Chance, time, and the witness of what was written and printed."""

    chance: random.Random
    office_chance: random.Random
    """The dice of whoever reviews: they are others, so that a run without a reviewer is as it was."""
    agenda: Agenda
    """What time it is."""
    wall: Callable[[float], datetime]
    say: Callable[[str, str], None] = lambda _who, _what: None
    is_heard: bool = False
    bodies: dict[str, EntryBody] = field(default_factory=dict)
    """Every entry ever written anywhere, by hash."""
    happened: Counter[str] = field(default_factory=Counter)
    """How often what came about, for whoever asks how tame a run was."""
    printed: dict[str, str] = field(default_factory=dict)
    """The hash of every sale whose receipt was printed, and by whom: nobody may lose these."""
