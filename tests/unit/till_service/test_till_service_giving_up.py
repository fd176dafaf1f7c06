"""Only a person's word makes a rescue session of what is parked; counts that come after all still count."""

from till_service.domain.sessions import ClosedInBack, Open
from tillday_contracts.entries import ReceiptDeleted
from tillday_contracts.till_messages import EntriesRecorded, TillSessionChanged
from unit.till_service.back_office import no_close_command
from unit.till_service.journals import CASHIER, NOON, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger


def places(ledger: Ledger) -> set[str]:
    return {placed.placement for placed in ledger.placed.values()}


def told(ledger: Ledger) -> TillSessionChanged:
    last = ledger.events_of(TillSessionChanged)[-1]
    assert isinstance(last, TillSessionChanged)
    return last


def sold_uncounted(journal: WrittenJournal, ledger: Ledger, *, begun: bool) -> None:
    """Two sales whose opening count is not known, and whose start is known or not."""
    journal.begin()
    if begun:
        journal.start_till()
    journal.sell(500)
    journal.sell(700)
    ledger.take(journal, journal.message())
    assert places(ledger) == {"parked"}


def test_what_is_parked_under_an_unknown_session_is_rescued_by_a_persons_word(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=False)

    ledger.give_up(no_close_command())

    session = ledger.sessions[SESSION]
    assert isinstance(session, ClosedInBack)
    assert session.facts.recovered
    assert places(ledger) == {"rescue"}
    ((rescue,),) = ledger.rescues.values()
    assert ledger.expected(rescue.session_id) == 1_200
    assert (told(ledger).status, told(ledger).kept) == ("closed_back", ())


def test_a_till_that_was_never_counted_is_given_up_and_stands_in_nobodys_way(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=True)

    ledger.give_up(no_close_command())

    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    assert places(ledger) == {"rescue"}


def test_while_the_terminal_answers_its_opening_count_is_finished_there(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=True)

    refused = ledger.give_up(no_close_command(), heard_at=NOON)

    assert refused is not None
    assert refused.code == "terminal_answers"
    assert places(ledger) == {"parked"}


def test_what_comes_later_for_a_session_that_was_given_up_is_rescued_too(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=True)
    ledger.give_up(no_close_command())

    journal.sell(900)
    ledger.take(journal, journal.message(6))

    assert places(ledger) == {"rescue"}
    ((rescue,),) = ledger.rescues.values()
    assert ledger.expected(rescue.session_id) == 2_100


def test_counts_that_come_after_all_are_the_sessions_and_the_word_decides_what_was_sold(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=False)
    ledger.give_up(no_close_command())

    journal.open_till(15_000)
    journal.close_till(16_200)
    ledger.take(journal, journal.message(5))

    session = ledger.sessions[SESSION]
    assert isinstance(session, ClosedInBack)
    assert session.close is not None
    assert places(ledger) == {"rescue"}
    assert ledger.expected(SESSION) == 15_000
    assert [part.amount for part in told(ledger).kept] == [15_000]
    assert sum(row.amount for row in ledger.safe) == 1_200
    assert ledger.letters == []


def test_control_without_the_word_the_opening_count_routes_what_is_parked(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    sold_uncounted(journal, ledger, begun=True)

    journal.confirm_opening(15_000)
    ledger.take(journal, journal.message(6))

    assert isinstance(ledger.sessions[SESSION], Open)
    assert places(ledger) == {"session"}


def test_a_deleted_receipt_stands_in_the_history_of_its_session_and_moves_no_money(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    lines = journal.sale(500).lines
    named = {"session_id": SESSION, "till": journal.till, "receipt": "a" * 32, "lines": lines, "total": 500}
    journal.write(ReceiptDeleted.model_validate({**named, "by": CASHIER, "allowed_by": "SV1"}))
    ledger.take(journal, journal.message())

    recorded = [e for event in ledger.events_of(EntriesRecorded) for e in event.entries]  # type: ignore[attr-defined]
    (deleted,) = [entry for entry in recorded if entry.type == "RECEIPT_DELETED"]
    assert (deleted.session_id, deleted.placement, deleted.body["allowed_by"]) == (SESSION, "none", "SV1")
    assert ledger.expected(SESSION) == 15_000
