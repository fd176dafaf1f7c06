"""The flash report: pages for the terminal, one answer for the back office."""

from datetime import date

import pytest

from report_service.domain.flash import MOST_LINES, FlashRows, flash_of, missing, pages_of
from report_service.domain.rows import Sold, StoreRow
from tillday_contracts.asks import Reply

STORE = StoreRow("S1", "Corner shop", "EUR")
MONDAY = date(2026, 3, 2)
REQUEST = "a" * 32


def rows(products: dict[str, Sold], head: int = 10) -> FlashRows:
    return FlashRows(STORE, "T1", MONDAY, head, products)


@pytest.mark.parametrize(
    ("head", "asked", "left"), [(10, 10, 0), (10, 12, 2), (10, 9, 0), (0, 3, 3), (10, None, 0)]
)
def test_what_is_missing_are_the_entries_after_the_last_one_known(
    head: int, asked: int | None, left: int
) -> None:
    assert missing(head, asked) == left


def test_products_stand_by_sku_with_their_sum() -> None:
    flash = flash_of(rows({"B": Sold("Bun", 2, 300, 1), "A": Sold("Ale", -1, -250, 1)}))
    assert [(line.sku, line.total) for line in flash.lines] == [("A", -250), ("B", 300)]
    assert (flash.total, flash.head_seq, flash.business_date) == (50, 10, MONDAY)


def test_a_terminal_without_sales_gets_one_empty_page() -> None:
    (page,) = pages_of(rows({}), request_id=REQUEST, asked_head=11)
    assert (page.lines, page.pages, page.total, page.missing) == ((), 1, 0, 1)
    assert page.head_seq == 10


def test_many_products_come_in_pages_that_each_fit_a_message() -> None:
    name = "\N{EURO SIGN}" * 60
    products = {f"SKU-{n:05}": Sold(name, 10**6, 10**12, 1) for n in range(MOST_LINES * 2 + 1)}
    pages = pages_of(rows(products), request_id=REQUEST, asked_head=None)
    assert [(page.page, page.pages) for page in pages] == [(0, 3), (1, 3), (2, 3)]
    assert [line.sku for page in pages for line in page.lines] == sorted(products)
    assert {page.total for page in pages} == {10**12 * len(products)}
    assert max(len(Reply(content=page).model_dump_json()) for page in pages) < 256 * 1024
