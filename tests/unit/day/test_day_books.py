"""Stock and accounts held against what was sold: by the counters, and by a shop's two files alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tillday_contracts.account_messages import Balance
from tillday_contracts.asks import CatalogueItem
from tillday_local.day.books import DELIVERED, DayBooks, Sold, disagreements
from tillday_local.day.file_sales import sold_by_file

CATALOGUE = (
    CatalogueItem(sku="B1", name="Bread", price=310, tax_rate=0),
    CatalogueItem(sku="C1", name="Coffee", price=250, tax_rate=2000),
)
PRODUCTS = "sku,name,price_minor,tax_percent\nB1,Bread,310,0\nC1,Coffee ,250,20\n"
TICKETS = (
    "date,time,ticket,item\n"
    "2017-01-01,10:00:00,1,Bread\n"
    "2017-01-01,10:00:00,1,Coffee\n"
    "2017-01-02,10:00:00,2,Coffee\n"
    "2017-01-03,10:00:00,3,Bread\n"
    "2017-01-03,10:00:00,3,Bread\n"
)
FIRST, THIRD = date(2017, 1, 1), date(2017, 1, 3)


def books(pieces: dict[str, int], turnover: int) -> DayBooks:
    cash = Balance(account="1000", name="Cash", currency="GBP", debit=turnover, credit=0)
    sales = Balance(account="4000", name="Sales", currency="GBP", debit=0, credit=turnover)
    return DayBooks(pieces, (cash, sales))


@pytest.fixture
def sold(tmp_path: Path) -> tuple[Sold, ...]:
    tickets, products = tmp_path / "tickets.csv", tmp_path / "products.csv"
    tickets.write_text(TICKETS, encoding="utf-8")
    products.write_text(PRODUCTS, encoding="utf-8")
    return sold_by_file(tickets, products, (FIRST, THIRD))


def test_every_row_of_a_date_is_a_piece_at_its_price(sold: tuple[Sold, ...]) -> None:
    assert sold == (Sold(560, {"B1": 1, "C1": 1}), Sold(620, {"B1": 2}))


def test_books_that_follow_the_files_agree_and_each_difference_is_named(sold: tuple[Sold, ...]) -> None:
    first = books({"B1": DELIVERED - 1, "C1": DELIVERED - 1}, 560)
    second = books({"B1": 2 * DELIVERED - 3, "C1": 2 * DELIVERED - 1}, 1_180)
    lost = replace(second, on_hand={**second.on_hand, "B1": 2 * DELIVERED - 2})
    uneven = replace(second, balances=second.balances[1:])
    dear = books(dict(second.on_hand), 1_181)

    def told(last: DayBooks) -> str:
        return " ".join(disagreements(list(zip((first, last), sold, strict=True)), CATALOGUE))

    assert told(second) == ""
    assert "stock on hand" in told(lost)
    assert "B1: 78 not 77" in told(lost)
    assert "the trial balance is -1180 GBP" in told(uneven)
    assert "1181 was sold, it was 1180" in told(dear)
