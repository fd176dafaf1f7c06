"""What people said of closes, as the ledger keeps it: what reports show, and that no close will come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a word goes in one journal; `epoch` is the whole epoch, or the code that a report prints."""

    terminal: str
    epoch: str
    to_seq: int


@dataclass(frozen=True, slots=True)
class NoClose:
    """A person's word that a session's own close will not come, and the positions that it meant."""

    session_id: str
    reaches: tuple[Reach, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldTender:
    """A tender as a printed report shows it; `kept` is None where nobody typed it."""

    tender: str
    counted: int
    kept: int | None = None

    @property
    def left(self) -> int:
        """What stayed in the till: all that was counted, unless something else was said."""
        return self.counted if self.kept is None else self.kept


@dataclass(frozen=True, slots=True)
class ToldClose:
    """A close that the back office typed or scanned from a printed report.

    `hash` stands for it where an entry's stands for a terminal's own close. Without `reaches` nothing is said
    of what the count covers; `not_counted` are guests that it leaves open.
    """

    session_id: str
    hash: str
    tenders: tuple[ToldTender, ...]
    reaches: tuple[Reach, ...] = ()
    not_counted: frozenset[str] = frozenset()
