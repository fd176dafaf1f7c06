"""What operators type and what they see."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from rich.console import RenderableType

from tillday_contracts.entries import Approval, TenderCount
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill, CashUp, ProductLine
from tillday_contracts.store_messages import StoreDay, StoreDays
from tillday_local.operator_pos import BadCount, read_amount, read_lines, read_pieces, read_total
from tillday_local.operator_store import business_today
from tillday_local.operator_tables import (
    board_tables,
    cash_up_tables,
    days_table,
    result_console,
    rows_table,
    tills_in_the_way,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
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


def test_products_are_written_as_sku_and_quantity() -> None:
    lines = read_lines(["COF-01", "BAK-02x3", "BOXx"])
    assert [(line["sku"], line["quantity"]) for line in lines] == [("COF-01", 1), ("BAK-02", 3), ("BOXx", 1)]


def test_the_total_of_another_tender_is_written_with_its_name() -> None:
    assert read_total("card=12.5") == ("card", 1250)
    for text in ("12.50", "=12.50", "card", "card=much"):
        with pytest.raises(ValueError, match=r"12\.[35]0"):
            read_total(text)


def test_an_amount_with_too_many_decimals_is_refused() -> None:
    assert read_amount("20") == 2000
    with pytest.raises(ValueError, match="decimals"):
        read_amount("20.001")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 2, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 3, 0, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_before_the_rollover_it_is_still_yesterday(instant: datetime, day: date) -> None:
    assert business_today(instant) == day


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


def test_the_board_shows_terminals_with_their_tills_and_who_is_silent() -> None:
    board = Board(
        store="S1",
        name="Corner shop",
        currency="EUR",
        terminals=(
            BoardTerminal(
                terminal="T1",
                name="Counter 1",
                status="Opened in back-office",
                business_date=MONDAY,
                active_tills=1,
                last_seen=NOON - timedelta(seconds=30),
                waiting=4,
                sessions=(
                    BoardTill(
                        session_id=SESSION,
                        till="T1",
                        business_date=MONDAY,
                        status="Open in Front-office",
                        opened_by="CASHIER-1",
                        receipts=3,
                        total=1250,
                    ),
                ),
            ),
            BoardTerminal(
                terminal="T2", name="Counter 2", status="Closed", last_seen=NOON - timedelta(minutes=5)
            ),
        ),
    )
    text = seen(board_tables(board, now=NOON))
    words = ("Opened in back-office", "30 s ago", "Open in Front-office", "12.50", "offline since", "Closed")
    assert [word for word in words if word not in text] == []


def test_a_cash_up_report_shows_tenders_and_products() -> None:
    tender = TenderCount(
        tender="cash",
        opening=15000,
        expected=16500,
        counted=16400,
        difference=-100,
        kept=15000,
        moved=1400,
        approval=Approval(by="SUPERVISOR-1", reason="A coin is missing", difference=-100, subject="a" * 64),
    )
    report = CashUp(
        session_id=SESSION,
        store_name="Corner shop",
        terminal="T1",
        till="T1",
        business_date=MONDAY,
        number="T1-00000-1",
        closed_at=NOON,
        closed_by="SUPERVISOR-1",
        closed_from="Terminal",
        currency="EUR",
        tenders=(tender,),
        receipts=2,
        total=1500,
        products=(ProductLine(sku="TEA", name="Tea", quantity=2, total=500),),
    )
    text = seen(cash_up_tables(report))
    words = (
        "T1-00000-1",
        "165.00",
        "164.00",
        "-1.00",
        "14.00",
        "Tea",
        "15.00",
        "SUPERVISOR-1: A coin is missing",
    )
    assert [word for word in words if word not in text] == []


def test_the_days_of_a_store_say_what_a_close_waits_for() -> None:
    day = StoreDay(business_date=MONDAY, state="closing", awaited=("T2",))
    assert "T2" in seen(days_table(StoreDays(store="S1", name="Corner shop", days=(day,))))
    assert "has not been opened" in seen(days_table(StoreDays(store="S1", name="Corner shop", days=())))


def test_names_are_shown_as_they_are_whatever_they_hold() -> None:
    name = "[bold]Tea[/bold] :coffee: [/red]"
    assert name in seen(rows_table("Products", ("Name",), [(name,)]))
