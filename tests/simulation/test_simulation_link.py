"""Terminal and ledger against each other through memory: nothing is lost, doubled or misplaced."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import datetime

import pytest

from simulation.memory_ledger import MemoryLedger
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Day, Faults
from simulation.verdict import violations
from till_service.domain import intake, positions
from till_service.domain.incoming import JournalEntry
from till_service.domain.positions import Duplicate, InPlace, Judgement
from till_service.domain.streams import Held, Stream, Terminal
from tillday_contracts.topics import TerminalAddress

FIXED_SEEDS = range(60)


@pytest.mark.parametrize("seed", FIXED_SEEDS)
def test_whatever_the_wire_does_every_printed_sale_is_in_its_session_once(seed: int) -> None:
    day = Day(seed)
    day.play()
    assert not violations(day), f"seed {seed}: {violations(day)}"


def test_the_schedules_are_not_tame() -> None:
    """Over the fixed seeds, faults of every kind happen: else the suite proves little."""
    profiles = [Day(seed)._faults for seed in FIXED_SEEDS]
    for kind in ("drop", "double", "late", "crash", "kill", "cut"):
        assert sum(getattr(profile, kind) > 0 for profile in profiles) > len(profiles) / 4


# --- negative controls: each breaks one rule of the protocol, and the suite must see it -------------------


class ForgetsOnPublish(MemoryTerminal):
    """Takes the broker's word for the ledger's: what went out counts as acknowledged."""

    def speak(self, *, at: float) -> list[tuple[str, bytes]]:
        out = super().speak(at=at)
        if any(kind == "journal" for kind, _ in out):
            self.acked = {entry.seq: ("00" * 8, 1) for entry in self.journal}
        return out


class AcksBeforeCommit(MemoryLedger):
    """Answers first and commits afterwards, if it lives to."""

    def journal(self, address: TerminalAddress, data: bytes, *, now: datetime) -> bytes | None:
        calm = MemoryLedger(self._chance)
        calm.tables, calm._timeline, calm._gaps = deepcopy(self.tables), self._timeline, self._gaps
        answer = calm.journal(address, data, now=now)
        super().journal(address, data, now=now)
        return answer


def _found(day_of: Callable[[int], Day], *, within: int = 60) -> bool:
    for seed in range(within):
        day = day_of(seed)
        day.play()
        if violations(day):
            return True
    return False


def test_an_outbox_cleared_on_publish_is_found() -> None:
    assert _found(lambda seed: Day(seed, terminal_kind=ForgetsOnPublish, faults=Faults(drop=0.3)))


def test_an_ack_before_the_commit_is_found() -> None:
    assert _found(lambda seed: Day(seed, sales=20, ledger_kind=AcksBeforeCommit, faults=Faults(crash=0.3)))


def test_a_ledger_that_does_not_know_duplicates_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = positions.judge

    def blind(
        entry: JournalEntry, *, terminal: Terminal, stream: Stream | None, held: Held | None
    ) -> Judgement:
        judgement = real(entry, terminal=terminal, stream=stream, held=held)
        return InPlace(stream) if isinstance(judgement, Duplicate) and stream is not None else judgement

    monkeypatch.setattr(intake, "judge", blind)
    monkeypatch.setattr("till_service.domain.book.Book.row_stamp", lambda *_: None)
    assert _found(lambda seed: Day(seed, sales=20, faults=Faults(double=0.5, late=0.3)))
