"""A terminal that answers hears first that its till is to be closed; its own close decides."""

from itertools import permutations

import pytest

from till_service.domain.sessions import ClosedInBack, ClosingCount, Open, is_undecided
from tillday_contracts.entries import CashUpCancelled, CashUpStarted, CloseHeard, Genesis, TillState
from tillday_contracts.till_messages import TillSessionChanged
from unit.till_service.back_office import SUPERVISOR, close_command, no_close_command, scanned, typed
from unit.till_service.journals import CASHIER, NOON, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

HEARD = CloseHeard(session_id=SESSION, desired_rev=7)


def begun(journal: WrittenJournal, ledger: Ledger) -> None:
    """15000 in the till and a sale of 1000, all of it in the ledger."""
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    ledger.take(journal, journal.message())


def wish(ledger: Ledger, evidence: object = None) -> str:
    return ledger.close_till(close_command(evidence), heard_at=NOON)  # type: ignore[arg-type]


def arrives(ledger: Ledger, journal: WrittenJournal, *, after: int) -> None:
    ledger.take(journal, journal.message(after + 1))


def told(ledger: Ledger) -> TillSessionChanged:
    last = ledger.events_of(TillSessionChanged)[-1]
    assert isinstance(last, TillSessionChanged)
    return last


def safe(ledger: Ledger) -> int:
    return sum(row.amount for row in ledger.safe)


def kinds(ledger: Ledger) -> list[str]:
    return [task.kind for task in ledger.tasks]


def test_the_till_of_a_terminal_that_answers_stays_open_until_the_terminal_has_heard(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)

    assert wish(ledger) == "B-1"
    assert isinstance(ledger.sessions[SESSION], Open)
    assert (told(ledger).status, told(ledger).close_wished) == ("open", True)
    journal.sell(3_000)
    journal.write(HEARD)
    arrives(ledger, journal, after=5)

    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    assert is_undecided(ledger.sessions[SESSION])
    assert (told(ledger).status, told(ledger).close_wished) == ("closed_back", False)
    closes = [e for e in ledger.events_of(TillSessionChanged) if getattr(e, "status", "") == "closed_back"]
    assert getattr(closes[0], "by", None) == SUPERVISOR, "whoever wished it has closed it"
    assert [part.amount for part in told(ledger).kept] == [19_000]
    assert ledger.expected(SESSION) == 19_000
    assert ledger.letters == []


def test_the_cash_up_that_follows_is_the_sessions_count(journal: WrittenJournal, ledger: Ledger) -> None:
    begun(journal, ledger)
    wish(ledger)
    journal.write(HEARD, CashUpStarted(session_id=SESSION, by=CASHIER))
    journal.write(CashUpCancelled(session_id=SESSION, by=CASHIER))
    journal.close_till(16_000)
    arrives(ledger, journal, after=5)

    session = ledger.sessions[SESSION]
    assert isinstance(session, ClosedInBack)
    assert session.close is not None
    assert session.back is not None
    assert (session.back.number, safe(ledger), kinds(ledger)) == ("B-1", 1_000, [])
    assert [part.amount for part in told(ledger).kept] == [15_000]
    assert ledger.letters == []


def test_a_terminal_that_closes_before_it_heard_has_closed_what_was_wished_closed(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    arrives(ledger, journal, after=5)
    wish(ledger)
    assert isinstance(ledger.sessions[SESSION], ClosingCount)
    journal.write(journal.closing(16_000))
    arrives(ledger, journal, after=6)

    session = ledger.sessions[SESSION]
    assert isinstance(session, ClosedInBack)
    assert session.close is not None
    assert told(ledger).close_wished is False
    assert safe(ledger) == 1_000


@pytest.mark.parametrize("report", [typed, scanned])
def test_the_figures_of_a_wish_count_from_the_hearing_to_the_terminals_own_close(
    journal: WrittenJournal, ledger: Ledger, report: object
) -> None:
    begun(journal, ledger)
    closed = journal.closing(16_000)
    assert callable(report)
    wish(ledger, report(closed))
    asked = safe(ledger)
    journal.write(HEARD)
    arrives(ledger, journal, after=5)
    heard, kept = safe(ledger), told(ledger).kept
    journal.write(closed)
    arrives(ledger, journal, after=6)

    assert (asked, heard, safe(ledger)) == (0, 1_000, 1_000)
    assert [part.amount for part in kept] == [15_000]
    assert kinds(ledger) == []


def test_a_close_that_says_something_else_than_the_wish_is_a_task(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    wish(ledger, typed(journal.closing(16_000), members=False))
    journal.write(HEARD)
    journal.close_till(16_010)
    arrives(ledger, journal, after=5)

    assert "evidence_differs" in kinds(ledger)
    assert safe(ledger) == 1_010


def test_a_terminal_that_falls_silent_before_it_heard_is_closed_under_the_number_of_the_wish(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    first = wish(ledger)

    again = ledger.close_till(close_command())

    assert (first, again, ledger.numbers) == ("B-1", "B-1", 1)
    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    ledger.say_no_close(no_close_command())


def test_asking_again_is_the_same_wish_and_may_add_its_figures(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    closed = journal.closing(16_000)

    numbers = [wish(ledger), wish(ledger, scanned(closed)), wish(ledger)]

    session = ledger.sessions[SESSION]
    assert numbers == ["B-1"] * 3
    assert isinstance(session, Open)
    assert session.wish is not None
    assert session.wish.evidence is not None
    assert safe(ledger) == 0


def test_a_terminal_that_lost_its_disk_tells_in_a_new_epoch_of_the_close_that_was_wished(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    wish(ledger)
    state = TillState(till=journal.till, session_id=SESSION, status="closed_front", business_date=journal.day)
    new = journal.next_epoch("9" * 16)
    new.write(Genesis(key_id=new.key_id, follows=journal.position(), till_state=state))
    ledger.take(new, new.message())

    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    assert [part.amount for part in told(ledger).kept] == [16_000]


def test_hearing_of_a_wish_that_the_ledger_lost_changes_nothing(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    journal.write(HEARD)
    arrives(ledger, journal, after=5)

    assert isinstance(ledger.sessions[SESSION], Open)
    assert ledger.letters == []


@pytest.mark.parametrize("order", list(permutations(("wish", "silence", "journal"))))
def test_whatever_comes_first_the_session_ends_with_the_same_figures(
    order: tuple[str, ...], journal: WrittenJournal, ledger: Ledger
) -> None:
    begun(journal, ledger)
    journal.sell(3_000)
    journal.write(HEARD)
    journal.close_till(19_000)

    for act in order:
        session = ledger.sessions[SESSION]
        running = isinstance(session, Open | ClosingCount | ClosedInBack)
        if act == "journal":
            arrives(ledger, journal, after=5)
        elif running:
            ledger.close_till(close_command(), heard_at=NOON if act == "wish" else None)

    assert (ledger.expected(SESSION), safe(ledger), kinds(ledger)) == (19_000, 4_000, [])
    assert {placed.placement for placed in ledger.placed.values()} == {"session"}
    assert [part.amount for part in told(ledger).kept] == [15_000]
