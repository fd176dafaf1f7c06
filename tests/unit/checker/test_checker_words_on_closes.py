"""Closes that people spoke of: what they decided is no violation, and what goes against it is named."""

from dataclasses import replace

import pytest

from checker_journal import EPOCH, FIRST, FIRST_DAY, KEY_ID, STORE, TERMINAL, TILL, Journal, two_days
from checker_world import world_of
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose, Reach, ToldClose, ToldTender
from tillday_checker.world import Ledger, LedgerSession, ProductRow, SafeRow, TenderRow, World
from tillday_contracts import entries as e
from tillday_contracts.ids import epoch_code

RESCUE, REPORT = "c" * 32, "e" * 64
COUNTED, KEPT = 16_040, 15_000
TOLD = ToldClose(FIRST, REPORT, (ToldTender("cash", COUNTED, KEPT),))
MOVED = SafeRow(STORE, "cash_up", "cash", COUNTED - KEPT, FIRST, REPORT)


def unclosed() -> Journal:
    """A day of which the close is not here."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.open_till(FIRST, FIRST_DAY, expected=KEPT, counted=KEPT)
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199), ("BREAD", 1, 250))
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 1, 199))
    return journal


def ledger(journal: Journal, status: str = "closed_back") -> Ledger:
    """The ledger in which the back office closed the first session."""
    found = world_of(journal).ledger
    assert found is not None
    first, *rest = found.sessions
    return replace(found, sessions=(replace(first, status=status), *rest))


IN_RESCUE = LedgerSession(RESCUE, STORE, TERMINAL, TILL, FIRST_DAY, "open", rescue_of=FIRST)


def rescued(found: Ledger) -> Ledger:
    """The ledger that holds the first session's second sale, of one apple, in its rescue session."""
    first, second, *later = found.sales
    apples, *products = found.products
    left = replace(apples, quantity=apples.quantity - 1, gross=apples.gross - second.total)
    return replace(
        found,
        sales=(first, replace(second, placement="rescue", session_id=RESCUE), *later),
        sessions=(*found.sessions, IN_RESCUE),
        tenders=(
            replace(found.tenders[0], sales=first.total),
            *found.tenders[1:],
            TenderRow(RESCUE, "cash", 0, second.total, 0),
        ),
        products=(left, *products, ProductRow(RESCUE, "APPLE", 1, second.total)),
    )


def upto_the_first_sale(found: Ledger) -> tuple[Reach, ...]:
    at = next(row.seq for row in found.journal if row.hash == found.sales[0].hash)
    return (Reach(TERMINAL, EPOCH, at),)


def violated(found: Ledger) -> tuple[int, ...]:
    return judge(World(ledger=found)).violated


def test_a_close_that_comes_after_the_word_brings_its_count_and_not_its_manifest() -> None:
    found = rescued(ledger(two_days()))
    said = NoClose(FIRST, upto_the_first_sale(found))

    assert violated(replace(found, no_closes=(said,))) == ()
    assert violated(found) == (4,)  # without the word the close's own manifest would hold the second sale


def test_a_sale_that_the_word_leaves_out_and_the_session_holds_is_named() -> None:
    found = ledger(two_days())

    assert violated(replace(found, no_closes=(NoClose(FIRST, upto_the_first_sale(found)),))) == (10,)


def test_a_sale_that_the_word_covers_and_the_session_lacks_is_named() -> None:
    found = rescued(ledger(two_days()))
    said = NoClose(FIRST, (Reach(TERMINAL, EPOCH, found.streams[0].upto),))

    assert violated(replace(found, no_closes=(said,))) == (4,)


def given_up() -> Ledger:
    """A session that was given up; then the opening count came, with one sale that waits in the rescue."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.open_till(FIRST, FIRST_DAY, expected=KEPT, counted=KEPT)
    sale = journal.sell(FIRST, FIRST_DAY, ("APPLE", 1, 199))
    found = ledger(journal)
    return replace(
        found,
        sales=(replace(found.sales[0], placement="rescue", session_id=RESCUE),),
        sessions=(*found.sessions, IN_RESCUE),
        tenders=(replace(found.tenders[0], sales=0), TenderRow(RESCUE, "cash", 0, sale.total, 0)),
        products=(ProductRow(RESCUE, "APPLE", 1, sale.total),),
    )


def test_an_opening_count_of_a_session_that_was_given_up_leaves_its_sales_in_the_rescue() -> None:
    found = given_up()

    assert violated(replace(found, no_closes=(NoClose(FIRST),))) == ()
    assert 4 in violated(found)  # nobody gave it up


def test_money_that_a_printed_report_alone_moved_to_the_safe_is_no_violation() -> None:
    found = ledger(unclosed())

    assert violated(replace(found, told_closes=(TOLD,), safe=(MOVED,))) == ()


def test_a_report_that_covers_less_than_the_ledger_holds_decides_until_the_close_comes() -> None:
    found = rescued(ledger(unclosed()))
    (whole,) = upto_the_first_sale(found)
    told = replace(TOLD, reaches=(replace(whole, epoch=epoch_code(EPOCH)),))

    assert violated(replace(found, told_closes=(told,), safe=(MOVED,))) == ()
    everything = replace(told, reaches=(replace(whole, to_seq=found.streams[0].upto),))
    assert 4 in violated(replace(found, told_closes=(everything,), safe=(MOVED,)))


@pytest.mark.parametrize(
    "safe", [(), (replace(MOVED, amount=MOVED.amount - 1),), (MOVED, replace(MOVED, entry="f" * 64))]
)
def test_a_safe_that_took_something_else_than_the_report_tells_is_named(safe: tuple[SafeRow, ...]) -> None:
    assert violated(replace(ledger(unclosed()), told_closes=(TOLD,), safe=safe)) == (17,)


def test_a_report_of_a_close_that_is_only_wished_moves_nothing() -> None:
    wished = replace(ledger(unclosed(), status="open"), told_closes=(TOLD,))

    assert violated(wished) == ()
    assert violated(replace(wished, safe=(MOVED,))) == (17,)


def test_what_a_report_moved_is_taken_back_when_the_close_itself_comes() -> None:
    found = replace(ledger(two_days()), told_closes=(TOLD,))
    both = (*found.safe, MOVED)

    assert violated(replace(found, safe=(*both, replace(MOVED, amount=-MOVED.amount)))) == ()
    assert violated(replace(found, safe=both)) == (17,)
