"""A drawer of real cash that nobody sees into: sales, thefts and miscounts of known size, and what is told.

The people at the till know what they counted; the journals know what was keyed; only the drawer knows both.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from till_service.domain.which_count import Money, Place, TillCount

FLOAT = 15_000


@dataclass
class Drawer:
    """One till's drawer over some sessions."""

    chance: random.Random
    cash: int = FLOAT
    epoch: int = 0
    seq: int = 0
    counts: list[TillCount] = field(default_factory=list)
    events: list[Money] = field(default_factory=list)
    truth: dict[str, int] = field(default_factory=dict)
    """Per count: what was really lost or miscounted since the count before it."""
    _stolen: int = 0
    _miscounted: int = 0
    _told: int = FLOAT
    """What the terminal believes to be in the drawer."""

    def run(self, sessions: int) -> None:
        """Live through some sessions, each ended in one of the ways that sessions end."""
        for n in range(sessions):
            self._session(f"S{n}")
        self._open("last")

    def _session(self, name: str) -> None:
        self._open(name)
        for _ in range(self.chance.randint(0, 5)):
            self._sell(name, known=True)
        for _ in range(self.chance.choice((0, 0, 1, 2))):
            self._guest_before_the_count(name)
        if self.chance.random() < 0.4:
            self._steal(self.chance.randint(1, 400))
        ending = self.chance.choice(("cash-up", "cash-up", "guest", "lost branch", "destroyed"))
        if ending == "destroyed":
            self._sell(name, known=False)
            self._new_epoch()  # nobody counted: the replacement opens on what the ledger held
            return
        if ending == "lost branch":
            self._lost_branch(name)
        closed = self._cash_up(name)
        if ending == "guest":
            self._guest(closed)

    def _open(self, session: str) -> None:
        brought = self.chance.choice((0, 0, 0, FLOAT - self._told))
        self.cash += brought
        self._told += brought
        counted = self._counted()
        count = TillCount(
            f"{session} opening", "opening", session, self._place(), self._told, counted, float_moved=brought
        )
        self._confirm(count)
        self._told = counted

    def _cash_up(self, session: str) -> TillCount:
        counted = self._counted()
        moved = max(0, counted - FLOAT)
        count = TillCount(
            f"{session} cash-up", "cash_up", session, self._place(), self._told, counted, moved=moved
        )
        self._confirm(count)
        self.cash -= moved
        self._told = counted - moved
        return count

    def _confirm(self, count: TillCount) -> None:
        error = count.counted - self.cash
        # The first count finds what it expects, by definition; from then on every loss shows at one count.
        self.truth[count.id] = error - self._miscounted - self._stolen
        self._miscounted, self._stolen = error, 0
        self.counts.append(count)

    def _counted(self) -> int:
        return self.cash + (self.chance.randint(-90, 90) if self.chance.random() < 0.3 else 0)

    def _sell(self, session: str, *, known: bool) -> None:
        amount = self.chance.randint(-300, 4_000)
        self.cash += amount
        self._told += amount if known else 0
        self.events.append(self._money(session, amount, self._place(), held=known))

    def _guest(self, closed: TillCount) -> None:
        """A guest's sale after the cash-up; the terminal asks for the claim, or hears of it too late."""
        amount = self.chance.randint(1, 900)
        self.cash += amount
        self._told += amount if self.chance.random() < 0.5 else 0
        place = (*closed.place, 1)
        self.events.append(self._money(closed.session_id, amount, place, held=False, by_host=False))

    def _guest_before_the_count(self, session: str) -> None:
        """A guest's sale in the shared drawer: the host is told of it, or a person places it afterwards."""
        amount = self.chance.randint(1, 900)
        self.cash += amount
        self._told += amount if self.chance.random() < 0.6 else 0
        sold = self._money(session, amount, self._place(), held=True, by_host=False)
        self.events.append(sold._replace(covered=True))

    def _lost_branch(self, session: str) -> None:
        """A sale and a whole cash-up that a restored disk forgot; the journal that was left tells of both."""
        sold, put_away = self.chance.randint(1, 900), self.chance.randint(0, 2_000)
        for amount in (sold, -put_away):
            self.cash += amount
            place = (0, self.epoch, 1, self._next())
            self.events.append(self._money(session, amount, place, held=False, by_host=False))
        self._new_epoch()

    def _steal(self, amount: int) -> None:
        self.cash -= amount
        self._stolen += amount

    def _new_epoch(self) -> None:
        self.epoch += 1
        self.seq = 0

    def _next(self) -> int:
        self.seq += 1
        return self.seq

    def _place(self) -> Place:
        return (0, self.epoch, 0, self._next())

    def _money(self, session: str, amount: int, place: Place, *, held: bool, by_host: bool = True) -> Money:
        return Money(f"{len(self.events)}", session, place, amount, held=held, by_host=by_host)
