"""What the checker says: which invariants it evaluated and how each violation shows."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

INVARIANTS: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "A sale or movement is accepted once and is in exactly one place",
        2: "Positions are unique and without gaps, and the ledger knows how far it is",
        3: "A sale, its session and its terminal have one business date",
        4: "What a session holds follows from the journals and manifests alone",
        5: "One open day per store, and dates only increase",
        6: "A closed day has no running session, and its terminals are wished closed",
        7: "A store opens only when no till of another date is running",
        8: "A terminal sells and moves money only with a date and an open till",
        9: "One running session per till",
        10: "Nothing joins a closed session but what its manifest covers",
        11: "Expected amounts and totals are the formula, for every reader",
        12: "Counted cash is the sum of its coins and notes",
        13: "Difference = counted − expected, counted = kept + moved",
        14: "The next opening expects what the last cash-up kept, or the forced float",
        15: "A difference beyond the tolerance has an approval for exactly it",
        16: "No floats",
        17: "Tills and safe change only by customers, paid in and out, and recorded differences",
        18: "Every sale that began to print is in the journal, and in the ledger once acknowledged",
        19: "Recorded figures of a close never change",
        20: "From one count of a till to the next, only the recorded events move its money",
        21: "One balanced entry per session and revision, whose lines are the session's totals",
        22: "Each sold line moves stock exactly once",
        23: "Every change names its actor and instant, and each chain verifies",
        24: "Receipt and cash-up numbers are unique and without gaps",
        25: "A reprint equals its original except for the copy mark",
        26: "Everybody is shown the same expected amounts, and a blind count none",
    }
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an invariant does not hold: a sentence, and where to look."""

    invariant: int
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a run."""

    evaluated: tuple[int, ...]
    violations: tuple[Violation, ...]

    @property
    def holds(self) -> bool:
        """Whether every evaluated invariant holds."""
        return not self.violations

    @property
    def violated(self) -> tuple[int, ...]:
        """The numbers of the violated invariants, each once."""
        return tuple(sorted({violation.invariant for violation in self.violations}))

    def as_json(self) -> dict[str, object]:
        """Return the verdict for machines: `checked` counts the evaluated invariants."""
        return {
            "checked": len(self.evaluated),
            "evaluated": list(self.evaluated),
            "violated": [
                {"invariant": found.invariant, "name": INVARIANTS[found.invariant], "text": found.text}
                | {"where": found.where}
                for found in self.violations
            ],
        }


def verdict_of(evaluated: Iterable[int], found: Iterable[Violation]) -> Verdict:
    """Collect what the checks found, by invariant, each violation once."""
    distinct = sorted(
        set(found), key=lambda violation: (violation.invariant, violation.where, violation.text)
    )
    return Verdict(tuple(sorted(set(evaluated))), tuple(distinct))


Found = Iterator[Violation]
