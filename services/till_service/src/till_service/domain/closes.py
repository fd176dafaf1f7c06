"""What is known of a session's close: the terminal's own, its printed report, and people's words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from till_service.domain.manifest import Manifest, Reach
from tillday_contracts.entries import ManifestMember, TenderAmount, TenderCount, tender_amount


@dataclass(frozen=True, slots=True)
class Close:
    """A close as its terminal recorded it: the figures, and the positions that its count covers."""

    hash: str
    number: str
    by: str
    at: datetime
    tenders: tuple[TenderCount, ...]
    manifest: tuple[ManifestMember, ...]
    not_counted: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[TenderAmount, ...]:
        """What stays in the till for the next session."""
        return tuple(tender_amount(t.tender, t.kept) for t in self.tenders)


@dataclass(frozen=True, slots=True)
class ReportedTender:
    """A tender as a printed report shows it; `kept` is None where nobody typed it."""

    tender: str
    counted: int
    kept: int | None = None

    @property
    def left(self) -> int:
        """What stays in the till; all of it where nothing else was said."""
        return self.counted if self.kept is None else self.kept

    @property
    def moved(self) -> int:
        """What went to the safe, as far as the report says."""
        return self.counted - self.left

    def agrees(self, count: TenderCount) -> bool:
        """Say whether the terminal's own count says the same, as far as it was told."""
        return self.counted == count.counted and self.kept in (None, count.kept)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a close by its printed report; `manifest` is None where nobody typed a short form.

    `hash` stands for the evidence where an entry's hash stands for a terminal's own close.
    """

    hash: str
    kind: Literal["typed", "qr"]
    by: str
    at: datetime
    tenders: tuple[ReportedTender, ...]
    manifest: Manifest | None


@dataclass(frozen=True, slots=True)
class BackClose:
    """The back office's own close: its number, who said so and why, and the evidence, if there is any."""

    number: str
    by: str
    reason: str
    at: datetime
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class NoClose:
    """A supervisor's word that the terminal's own close will never come, with the positions it meant."""

    by: str
    reason: str
    at: datetime
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class GuestWord:
    """A person's word on how far a count goes in the journals of a guest that it did not ask."""

    terminal: str
    by: str
    reason: str
    at: datetime
    reaches: tuple[Reach, ...]
