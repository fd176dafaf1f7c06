"""The people of the unattended day: customers with purses, and a tally that no record of ours feeds."""

from __future__ import annotations

import pytest

from tillday_contracts.denominations import STANDARD
from tillday_local.day.customer import exactly, with_notes
from tillday_local.day.outcome import disagreements
from tillday_local.day.plan import PlannedSale, plan_day
from tillday_local.day.tally import Tally, together
from tillday_local.demo_store import CATALOGUE

PRICES = {item.sku: item.price for item in CATALOGUE}
COFFEE = PlannedSale(lines=(("COF-01", 2),), due=320, pays="notes", offline=False)
CASH = {"expected": 15320, "counted": 15320, "difference": 0}
REPORTED: dict[str, object] = {
    "sales": 1,
    "refunds": 0,
    "total_minor": 320,
    "tenders": {"cash": CASH},
    "products": {"COF-01": {"quantity": 2, "total_minor": 320}},
}


@pytest.mark.parametrize("due", [1, 99, 320, 1234, 5000, 12345])
def test_a_customer_can_pay_every_amount_exactly_and_with_notes(due: int) -> None:
    pieces = exactly(due, STANDARD["EUR"])
    assert sum(value * quantity for value, quantity in pieces.items()) == due

    notes = with_notes(due)
    assert sum(value * quantity for value, quantity in notes.items()) >= due
    assert set(notes) <= {500, 1000, 2000, 5000}


def test_the_same_seed_is_the_same_day() -> None:
    def plan(seed: int) -> object:
        return plan_day(CATALOGUE, terminals=["T1", "T2"], sales=20, offline=True, seed=seed)

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)


def test_one_terminal_loses_its_link_and_one_coin_is_missing_a_day() -> None:
    first, second = plan_day(CATALOGUE, terminals=["T1", "T2"], sales=20, offline=True, seed=1)

    assert 0 < first.offline_sales < 20
    assert (first.shortage, second.shortage, second.offline_sales) == (100, 0, 0)


def test_the_tallies_of_the_counters_add_up() -> None:
    one, other = Tally(), Tally()
    one.add(COFFEE, PRICES, {"cash": 320})
    other.add(COFFEE, PRICES, {"cash": 320})

    whole = together([one, other])

    assert (whole.sales, whole.total, whole.products, whole.tenders) == (
        2,
        640,
        {"COF-01": [4, 640]},
        {"cash": 640},
    )


def test_reports_that_say_what_the_people_saw_are_believed() -> None:
    tally = Tally()
    tally.add(COFFEE, PRICES, {"cash": 320})

    assert disagreements(REPORTED, tally, shortage=0) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"sales": 2},
        {"total_minor": 321},
        {"products": {}},
        {"tenders": {"cash": {"expected": 15320, "counted": 15319, "difference": -1}}},
        {"tenders": {"cash": CASH, "card": {"expected": 5, "counted": 5, "difference": 0}}},
    ],
)
def test_a_report_that_says_something_else_is_named(wrong: dict[str, object]) -> None:
    tally = Tally()
    tally.add(COFFEE, PRICES, {"cash": 320})

    assert len(disagreements(REPORTED | wrong, tally, shortage=0)) == 1


def test_what_a_customer_brings_back_is_taken_off_again() -> None:
    tally = Tally()
    tally.add(COFFEE, PRICES, {"cash": 320})
    tally.take_back(COFFEE, PRICES, {"cash": 320})

    assert (tally.sales, tally.refunds, tally.total) == (1, 1, 0)
    assert (tally.products, tally.tenders) == ({"COF-01": [0, 0]}, {"cash": 0})
