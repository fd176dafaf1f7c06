"""A till closed from the back office: what is known of its count, and what the terminal says afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from till_service.domain.back_office import SILENCE, answers, evidence_in, refused_to_close, refused_to_say
from till_service.domain.sessions import ClosedInBack, Posted, is_undecided
from tillday_contracts.close_evidence import UnreadableEvidence
from tillday_contracts.close_messages import BackCloseTold, Evidence, TypedReport, TypedTender
from tillday_contracts.entries import CashUpCancelled, CashUpStarted, TillClosed
from tillday_contracts.till_messages import TaskRaised, TillSessionChanged
from unit.till_service.back_office import close_command, no_close_command, scanned, typed
from unit.till_service.journals import CASHIER, NOON, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger


def no_report(_closed: TillClosed) -> None:
    return None


Report = Callable[[TillClosed], Evidence | None]
REPORTS: dict[str, Report] = {"without amounts": no_report, "typed": typed, "scanned": scanned}


def a_day(journal: WrittenJournal) -> TillClosed:
    """15000 in the till, three sales, of which the ledger has the first; the close is written, not sent."""
    journal.begin()
    journal.open_till(15_000)
    for amount in (1_000, 3_000, 2_500):
        journal.sell(amount)
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    closed = journal.closing(21_500)
    journal.write(closed)
    return closed


def kept(ledger: Ledger) -> dict[str, int]:
    last = [e for e in ledger.events_of(TillSessionChanged) if isinstance(e, TillSessionChanged)][-1]
    return {amount.tender: amount.amount for amount in last.kept}


def safe(ledger: Ledger) -> int:
    return sum(row.amount for row in ledger.safe)


def kinds(ledger: Ledger) -> list[str]:
    return [task.kind for task in ledger.tasks]


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_the_terminals_own_close_makes_all_kinds_of_evidence_end_alike(
    journal: WrittenJournal, ledger: Ledger, report: Report
) -> None:
    closed = a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    assert ledger.close_till(close_command(report(closed))) == "B-1"

    ledger.take(journal, journal.message(6))

    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    assert {p.placement for p in ledger.placed.values()} == {"session"}
    assert len(ledger.placed) == 3
    assert ledger.expected(SESSION) == 21_500
    assert (kept(ledger), safe(ledger)) == ({"cash": 15_000}, 6_500)
    assert (ledger.tasks, ledger.letters) == ([], [])


def test_without_amounts_all_that_is_expected_is_kept_and_follows_what_joins(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    ledger.close_till(close_command())
    at_first, moved = kept(ledger), safe(ledger)

    ledger.take(journal, journal.message(6, 6))

    assert (at_first, moved) == ({"cash": 16_000}, 0)
    assert (kept(ledger), safe(ledger)) == ({"cash": 19_000}, 0)
    assert is_undecided(ledger.sessions[SESSION])


@pytest.mark.parametrize("report", [typed, scanned])
def test_a_report_says_what_was_kept_moved_and_covered(
    journal: WrittenJournal, ledger: Ledger, report: Report
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    closed = journal.closing(16_000)
    journal.sell(700)
    ledger.take(journal, journal.message())

    ledger.close_till(close_command(report(closed)))

    assert (kept(ledger), safe(ledger)) == ({"cash": 15_000}, 1_000)
    assert [p.placement for p in ledger.placed.values()] == ["session", "rescue"]
    assert ledger.expected(SESSION) == 16_000


def test_all_that_is_known_of_the_close_is_told_whenever_somebody_says_more(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    closed = a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    ledger.close_till(close_command())
    ledger.close_till(close_command(typed(closed)))
    ledger.say_no_close(no_close_command())

    told = [event for event in ledger.events if isinstance(event, BackCloseTold)]

    assert [(one.number, one.source, one.no_close_by) for one in told] == [
        ("B-1", "none", None),
        ("B-1", "typed", None),
        ("B-1", "typed", "SV1"),
    ]
    assert [(t.tender, t.counted, t.kept) for t in told[1].tenders] == [("cash", 21_500, 15_000)]
    assert BackCloseTold.model_validate_json(told[2].model_dump_json()) == told[2]


def test_a_report_without_short_forms_leaves_the_session_undecided(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    closed = a_day(journal)
    ledger.take(journal, journal.message(1, 5))

    ledger.close_till(close_command(typed(closed, members=False, kept=False)))

    assert is_undecided(ledger.sessions[SESSION])
    assert kept(ledger) == {"cash": 21_500}


def test_a_report_may_be_told_after_the_close(journal: WrittenJournal, ledger: Ledger) -> None:
    closed = a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    first = ledger.close_till(close_command())

    again = ledger.close_till(close_command(scanned(closed)))

    assert (first, again) == ("B-1", "B-1")
    assert kept(ledger) == {"cash": 15_000}
    assert not is_undecided(ledger.sessions[SESSION])


def test_closes_of_a_store_are_numbered_without_gaps(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    numbers = []
    for session in ("1" * 32, "2" * 32, "3" * 32):
        journal.session = session
        first = len(journal.entries) + 1
        journal.open_till(15_000)
        ledger.take(journal, journal.message(1 if first == 3 else first))
        numbers.append(ledger.close_till(close_command(session=session)))

    assert numbers == ["B-1", "B-2", "B-3"]


def test_a_report_that_says_something_else_than_the_close_is_a_task(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    wrong = TypedReport(tenders=(TypedTender(tender="cash", counted=20_000, kept=15_000),))
    ledger.close_till(close_command(wrong))

    ledger.take(journal, journal.message(6))

    assert kinds(ledger) == ["evidence_differs"]
    assert (kept(ledger), safe(ledger)) == ({"cash": 15_000}, 6_500)
    assert len(ledger.events_of(TaskRaised)) == 1


@pytest.mark.parametrize("first", [5, 9], ids=["before its entry arrived", "after"])
def test_a_short_form_of_another_journal_is_a_task_whenever_its_entry_arrives(
    journal: WrittenJournal, ledger: Ledger, first: int
) -> None:
    closed = a_day(journal)
    member = closed.manifest[0].model_copy(update={"to_hash": "f" * 64, "to_seq": 7})
    strange = closed.model_copy(update={"manifest": (member,)})
    last = min(first, len(journal.entries) - 1)
    ledger.take(journal, journal.message(1, last))
    ledger.close_till(close_command(typed(strange)))

    if last < 7:
        ledger.take(journal, journal.message(last + 1, 8))

    assert kinds(ledger) == ["short_form_differs"]


def test_no_close_will_come_decides_what_was_sold(journal: WrittenJournal, ledger: Ledger) -> None:
    a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    ledger.close_till(close_command())

    ledger.say_no_close(no_close_command())
    ledger.take(journal, journal.message(6, 7))

    assert not is_undecided(ledger.sessions[SESSION])
    assert [p.placement for p in ledger.placed.values()] == ["session", "rescue", "rescue"]
    assert kept(ledger) == {"cash": 16_000}


def test_a_close_that_comes_after_all_brings_its_count_and_not_its_manifest(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    a_day(journal)
    ledger.take(journal, journal.message(1, 5))
    ledger.close_till(close_command())
    ledger.say_no_close(no_close_command())

    ledger.take(journal, journal.message(6))

    assert [p.placement for p in ledger.placed.values()] == ["session", "rescue", "rescue"]
    assert (kept(ledger), safe(ledger)) == ({"cash": 15_000}, 6_500)
    assert ledger.tasks == []


def test_the_steps_of_a_late_cash_up_are_no_faults(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    ledger.close_till(close_command())
    journal.write(CashUpStarted(session_id=SESSION, by=CASHIER))
    journal.write(CashUpCancelled(session_id=SESSION, by=CASHIER))
    journal.close_till(15_000)

    ledger.take(journal, journal.message(5))

    assert ledger.letters == []
    assert kept(ledger) == {"cash": 15_000}


def test_a_close_that_arrives_after_posting_is_kept_and_is_a_task(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    a_day(journal)
    ledger.take(journal, journal.message(1, 7))
    ledger.close_till(close_command())
    closed = ledger.sessions[SESSION]
    assert isinstance(closed, ClosedInBack)
    ledger.sessions[SESSION] = Posted(closed.facts, None, closed.back)

    ledger.take(journal, journal.message(8))

    assert kinds(ledger) == ["posted_before_close"]
    assert isinstance(ledger.sessions[SESSION], Posted)
    assert SESSION in ledger.closes


@pytest.mark.parametrize(
    ("silent", "answering"),
    [(timedelta(0), True), (SILENCE - timedelta(seconds=1), True), (SILENCE, False), (None, False)],
)
def test_a_terminal_answers_until_it_was_silent_for_two_and_a_half_minutes(
    silent: timedelta | None, answering: bool
) -> None:
    assert answers(None if silent is None else NOON - silent, NOON) is answering


def test_a_till_that_is_closed_or_not_counted_or_unknown_is_not_closed_from_here(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.start_till()
    ledger.take(journal, journal.message())
    not_counted = ledger.sessions[SESSION]
    journal.confirm_opening(15_000)
    journal.close_till(15_000)
    ledger.take(journal, journal.message(4))

    refused = [refused_to_close(session) for session in (None, not_counted, ledger.sessions[SESSION])]

    assert [r.code for r in refused if r is not None] == ["unknown_session", "not_counted", "closed"]


def test_nobody_says_no_close_of_a_till_that_is_open_or_has_its_close(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    still_open = ledger.sessions[SESSION]
    journal.close_till(15_000)
    ledger.take(journal, journal.message(5))

    refused = [refused_to_say(session) for session in (None, still_open, ledger.sessions[SESSION])]

    assert [r.code for r in refused if r is not None] == ["unknown_session", "open", "close_known"]


def test_the_report_of_another_session_is_refused(journal: WrittenJournal) -> None:
    closed = a_day(journal)

    with pytest.raises(UnreadableEvidence, match="another session"):
        evidence_in(close_command(scanned(closed), session="9" * 32), at=NOON)
