"""The safe: what cash-ups, loans, pickups and forced floats bring and take, and when."""

from collections import Counter
from dataclasses import replace

import pytest

from tillday_contracts.entries import TenderCount
from tillday_contracts.movement_entries import MovementKind
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import SESSION, WrittenJournal, counted
from unit.till_service.ledgers import Ledger

NEXT_SESSION = "1" * 32


def balance(ledger: Ledger) -> dict[str, int]:
    """What lies in the safe, by tender."""
    sums: Counter[str] = Counter()
    for row in ledger.safe:
        sums[row.tender] += row.amount
    return {tender: amount for tender, amount in sums.items() if amount}


def test_a_cash_up_brings_what_it_moved_tender_by_tender(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(4_000)
    journal.write(journal.closing(19_000, others=(counted("card", 2_500), counted("voucher", 0))))

    ledger.take(journal, journal.message())

    assert [(row.kind, row.tender, row.amount, row.session_id) for row in ledger.safe] == [
        ("cash_up", "cash", 4_000, SESSION),
        ("cash_up", "card", 2_500, SESSION),
    ]
    assert {row.entry for row in ledger.safe} == {journal.head}


def test_a_tender_counted_below_zero_is_taken_from_the_safe(journal: WrittenJournal, ledger: Ledger) -> None:
    short = TenderCount(
        tender="card", opening=0, expected=-500, counted=-500, difference=0, kept=0, moved=-500
    )
    journal.begin()
    journal.open_till(15_000)
    journal.write(journal.closing(15_000, others=(short,)))

    ledger.take(journal, journal.message())

    assert balance(ledger) == {"card": -500}


@pytest.mark.parametrize(
    ("kind", "amount"), [("loan", -700), ("pickup", 700), ("paid_in", 0), ("paid_out", 0)]
)
def test_loans_and_pickups_move_the_safe_and_nothing_else_does(
    journal: WrittenJournal, ledger: Ledger, kind: MovementKind, amount: int
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move(kind, 700)

    ledger.take(journal, journal.message())

    assert balance(ledger) == ({"cash": amount} if amount else {})


@pytest.mark.parametrize(("kept", "wanted"), [(15_000, 20_000), (15_000, 10_000)])
def test_a_forced_float_comes_from_the_safe_or_goes_there_and_is_no_loan(
    journal: WrittenJournal, ledger: Ledger, kept: int, wanted: int
) -> None:
    journal.begin()
    journal.start_till()
    journal.move_float(kept, wanted)
    journal.confirm_opening(wanted)

    ledger.take(journal, journal.message())

    assert [(row.kind, row.amount, row.session_id) for row in ledger.safe] == [
        ("float", kept - wanted, SESSION)
    ]
    totals = ledger.tenders[(SESSION, "cash")]
    assert (totals.opening, totals.loans, totals.pickups) == (wanted, 0, 0)


def test_the_worked_float_keeps_till_and_safe_together(journal: WrittenJournal, ledger: Ledger) -> None:
    """15000 kept, 20000 wanted: 5000 is brought, 1000 sold, 15000 kept again and 6000 moved."""
    journal.begin()
    journal.start_till()
    journal.move_float(15_000, 20_000)
    journal.confirm_opening(20_000)
    journal.sell(1_000)
    journal.close_till(21_000)

    ledger.take(journal, journal.message())

    assert ledger.expected(SESSION) == 21_000
    assert balance(ledger) == {"cash": 1_000}
    assert not ledger.tasks


def test_a_float_moved_after_the_opening_count_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move_float(15_000, 20_000)

    ledger.take(journal, journal.message())

    assert not ledger.safe
    assert [letter.entry.seq for letter in ledger.letters] == [5]


def test_a_float_for_a_session_of_another_terminal_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    stranger = replace(journal, address=TerminalAddress("S1", "T2"), entries=[])
    ledger.register(stranger)
    journal.begin()
    journal.start_till()
    ledger.take(journal, journal.message())
    stranger.begin()
    stranger.move_float(15_000, 20_000)

    ledger.take(stranger, stranger.message())

    assert not ledger.safe
    assert [letter.address.terminal for letter in ledger.letters] == ["T2"]


def test_a_float_of_a_journal_that_was_left_waits_as_evidence(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    ledger.take(journal, journal.message())
    journal.move_float(15_000, 20_000)

    ledger.take(journal, journal.message(4, quarantine=True))

    assert not ledger.safe
    assert not ledger.letters


def test_a_parked_pickup_reaches_the_safe_once_its_session_holds_it(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    journal.move("pickup", 700)
    ledger.take(journal, journal.message())
    before = balance(ledger)
    journal.confirm_opening(15_000)

    ledger.take(journal, journal.message(5))

    assert before == {}
    assert balance(ledger) == {"cash": 700}


@pytest.mark.parametrize("together", [True, False])
def test_a_pickup_that_goes_to_the_rescue_session_is_taken_back_from_the_safe(
    journal: WrittenJournal, ledger: Ledger, together: bool
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move("pickup", 700)
    journal.close_till(15_000, to_seq=4)

    if together:
        ledger.take(journal, journal.message())
    else:
        ledger.take(journal, journal.message(1, 5))
        ledger.take(journal, journal.message(6))

    assert balance(ledger) == {}
    assert [row.amount for row in ledger.safe] == ([] if together else [700, -700])
    (rescue,) = ledger.rescues[SESSION]
    assert ledger.expected(rescue.session_id) == -700


def test_a_close_told_twice_brings_its_money_once(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(4_000)
    journal.close_till(19_000)
    journal.write(journal.closing(19_000, n=2))

    ledger.take(journal, journal.message())
    ledger.take(journal, journal.message())

    assert balance(ledger) == {"cash": 4_000}
    assert [letter.entry.seq for letter in ledger.letters] == [8]
