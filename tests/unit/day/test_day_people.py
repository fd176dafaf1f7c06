"""The people of the unattended day: customers with purses, and a tally that no record of ours feeds."""

from __future__ import annotations

import pytest

from tillday_contracts.denominations import STANDARD
from tillday_local.day.customer import exactly, with_notes
from tillday_local.day.extras import FORCED_FLOAT, with_extras
from tillday_local.day.outcome import disagreements
from tillday_local.day.plan import PlannedSale, plan_day
from tillday_local.day.tally import Tally, together
from tillday_local.demo_store import CATALOGUE, DOLLARS, NOTE, SETTINGS, WORTH

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


def test_the_first_counter_has_a_discount_a_dollar_note_and_a_second_session_for_as_many_sales() -> None:
    plain = plan_day(CATALOGUE, terminals=["T1", "T2"], sales=20, offline=True, seed=1)
    first, _ = with_extras(plain)

    assert [sale.lines for sale in first.sales] == [sale.lines for sale in plain[0].sales]
    assert (first.till, first.forced_float, first.second_session) == ("TILL1", FORCED_FLOAT, True)
    (cheaper,) = [sale for sale in first.sales if sale.discount]
    (abroad,) = [sale for sale in first.sales if sale.pays == "dollars"]
    assert cheaper.due == sum(PRICES[sku] * quantity for sku, quantity in cheaper.lines) - cheaper.discount
    assert 0 < abroad.due <= WORTH
    assert (
        sum(sale.due for sale in plain[0].sales) - sum(sale.due for sale in first.sales) == cheaper.discount
    )


def test_the_second_counter_sells_its_last_baskets_into_the_till_of_the_first() -> None:
    plain = plan_day(CATALOGUE, terminals=["T1", "T2", "T3"], sales=20, offline=True, seed=1)
    _, guest, third = with_extras(plain)

    assert third == plain[2]
    assert (guest.sales + guest.visit, guest.host) == (plain[1].sales, "T1")
    assert len(guest.visit) == 6


def test_a_day_of_two_sales_has_no_guest() -> None:
    plain = plan_day(CATALOGUE, terminals=["T1", "T2"], sales=2, offline=False, seed=1)

    assert with_extras(plain)[1] == plain[1]


def test_the_store_takes_dollars() -> None:
    assert SETTINGS.tenders[-1] == DOLLARS
    assert NOTE * (DOLLARS.rate or 0) == WORTH * 1_000_000


def test_a_discount_is_taken_off_the_first_product_and_given_back_with_it() -> None:
    cheaper = PlannedSale(
        lines=(("COF-01", 2), ("BAK-01", 1)), due=475, pays="notes", offline=False, discount=20
    )
    tally = Tally()
    tally.add(cheaper, PRICES, {"cash": 475})
    assert (tally.total, tally.products) == (475, {"COF-01": [2, 300], "BAK-01": [1, 175]})
    tally.take_back(cheaper, PRICES, {"cash": 475})
    assert tally.products == {"COF-01": [0, 0], "BAK-01": [0, 0]}


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
