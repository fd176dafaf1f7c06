"""The ledger's tables of late money in memory: decisions, settlements, claims, stock and accounts."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field, fields

from till_service.domain.accounts import Line
from till_service.domain.ledger import Taken
from till_service.domain.money import Unidentified
from till_service.domain.posting import Step
from till_service.domain.posting_sums import TaxSum, Worth
from till_service.domain.rescue import Decision, RescueClose
from till_service.domain.settling import ClaimRow, SettlementRow
from tillday_contracts.parts import Claim


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on an entry, the rescue session that held it, and the bytes of a repair."""

    rescue: str
    decision: Decision
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of accounts of one session and revision."""

    session_id: str
    revision: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Picking:
    """Pieces out of a location (< 0) or back into it, by product."""

    session_id: str
    revision: int
    location: str
    pieces: tuple[tuple[str, int], ...]


@dataclass(slots=True)
class MoneyTables:
    """What is committed. Every value in these containers is frozen, so that a copy of them is a backup."""

    decisions: dict[str, tuple[Decided, ...]] = field(default_factory=dict)
    """By entry, oldest first: the last one holds."""
    rescue_closes: dict[str, RescueClose] = field(default_factory=dict)
    unidentified: list[Unidentified] = field(default_factory=list)
    to_settle: set[str] = field(default_factory=set)
    settlements: list[SettlementRow] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    claimed: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    """What the next opening count of a till asks for, as the store service knows it."""
    taxes: dict[tuple[str, int], TaxSum] = field(default_factory=dict)
    rounding: Counter[str] = field(default_factory=Counter)
    worths: dict[tuple[str, str], Worth] = field(default_factory=dict)
    to_post: set[str] = field(default_factory=set)
    steps: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    """The newest revision's, by session."""
    entries: list[Entry] = field(default_factory=list)
    pickings: list[Picking] = field(default_factory=list)
    posted_rescues: set[str] = field(default_factory=set)

    def __copy__(self) -> MoneyTables:
        """Return a backup."""
        return MoneyTables(**{part.name: copy(getattr(self, part.name)) for part in fields(self)})

    def keep(self, taken: Taken) -> None:
        """Commit what a batch, or a person's word, leaves of late money."""
        self.unidentified.extend(taken.unidentified)
        self.to_settle.update(till for _, till in taken.to_settle)
        self.to_post.update(taken.to_post)
        for (session_id, rate), tax in taken.sums.taxes.items():
            was = self.taxes.get((session_id, rate), TaxSum())
            self.taxes[session_id, rate] = TaxSum(was.gross + tax.gross, was.tax + tax.tax)
        if taken.sums.rounding:
            self.rounding.update(taken.sums.rounding)
        for key, more in taken.sums.worths.items():
            before = self.worths.get(key, Worth())
            self.worths[key] = Worth(before.amount + more.amount, before.worth + more.worth)

    def last(self, entry: str) -> Decision | None:
        """Return the decision that holds of an entry."""
        decided = self.decisions.get(entry)
        return decided[-1].decision if decided else None
