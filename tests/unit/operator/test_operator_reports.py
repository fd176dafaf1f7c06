"""What reports look like on a screen."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from rich.console import RenderableType

from tillday_contracts.denominations import DenominationCount
from tillday_contracts.entries import Approval, TenderCount
from tillday_contracts.report_messages import (
    BackOfficeClose,
    Board,
    BoardTerminal,
    BoardTill,
    CashUp,
    Flash,
    ProductLine,
    Sales,
    SalesRow,
    Snapshot,
    TenderFigures,
    ToldTender,
)
from tillday_contracts.store_messages import StoreTask
from tillday_local.operator.board import board_tables
from tillday_local.operator.cash_up import COLUMNS, cash_up_paper
from tillday_local.operator.sales import flash_tables, sales_tables, snapshot_tables
from tillday_local.operator.tables import result_console

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
SESSION = UUID(int=5).hex
CASH = TenderCount(
    tender="cash",
    opening=15000,
    expected=16500,
    counted=16400,
    difference=-100,
    kept=15000,
    moved=1400,
    denominations=(DenominationCount(value=5000, quantity=3), DenominationCount(value=100, quantity=14)),
    approval=Approval(by="SUPERVISOR-1", reason="A coin is missing", difference=-100, subject="a" * 64),
)
DOLLARS = TenderCount(
    tender="cash_usd", opening=0, expected=2000, counted=2000, difference=0, kept=0, moved=2000
)
FIGURES = (
    TenderFigures(
        tender="cash",
        name="Cash",
        currency="EUR",
        opening=15000,
        sales=2100,
        refunds=500,
        pickups=100,
        expected=16500,
    ),
    TenderFigures(tender="cash_usd", name="US dollars", currency="USD", sales=2000, expected=2000),
)
REPORT = CashUp(
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
    tenders=(CASH, DOLLARS),
    figures=FIGURES,
    receipts=3,
    refunds=1,
    total=1500,
    products=(ProductLine(sku="TEA", name="Tea", quantity=2, total=500),),
)


def seen(table: RenderableType) -> str:
    console = result_console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()


def missing(text: str, *words: str) -> list[str]:
    return [word for word in words if word not in text]


def a_board() -> Board:
    open_till = BoardTill(
        session_id=SESSION,
        till="T1",
        business_date=MONDAY,
        status="Opened in Terminal",
        opened_at=NOON,
        opened_by="CASHIER-1",
        receipts=3,
        total=1250,
        guests=("T2", "T3"),
    )
    closed = BoardTill(
        session_id="b" * 32,
        till="T2",
        business_date=MONDAY,
        status="Closed in Front-office",
        closed_by="CASHIER-2",
        closed_from="Terminal",
        late=True,
        tenders=(CASH,),
    )
    return Board(
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
                presence="heard",
                waiting=4,
                sessions=(open_till,),
            ),
            BoardTerminal(
                terminal="T2",
                name="Counter 2",
                status="Closed",
                last_seen=NOON - timedelta(minutes=5),
                presence="silent",
                sessions=(closed,),
                guest_of="T1",
            ),
        ),
    )


def test_the_board_shows_terminals_with_their_tills_and_who_is_silent() -> None:
    text = seen(board_tables(a_board(), now=NOON))
    assert not missing(
        text,
        *("Opened in back-office", "2026-03-02", "30 s ago", "offline since", "Closed"),
        *("T1 + T2 + T3", "0, sells into T1"),
        *(
            "Opened in Terminal",
            "CASHIER-1",
            "12.50",
            "Closed in Front-office, late",
            "CASHIER-2",
            "Terminal",
        ),
    )
    assert "163.00" not in text
    assert "Totals of closed tills" not in text


def test_the_board_s_details_are_the_totals_of_closed_tills_by_tender() -> None:
    text = seen(board_tables(a_board(), now=NOON, details=True))
    assert not missing(text, "Totals of closed tills", "150.00", "165.00", "164.00", "-1.00", "b" * 32)


def test_the_board_s_details_show_each_tender_in_its_own_currency() -> None:
    yen = TenderCount(
        tender="cash_jpy", opening=0, expected=500, counted=500, difference=0, kept=0, moved=500
    )
    board = a_board()
    terminal = board.terminals[1]
    till = terminal.sessions[0].model_copy(update={"tenders": (CASH, yen)})
    shown = terminal.model_copy(update={"sessions": (till,)})
    board = board.model_copy(update={"currencies": {"cash_jpy": "JPY"}, "terminals": (shown,)})
    text = seen(board_tables(board, now=NOON, details=True))
    assert not missing(text, "cash EUR", "165.00", "cash_jpy JPY", " 500 ")


def test_a_cash_up_report_is_drawn_like_its_paper() -> None:
    text = seen(cash_up_paper(REPORT))
    assert not missing(
        text,
        *("Corner shop", "CASH-UP REPORT (Z)", "T1-00000-1", "Cash EUR", "US dollars USD"),
        *("+21.00", "-5.00", "-1.00", "165.00", "164.00", "14.00", "150.00", "20.00"),
        *("x 14", "approved by SUPERVISOR-1: A coin is missing", "of them refunds"),
    )
    assert not [word for word in ("Paid in", "Loans", "Tea", "copies", "ledger") if word in text]
    assert {len(line) for line in text.splitlines()} == {COLUMNS + 4}


def test_products_are_shown_when_they_are_asked_for() -> None:
    assert not missing(seen(cash_up_paper(REPORT, products=True)), "TEA", "Tea", "5.00", "15.00")


def test_a_report_that_was_copied_says_how_often() -> None:
    assert "copies printed: 2" in seen(cash_up_paper(REPORT.model_copy(update={"copy_no": 2})))


def test_a_printed_amount_stays_and_what_the_ledger_has_stands_below_it() -> None:
    late = FIGURES[0].model_copy(update={"sales": 2200, "expected": 16600})
    text = seen(cash_up_paper(REPORT.model_copy(update={"figures": (late,)})))
    assert not missing(text, "165.00", "as the ledger has it now", "166.00")


def test_a_report_from_the_back_office_says_whose_figures_it_shows() -> None:
    back = BackOfficeClose(number="B-1", by="SUPERVISOR-1", at=NOON, reason="The PC is dead", source="none")
    uncounted = {"tenders": (), "source": "none", "provisional": True, "back": back, "number": "B-1"}
    text = seen(cash_up_paper(REPORT.model_copy(update=uncounted)))
    assert not missing(text, "B-1", "nobody counted", "provisional until", "The PC is dead", "165.00")
    assert "Counted" not in text

    told = ToldTender(
        tender="cash", counted=16500, kept=15000, own_counted=16400, own_kept=15000, differs=True
    )
    typed = back.model_copy(update={"source": "typed", "tenders": (told,), "no_close_by": "MANAGER-1"})
    text = seen(cash_up_paper(REPORT.model_copy(update={"back": typed})))
    assert not missing(text, "Cash typed 165.00", "counted 164.00", "Back-office close B-1", "MANAGER-1")
    assert "provisional" not in text


def test_the_board_says_where_the_figures_of_a_closed_till_are_from_and_what_waits() -> None:
    board = a_board()
    terminal = board.terminals[1]
    closed = terminal.sessions[0].model_copy(
        update={"status": "Closed in Back-office", "back_number": "B-7", "provisional": True}
    )
    typed = closed.model_copy(update={"source": "typed"})
    nothing = closed.model_copy(update={"source": "none", "tenders": ()})
    task = StoreTask(
        number=3, kind="evidence_differs", terminal="T2", business_date=MONDAY, raised_at=NOON, text="Compare"
    )
    for till, words in ((typed, "typed from paper"), (nothing, "nobody counted")):
        shown = terminal.model_copy(update={"sessions": (till,)})
        told = board.model_copy(update={"terminals": (shown,), "tasks": (task,)})
        text = seen(board_tables(told, now=NOON, details=True))
        assert not missing(text, words, "B-7", "Back-office, late, provisional", "Waiting for", "Compare")


def test_a_report_without_figures_or_pieces_is_drawn_too() -> None:
    bare = CASH.model_copy(update={"denominations": (), "approval": None, "difference": 0})
    text = seen(cash_up_paper(REPORT.model_copy(update={"figures": (), "tenders": (bare,)})))
    assert not missing(text, "cash", "165.00")


def test_an_x_report_shows_each_tender_s_figures_in_its_own_currency() -> None:
    snapshot = Snapshot(
        session_id=SESSION,
        terminal="T1",
        till="T1",
        business_date=MONDAY,
        status="Open in Front-office",
        currency="EUR",
        receipts=3,
        refunds=1,
        total=1500,
        figures=FIGURES,
    )
    text = seen(snapshot_tables(snapshot))
    assert not missing(
        text, "X report", "Cash EUR", "US dollars USD", "165.00", "3 receipts, 1 of them", "15.00"
    )


def test_a_flash_report_says_up_to_where_it_reaches() -> None:
    flash = Flash(
        store_name="Corner shop",
        terminal="T1",
        business_date=MONDAY,
        currency="EUR",
        head_seq=42,
        lines=(ProductLine(sku="TEA", name="Tea", quantity=2, total=500),),
        total=500,
    )
    text = seen(flash_tables(flash, now=NOON))
    assert not missing(text, "Corner shop", "T1", "up to entry 42", "TEA", "Total sales", "5.00")


@pytest.mark.parametrize(
    ("by", "heading"), [("product", "SKU"), ("hour", "Hour"), ("cashier", "Person"), ("tender", "Tender")]
)
def test_sales_are_shown_by_what_they_are_grouped_by(by: str, heading: str) -> None:
    row = SalesRow(key="K", name="Name", receipts=2, quantity=7, total=900)
    text = seen(sales_tables(Sales(currency="EUR", rows=(row,), total=900), by=by, title="Sales"))
    assert not missing(text, heading, "Name", "9.00")
    assert ("7" in text) == (by != "tender")
