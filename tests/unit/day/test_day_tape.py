"""The paper of a day, added up by itself and held against what the people at the counters saw."""

from __future__ import annotations

from datetime import date

from tillday_checker.world import Paper
from tillday_local.day.tape import Tape, added_up, paper_disagreements

MONDAY = date(2026, 3, 2)


def receipt(number: int, total: str, *mark: str, complete: bool = True) -> Paper:
    return Paper(
        ("Corner shop", *mark, f"Receipt   T1-00000-{number}", f"TOTAL EUR   {total}"), complete=complete
    )


def flash(total: str) -> Paper:
    return Paper(("Corner shop", "  FLASH REPORT", "Business date    2026-03-02", f"TOTAL EUR   {total}"))


CASH_UP = Paper(("CASH-UP REPORT (Z)", "Report   T1-A-00000-1", "Turnover EUR   9.99", "TOTAL   9.99"))
PRINTED = added_up(
    [receipt(1, "3.20"), receipt(2, "1,204.50"), CASH_UP, flash("1,207.70"), receipt(3, "-3.20")]
)


def test_receipts_and_flash_reports_are_added_up_and_nothing_else() -> None:
    assert Tape(receipts=3, total=120_450, flash={"2026-03-02": 120_770}) == PRINTED


def test_a_copy_and_a_torn_receipt_are_no_sales() -> None:
    papers = [receipt(1, "3.20"), receipt(1, "3.20", "*** DUPLICATE 1 ***")]

    assert added_up([*papers, receipt(2, "1.00", complete=False)]).total == 320


def test_two_terminals_flash_reports_of_a_date_are_one_sum() -> None:
    assert added_up([flash("1.00"), flash("2.00")]).flash == {"2026-03-02": 300}


def test_paper_that_shows_what_the_people_saw_is_believed() -> None:
    tape = added_up([receipt(1, "3.20"), flash("3.20")])

    assert paper_disagreements(tape, receipts=1, totals=[(MONDAY, 320)]) == []


def test_paper_that_shows_something_else_is_named() -> None:
    tape = added_up([receipt(1, "3.21"), receipt(2, "1.00")])

    wrong = paper_disagreements(tape, receipts=1, totals=[(MONDAY, 320)])

    assert [text.partition(":")[0] for text in wrong] == [
        "receipts on paper",
        "total of the receipts on paper",
        "flash reports on paper",
    ]
