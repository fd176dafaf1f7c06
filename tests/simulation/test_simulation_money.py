"""Money in the simulated day: every kind of it happens, and a ledger or a till that loses some is found."""

from __future__ import annotations

from collections import Counter

import pytest

from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Day, Faults
from simulation.verdict import violations
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import EntryBody, FloatMoved, Sale

CALM = Faults()


def played(seed: int, terminal_kind: type[MemoryTerminal] = MemoryTerminal) -> Day:
    day = Day(seed, terminal_kind=terminal_kind, faults=CALM)
    day.play()
    return day


def test_every_kind_of_money_happens_in_the_schedules() -> None:
    seen: Counter[str] = Counter()
    for seed in range(6):
        for terminal in played(seed).terminals.values():
            seen.update(entry.type for entry in terminal.journal)
            sales = [body for body in terminal.bodies if isinstance(body, Sale)]
            seen.update(payment.tender for sale in sales for payment in sale.payments)
            seen["refund"] += sum(sale.total < 0 for sale in sales)
            seen["discount"] += sum(any(line.discount for line in sale.lines) for sale in sales)
            seen["nothing due"] += sum(sale.total == 0 for sale in sales)
    happens = {"MOVEMENT", "FLOAT_MOVED", "ADJUSTMENT", "NO_SALE", "cash", "card", "voucher", "cash_usd"}
    assert not {kind for kind in (*happens, "refund", "discount") if seen[kind] < 3}, seen


# --- negative controls ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "instead", "found"),
    [
        ("book.fold_movement", lambda _: TenderTotals(), "a task where nothing is wrong"),
        ("book.fold_tenders", lambda _: {}, "in the ledger and"),
        ("book.fold_products", lambda _: {}, "products differ"),
        ("book.loan_or_pickup", lambda *_, **__: (), "the safe holds"),
        ("book.moved_at_close", lambda *_: (), "in tills and safe"),
        ("tills.openings", lambda _: {}, "the close expected"),
    ],
)
def test_a_ledger_that_loses_money_is_found(
    monkeypatch: pytest.MonkeyPatch, lost: str, instead: object, found: str
) -> None:
    monkeypatch.setattr(f"till_service.domain.{lost}", instead)

    assert found in " ".join(violations(played(0)))


class ForgetsFloats(MemoryTerminal):
    """Brings the forced float from the safe and tells nobody."""

    def write(self, bodies: tuple[EntryBody, ...], at: float) -> None:
        super().write(tuple(body for body in bodies if not isinstance(body, FloatMoved)), at)


def test_a_float_that_nobody_journals_is_missing_in_the_store() -> None:
    assert any("in tills and safe" in wrong for wrong in violations(played(0, ForgetsFloats)))


def test_the_days_without_faults_hold() -> None:
    for seed in range(6):
        assert violations(played(seed)) == []
