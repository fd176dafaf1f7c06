"""Which terminal is meant when a copy of a document is ordered from the back office."""

from datetime import date

import pytest

from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill
from tillday_local.operator.asking import NothingToAsk
from tillday_local.operator.reprints import terminal_of

SESSION = BoardTill(session_id="a" * 32, till="TILL-2", business_date=date(2026, 3, 2), status="Closed")
BOARD = Board(
    store="S1",
    name="Corner shop",
    currency="EUR",
    terminals=(
        BoardTerminal(terminal="T-1", name="Counter 1", status="Closed"),
        BoardTerminal(terminal="T-2", name="Counter 2", status="Closed", sessions=(SESSION,)),
    ),
)


def test_a_receipts_number_names_its_terminal_and_a_cash_ups_its_till() -> None:
    assert terminal_of(BOARD, "T-1-AB12C-7") == "T-1"
    assert terminal_of(BOARD, "TILL-2-AB12C-1") == "T-2"


def test_a_number_that_says_nothing_wants_its_terminal_named() -> None:
    with pytest.raises(NothingToAsk, match="--terminal"):
        terminal_of(BOARD, "TILL-9-AB12C-1")
