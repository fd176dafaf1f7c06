"""Movements, the safe, adjustments and reports that were altered where they are kept are named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from checker_journal import (
    FIRST,
    SECOND,
    STORE,
)
from checker_money import money_world
from tillday_checker.judge import judge
from tillday_checker.world import AdjustmentRow, ReportReceipt, SafeRow, World

Plant = Callable[[World], World]


def first(rows: tuple[Any, ...], **changes: object) -> tuple[Any, ...]:
    return (replace(rows[0], **changes), *rows[1:])


def ledger(**parts: Callable[[Any], Any]) -> Plant:
    def planted(world: World) -> World:
        assert world.ledger is not None
        rows = {name: change(getattr(world.ledger, name)) for name, change in parts.items()}
        return replace(world, ledger=replace(world.ledger, **rows))

    return planted


def reports(**parts: Callable[[Any], Any]) -> Plant:
    def planted(world: World) -> World:
        assert world.reports is not None
        rows = {name: change(getattr(world.reports, name)) for name, change in parts.items()}
        return replace(world, reports=replace(world.reports, **rows))

    return planted


def of(which: str, **changes: object) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return lambda rows: tuple(replace(row, **changes) if row.kind == which else row for row in rows)


def dollars_as_euros(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(row, worth=2_000) if row.tender == "cash_usd" else row for row in rows)


STRAY = SafeRow(STORE, "loan", "cash", -100, FIRST, "f" * 64)
ALTERED: list[tuple[str, Plant, set[int]]] = [
    ("a movement is listed twice", ledger(movements=lambda r: (*r, r[0])), {1}),
    ("a movement is missing", ledger(movements=lambda r: r[1:]), {1, 11}),
    ("a movement is listed with another amount", ledger(movements=of("loan", amount=1)), {3}),
    ("a movement is listed as another kind", ledger(movements=of("paid_in", kind="loan")), {3}),
    ("a movement was parked", ledger(movements=of("paid_in", placement="parked")), {4, 11}),
    ("the safe lacks a pickup", ledger(safe=lambda r: tuple(x for x in r if x.kind != "pickup")), {17}),
    ("the safe took another float", ledger(safe=of("float", amount=-4_999)), {17}),
    ("the safe took less than a close moved", ledger(safe=lambda r: first(r, amount=r[0].amount - 1)), {17}),
    ("the safe moved by nothing", ledger(safe=lambda r: (*r, STRAY)), {17}),
    ("a loan was forgotten in the totals", ledger(tenders=lambda r: first(r, loans=0)), {11, 26}),
    ("a running till lost money", ledger(tenders=lambda r: (*r[:-1], replace(r[-1], sales=0))), {11, 17, 26}),
    ("an adjustment is missing", ledger(adjustments=lambda r: r[1:]), {19}),
    ("an adjustment was changed", ledger(adjustments=lambda r: first(r, amount=-1)), {19}),
    (
        "an adjustment of nothing",
        ledger(adjustments=lambda r: (*r, AdjustmentRow("f" * 64, SECOND, FIRST, "cash", 5))),
        {19},
    ),
    ("a report forgot what was paid out", reports(tenders=lambda r: first(r, paid_out=0)), {11, 26}),
    ("a report tells dollars as euros", reports(worths=dollars_as_euros), {11}),
    ("a flash report lacks a product", reports(terminal_products=lambda r: r[1:]), {11}),
    ("a receipt is told of another cashier", reports(receipts=lambda r: first(r, cashier="C2")), {11}),
    (
        "a receipt is told that was never sold",
        reports(receipts=lambda r: (*r, ReportReceipt("f" * 64, FIRST, "C1", 1))),
        {11},
    ),
    ("a refund is told as a sale", reports(sessions=lambda r: first(r, refunds=0)), {11}),
    ("a copy is told that was never printed", reports(copies=lambda r: first(r, copies=1)), {25}),
]


@pytest.mark.parametrize(
    ("plant", "numbers"), [(p, n) for _, p, n in ALTERED], ids=[name for name, _, _ in ALTERED]
)
def test_money_rows_that_were_altered_are_named(plant: Plant, numbers: set[int]) -> None:
    verdict = judge(plant(money_world()))

    assert set(verdict.violated) == numbers, verdict.violations
