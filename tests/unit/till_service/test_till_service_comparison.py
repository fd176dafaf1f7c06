"""A close is compared with the ledger once, when everything that it covers has arrived."""

from itertools import permutations

import pytest

from tillday_contracts.entries import ManifestMember, TenderAmount, TillState
from tillday_contracts.till_messages import TaskRaised
from unit.till_service.journals import DAY, SESSION, WrittenJournal, counted
from unit.till_service.ledgers import Ledger


def closed(journal: WrittenJournal, expected: int) -> WrittenJournal:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.close_till(expected)
    return journal


def test_a_close_that_expected_what_the_ledger_does_raises_no_task(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    closed(journal, 16_000)

    ledger.take(journal, journal.message())

    assert not ledger.tasks


@pytest.mark.parametrize("piecewise", [True, False])
def test_a_close_that_expected_something_else_raises_one_task_that_names_both_amounts(
    journal: WrittenJournal, ledger: Ledger, piecewise: bool
) -> None:
    closed(journal, 16_300)

    if piecewise:
        for entry in journal.entries:
            ledger.take(journal, journal.message_of(entry))
    else:
        ledger.take(journal, journal.message())
    ledger.take(journal, journal.message())

    (task,) = ledger.tasks
    assert (task.kind, task.facts.session_id) == ("expected_differs", SESSION)
    assert "cash 16300 and the ledger 16000" in task.text
    assert task.entry == journal.head


def test_the_task_is_told_to_the_other_services(journal: WrittenJournal, ledger: Ledger) -> None:
    closed(journal, 16_300)

    ledger.take(journal, journal.message())

    (told,) = [event for event in ledger.events if isinstance(event, TaskRaised)]
    assert (told.store, told.terminal, told.till, told.session_id) == ("S1", "T1", "T1-A", SESSION)
    assert TaskRaised.model_validate_json(told.model_dump_json()) == told


def test_the_figures_of_the_close_stay_as_its_terminal_recorded_them(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    closed(journal, 16_300)

    ledger.take(journal, journal.message())

    assert ledger.closes[SESSION].tenders[0].expected == 16_300
    assert ledger.expected(SESSION) == 16_000


def test_every_tender_is_compared_those_that_the_close_leaves_out_too(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.move("paid_in", 300, tender="voucher")
    journal.write(journal.closing(15_000, others=(counted("card", 2_500),)))

    ledger.take(journal, journal.message())

    (task,) = ledger.tasks
    assert "card 2500 and the ledger 0, voucher 0 and the ledger 300" in task.text
    assert "cash" not in task.text.split("(minor units)")[0].split("expected")[1]


def test_a_receipt_on_the_desk_is_missing_in_the_ledger_and_shows(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    sale = journal.sale(1_000)
    journal.write_bytes(journal.bytes_of(sale, body=sale.model_dump(mode="json") | {"total": 999}))
    journal.close_till(16_000)

    ledger.take(journal, journal.message())

    assert len(ledger.letters) == 1
    assert "cash 16000 and the ledger 15000" in ledger.tasks[0].text


def two_journals(second_expected: int) -> tuple[WrittenJournal, WrittenJournal]:
    """A session that a replacement closes while the old journal still holds a sale of 1000."""
    old = WrittenJournal()
    old.begin()
    old.open_till(15_000)
    old.sell(1_000)
    told = TillState(
        till=old.till,
        session_id=SESSION,
        status="open",
        business_date=DAY,
        expected=(TenderAmount(tender="cash", amount=15_000),),
    )
    new = WrittenJournal(epoch="09b1e77c4d20f3a5", key_id="2" * 16, key=b"r" * 32)
    new.begin(till_state=told)
    new.sell(200)
    close = new.closing(second_expected)
    member = ManifestMember(terminal="T1", epoch=old.epoch, to_seq=5, to_hash=old.head)
    new.write(close.model_copy(update={"manifest": (*close.manifest, member)}))
    return old, new


def test_a_close_waits_for_the_other_journals_that_it_covers() -> None:
    old, new = two_journals(16_500)
    ledger = Ledger()
    ledger.register(old)
    ledger.register(new)
    ledger.take(old, old.message(1, 4))
    ledger.take(new, new.message())
    before = list(ledger.tasks)

    ledger.take(old, old.message(5))

    assert not before
    assert "cash 16500 and the ledger 16200" in ledger.tasks[0].text


def test_a_close_that_is_completed_and_right_raises_no_task() -> None:
    old, new = two_journals(16_200)
    ledger = Ledger()
    ledger.register(old)
    ledger.register(new)
    ledger.take(old, old.message(1, 4))
    ledger.take(new, new.message())

    ledger.take(old, old.message(5))

    assert not ledger.tasks


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_comes_first_the_close_is_compared_once(order: tuple[int, ...]) -> None:
    old, new = two_journals(16_500)
    parts = [(old, old.message(1, 4)), (old, old.message(5)), (new, new.message())]
    ledger = Ledger()
    ledger.register(old)
    ledger.register(new)

    # A part that comes before an earlier one is refused as a gap, and sent again.
    for part in (*order, 0, 1, 2):
        ledger.take(*parts[part])

    assert len(ledger.tasks) == 1
    assert ledger.expected(SESSION) == 16_200


def test_what_comes_after_the_count_changes_nothing_in_the_comparison(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    closed(journal, 16_000)
    journal.sell(700)
    journal.move("paid_out", 100)

    ledger.take(journal, journal.message(1, 5))
    ledger.take(journal, journal.message(6))

    assert not ledger.tasks
    assert ledger.expected(SESSION) == 16_000
