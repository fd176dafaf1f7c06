"""The days of the money page, done by the terminal's own rules, act by act."""

import pytest

from agent_shop import CARD, CASH, TODAY, store_settings
from terminal_agent.core.commands import Tendered
from terminal_agent.core.counts import Counted
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Session,
)
from unit.money.page import Row, rate_of, rows_of
from unit.money.till_day import SESSION, TillDay, counted, dollars

NEXT_SESSION = "6" * 32


def begun(acts: list[tuple[str, int]]) -> tuple[TillDay, list[tuple[str, int]]]:
    """Open a till as the first acts say; return it with the acts that are left."""
    said = dict(acts)
    day = TillDay()
    if "open" in said:
        day.open(kept=said["open"])
    else:
        day.open(kept=said["kept"], wanted=said["float"], leave="leave" in said)
    return day, [act for act in acts if act[0] not in ("open", "kept", "float", "leave")]


def acts_of(cell: str) -> list[tuple[str, int]]:
    """Return the acts of a day: a word, and an amount where it has one."""
    words = [act.split() for act in cell.split(";")]
    return [(word[0], int(word[1]) if len(word) > 1 else 0) for word in words]


@pytest.mark.parametrize("row", rows_of("Days"), ids=[row["day"] for row in rows_of("Days")])
def test_a_day_ends_as_the_page_says(row: Row) -> None:
    day, acts = begun(acts_of(row["acts"]))
    for word, amount in acts:
        day.act(word, amount)

    cash = counted(day.close(int(row["count"])), "cash")

    figures = (cash.expected, cash.difference, cash.kept, cash.moved, day.safe())
    told = tuple(int(row[name]) for name in ("expected", "difference", "kept", "moved", "safe"))
    assert figures == told


@pytest.mark.parametrize(
    "row", rows_of("Differences"), ids=lambda row: f"{row['counted']} of {row['expected']}"
)
def test_a_difference_at_the_tolerance_passes(row: Row) -> None:
    tender = CASH.model_copy(update={"cash_up_tolerance": int(row["tolerance"])})
    session = Session(SESSION, "TILL1", TODAY, "CASHIER-1", terms_of(store_settings(tender)))
    count = Counted(session, "cash_up", tender, "CASHIER-1", int(row["expected"]), int(row["counted"]), ())

    assert count.difference == int(row["difference"])
    assert count.within_tolerance == (row["approval"] == "no")


@pytest.mark.parametrize(
    "row", rows_of("Paying"), ids=lambda row: f"{row['total']} rounded to {row['cash rounding']}"
)
def test_the_terminal_takes_money_as_the_page_says(row: Row) -> None:
    day = TillDay(settings=store_settings(CASH, CARD, cash_rounding=int(row["cash rounding"])))
    day.open(kept=15_000)

    sold = day.pay(
        int(row["total"]), Tendered("card", int(row["card"])), Tendered("cash", int(row["cash handed over"]))
    )

    cash = [(payment.amount, payment.change) for payment in sold.payments if payment.tender == "cash"]
    assert sold.rounding == int(row["rounding"])
    assert cash == ([(int(row["cash"]), int(row["change"]))] if row["cash"] else [])
    assert sum(payment.amount for payment in sold.payments) == sold.total + sold.rounding


@pytest.mark.parametrize(
    "row", rows_of("Foreign cash"), ids=lambda row: f"{row['tendered']} at {row['rate']}"
)
def test_the_terminal_takes_foreign_cash_as_the_page_says(row: Row) -> None:
    day = TillDay(settings=store_settings(CASH, CARD, dollars(rate_of(row["rate"]))))
    day.open(kept=15_000)
    missing = max(int(row["cash"] or 0), 0)

    sold = day.pay(int(row["total"]), Tendered("cash_usd", int(row["tendered"])), Tendered("cash", missing))

    foreign, *rest = sold.payments
    assert (foreign.amount, foreign.value) == (int(row["tendered"]), int(row["worth"]))
    assert [payment.amount for payment in rest] == ([int(row["cash"])] if row["cash"] else [])


def test_adjustments_settle_a_wrong_close_and_leave_the_next_session_alone() -> None:
    wrong, following = rows_of("A wrong close, settled", 2)
    settled = rows_of("A wrong close, settled", 1)
    first = TillDay()
    first.open(kept=15_000)
    first.act("cash", 2_000)
    closed = first.close(int(wrong["counted"]), card=2_000)
    second = TillDay(session_id=NEXT_SESSION)
    second.open(kept=counted(closed, "cash").kept)
    for row in settled:
        second.adjust(SESSION, row["tender"], int(row["adjustment"]))
    after = second.close(int(following["counted"]))

    for row in settled:
        recorded = counted(closed, row["tender"]).difference
        assert recorded == int(row["recorded difference"])
        assert recorded + int(row["adjustment"]) == int(row["settled difference"])
    for row, close in ((wrong, closed), (following, after)):
        cash = counted(close, "cash")
        assert (cash.expected, cash.difference) == (int(row["expected cash"]), int(row["difference"]))
