"""Money in the simulated day: every kind of it happens, and a ledger or a till that loses some is found."""

from __future__ import annotations

from collections import Counter

import pytest

from simulation.faults import Faults
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import Run
from simulation.verdict import violations
from till_service.domain.stock import Picked
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import EntryBody, FloatMoved

CALM = Faults()


def played(seed: int, terminal_kind: type[MemoryTerminal] = MemoryTerminal) -> Run:
    run = Run(seed, terminal_kind=terminal_kind, faults=CALM)
    run.play()
    return run


def test_every_kind_of_money_happens_in_the_schedules() -> None:
    seen: Counter[str] = Counter()
    for seed in range(6):
        for terminal in played(seed).terminals:
            seen.update(entry.type for entry in terminal.disk.entries)
            sales = [body for _, body in terminal.sales]
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
        ("posting_sums.PostingSums.fold", lambda *_, **__: None, "failed: The entry is out of balance"),
        ("posting.pick", lambda *_: Picked({}), "left the stock"),
        ("posting.still_to_post", lambda wanted, _: tuple(wanted), "is posted of"),
    ],
)
def test_a_ledger_that_loses_money_is_found(
    monkeypatch: pytest.MonkeyPatch, lost: str, instead: object, found: str
) -> None:
    monkeypatch.setattr(f"till_service.domain.{lost}", instead)

    assert any(found in " ".join(violations(played(seed))) for seed in range(4))


class ForgetsFloats(MemoryTerminal):
    """Brings the forced float from the safe and tells nobody."""

    def write(self, bodies: tuple[EntryBody, ...]) -> None:
        super().write(tuple(body for body in bodies if not isinstance(body, FloatMoved)))


def test_a_float_that_nobody_journals_is_missing_in_the_store() -> None:
    said = " ".join(text for seed in range(4) for text in violations(played(seed, ForgetsFloats)))
    assert "in tills and safe" in said or "expected" in said
