"""Real tickets become a plan: dealt to the terminals, paid by a stated rule, some of them offline."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tillday_contracts.asks import CatalogueItem
from tillday_local.day.replay import SETTINGS
from tillday_local.day.tickets import TicketsUnusable, dates_in, plan_tickets, read_tickets

ON = date(2017, 1, 1)
CATALOGUE = (
    CatalogueItem(sku="B1", name="Bread", price=310, tax_rate=0),
    CatalogueItem(sku="C1", name="Coffee ", price=250, tax_rate=2000),
    CatalogueItem(sku="N1", name="NONE", price=0, tax_rate=0),
)
PRICES = {item.sku: item.price for item in CATALOGUE}


def shop(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "tickets.csv"
    file.write_text("\n".join(("date,time,ticket,item", *rows)) + "\n", encoding="utf-8")
    return file


def test_each_row_is_a_line_and_an_item_of_price_0_too(tmp_path: Path) -> None:
    file = shop(
        tmp_path, "2017-01-01,10:00:00,7,NONE", "2017-01-01,10:00:00,7,NONE", "2017-01-01,10:01:00,8,Coffee"
    )

    tickets = read_tickets(file, ON, CATALOGUE, SETTINGS)

    assert [ticket.skus for ticket in tickets] == [("N1", "N1"), ("C1",)]
    assert plan_tickets(tickets, PRICES, ["T1"])[0].sales[0].due == 0


def test_a_ticket_from_before_the_rollover_is_sold_at_the_rollover(tmp_path: Path) -> None:
    file = shop(tmp_path, "2017-01-01,01:21:05,4090,Bread")

    (ticket,) = read_tickets(file, ON, CATALOGUE, SETTINGS)

    assert ticket.at == datetime(2017, 1, 1, 4, tzinfo=UTC)


def test_tickets_are_sold_in_the_order_of_their_time(tmp_path: Path) -> None:
    file = shop(
        tmp_path, "2017-01-01,12:00:00,2,Bread", "2017-01-01,11:00:00,3,Bread", "2017-01-02,10:00:00,4,Bread"
    )

    assert [ticket.number for ticket in read_tickets(file, ON, CATALOGUE, SETTINGS)] == [3, 2]


def test_the_first_half_of_one_terminals_tickets_and_at_least_one_is_sold_offline(tmp_path: Path) -> None:
    rows = [f"2017-01-01,10:{n:02d}:00,{n},Bread" for n in range(1, 10)]
    tickets = read_tickets(shop(tmp_path, *rows), ON, CATALOGUE, SETTINGS)

    one, other = plan_tickets(tickets, PRICES, ["T1", "T2"])

    assert [sale.offline for sale in one.sales] == [True, True, False, False, False]
    assert other.offline_sales == 0
    assert plan_tickets(tickets[:1], PRICES, ["T1"])[0].offline_sales == 1


def test_the_number_of_a_ticket_says_how_it_is_paid(tmp_path: Path) -> None:
    rows = [f"2017-01-01,10:{n:02d}:00,{n},Bread" for n in (4, 5, 6, 7, 8, 9)]
    tickets = read_tickets(shop(tmp_path, *rows), ON, CATALOGUE, SETTINGS)

    (plan,) = plan_tickets(tickets, PRICES, ["T1"])

    assert [sale.pays for sale in plan.sales] == ["notes", "exact", "card", "card", "card", "voucher"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("2017-01-01,10:00:00,7,Unicorn", "line 2: no product is called 'Unicorn'"),
        ("2017-01-01,ten,7,Bread", "line 2"),
        ("2017-01-01,10:00:00,seven,Bread", "line 2"),
        ("2016-12-31,10:00:00,7,Bread", "no ticket of 2017-01-01"),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(TicketsUnusable, match=says):
        read_tickets(shop(tmp_path, row), ON, CATALOGUE, SETTINGS)


def test_a_file_with_other_columns_says_which_is_missing(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("date,time,item\n")

    with pytest.raises(TicketsUnusable, match="ticket is missing"):
        read_tickets(tmp_path / "other.csv", ON, CATALOGUE, SETTINGS)


def test_all_dates_of_a_file_are_found_in_order(tmp_path: Path) -> None:
    file = shop(
        tmp_path, "2017-01-02,10:00:00,2,Bread", "2017-01-01,10:00:00,1,Bread", "2017-01-02,10:00:00,3,Bread"
    )

    assert dates_in(file) == (date(2017, 1, 1), date(2017, 1, 2))
