"""What operators type and what they see."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from rich.console import RenderableType

from tillday_contracts.messages import Refused
from tillday_contracts.money import InvalidAmount
from tillday_contracts.store_messages import StoreDay, StoreDays, StoreTask
from tillday_local.operator.asking import Where
from tillday_local.operator.pos import (
    BadCount,
    Counter,
    NotReady,
    hints,
    read_amount,
    read_foreign,
    read_lines,
    read_pieces,
    read_total,
)
from tillday_local.operator.tables import (
    days_table,
    result_console,
    rows_table,
    tasks_tables,
    tills_in_the_way,
)

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SESSION = UUID(int=5).hex


def seen(table: RenderableType | None) -> str:
    console = result_console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("5000x2, 100x3", [(5000, 2), (100, 3)]), ("", []), ("1x0", [(1, 0)])],
)
def test_coins_and_notes_are_written_as_value_times_quantity(
    text: str, pieces: list[tuple[int, int]]
) -> None:
    assert [(piece["value"], piece["quantity"]) for piece in read_pieces(text)] == pieces


@pytest.mark.parametrize("text", ["150.00", "5000", "5000x", "x2", "5000x-1", "5000x1.5", "50 00x1"])
def test_cash_is_never_typed_as_a_total(text: str) -> None:
    with pytest.raises(BadCount, match="VALUExQUANTITY"):
        read_pieces(text)


def test_foreign_coins_and_notes_are_written_behind_their_tender() -> None:
    assert read_foreign("cash_usd=2000x1") == ("cash_usd", [{"value": 2000, "quantity": 1}])
    with pytest.raises(BadCount, match="cash_usd=2000x1"):
        read_foreign("2000x1")
    with pytest.raises(BadCount, match="VALUExQUANTITY"):
        read_foreign("cash_usd=20.00")


def test_products_are_written_as_sku_and_quantity() -> None:
    lines = read_lines(["COF-01", "BAK-02x3", "BOXx"])
    assert [(line["sku"], line["quantity"]) for line in lines] == [("COF-01", 1), ("BAK-02", 3), ("BOXx", 1)]


def test_the_total_of_another_tender_is_written_with_its_name() -> None:
    assert read_total("card=12.5") == ("card", "12.5")
    for text in ("12.50", "=12.50", "card", "card=much"):
        with pytest.raises(ValueError, match=r"12\.[35]0"):
            read_total(text)


@pytest.mark.parametrize("text", ["a lot", "12,30", "1e3", ""])
def test_what_is_no_amount_in_any_currency_is_refused_at_once(text: str) -> None:
    assert read_amount("20.001") == "20.001", "how many decimals it may have says the store's currency"
    with pytest.raises(InvalidAmount, match=r"12\.30"):
        read_amount(text)


@pytest.mark.parametrize(("currency", "text"), [("EUR", "3.10"), ("JPY", "310"), ("KWD", "0.310")])
def test_amounts_are_written_in_the_currency_that_the_terminal_names(currency: str, text: str) -> None:
    problem = {"code": "unapproved_difference", "expected": 310}
    assert hints(problem, currency)[0] == f"expected {text}"
    assert len(hints(problem, None)) == 1, "no figures before the currency is known"


def test_a_terminal_that_was_never_in_touch_has_no_currency_yet() -> None:
    counter = Counter(where=Where(), terminal=None, as_json=False, say=print)
    with pytest.raises(NotReady, match="back office"):
        _ = counter.currency


def test_a_refusal_lists_the_tills_in_the_way() -> None:
    till = {
        "terminal": "T1",
        "till": "T1",
        "session_id": SESSION,
        "business_date": "2026-03-02",
        "status": "closing_count",
        "opened_by": "CASHIER-1",
    }
    text = seen(tills_in_the_way(Refused(code="open_tills", text="…", details={"tills": [till]})))
    assert all(word in text for word in ("T1", "2026-03-02", "closing count", "CASHIER-1", SESSION))
    assert tills_in_the_way(Refused(code="closed", text="…")) is None


def test_the_days_of_a_store_say_what_a_close_waits_for() -> None:
    day = StoreDay(business_date=MONDAY, state="closing", awaited=("T2",))
    assert "T2" in seen(days_table(StoreDays(store="S1", name="Corner shop", days=(day,))))
    assert "has not been opened" in seen(days_table(StoreDays(store="S1", name="Corner shop", days=())))


def test_the_status_shows_the_newest_days_and_the_list_shows_all() -> None:
    days = StoreDays(
        store="S1",
        name="Corner shop",
        days=tuple(StoreDay(business_date=date(2026, 3, n), state="closed") for n in (3, 2, 1)),
    )
    assert "2026-03-01" not in seen(days_table(days, newest=2))
    assert "2026-03-01" in seen(days_table(days))


def test_what_waits_for_a_supervisor_is_listed_with_the_way_to_finish_it() -> None:
    text = 'CASHIER-1 opened the terminal "T1" without the right.'
    task = StoreTask(
        number=3,
        kind="opened_without_right",
        terminal="T1",
        business_date=MONDAY,
        raised_at=NOON,
        text=text,
    )
    shown = "".join(seen(table) for table in tasks_tables((task,)))
    assert text in shown
    assert "finish-task" in shown
    assert tasks_tables(()) == []


def test_names_are_shown_as_they_are_whatever_they_hold() -> None:
    name = "[bold]Tea[/bold] :coffee: [/red]"
    assert name in seen(rows_table("Products", ("Name",), [(name,)]))
