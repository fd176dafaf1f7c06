"""A journal key that others may know: what it proves is kept, and decided by a person."""

from dataclasses import replace

import pytest

from till_service.domain.streams import StreamId
from till_service.domain.verdicts import proves
from tillday_contracts.link import Ack, BadMac
from unit.till_service.journals import WrittenJournal, tampered
from unit.till_service.ledgers import Ledger

NEXT_EPOCH, NEXT_KEY, NEXT_KEY_ID = "09b1e77c4d20f3a5", bytes(reversed(range(32))), "d" * 16


@pytest.fixture
def sold(journal: WrittenJournal, ledger: Ledger) -> WrittenJournal:
    """A till in the ledger, and one sale that is not there yet."""
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    journal.sell(500)
    return journal


def give_up(ledger: Ledger, journal: WrittenJournal) -> None:
    known = ledger.terminals[journal.address]
    ledger.terminals[journal.address] = replace(known, compromised=frozenset(known.keys))


def singly(answers: tuple[object, ...]) -> list[int]:
    return [item.seq for item in answers if isinstance(item, Ack) and item.single]


def test_entries_beyond_the_ledgers_head_wait_for_a_person_and_take_no_position(
    sold: WrittenJournal, ledger: Ledger
) -> None:
    give_up(ledger, sold)
    sold.sell(700)

    answers = ledger.take(sold, sold.message(4))

    assert [type(item).__name__ for item in answers] == ["Ack", "Ack", "Ack"]
    assert answers[0].seq == 4, "what the ledger held before stays acknowledged"  # type: ignore[union-attr]
    assert singly(answers) == [5, 6]
    assert ledger.streams[StreamId(sold.address, sold.epoch)].upto == 4
    (rescue,) = ledger.rescues[sold.session]
    assert ledger.expected(rescue.session_id) == 1_200
    assert ledger.expected(sold.session) == 15_000
    assert ledger.journal[sold.head].entry.quarantine


def test_before_the_key_is_given_up_the_same_entries_count(sold: WrittenJournal, ledger: Ledger) -> None:
    """The control."""
    answers = ledger.take(sold, sold.message(5))

    assert singly(answers) == []
    assert ledger.expected(sold.session) == 15_500
    assert not ledger.rescues


def test_sent_again_as_quarantine_they_are_known(sold: WrittenJournal, ledger: Ledger) -> None:
    give_up(ledger, sold)
    ledger.take(sold, sold.message(5))
    before = dict(ledger.journal)

    answers = ledger.take(sold, sold.message(5, quarantine=True))

    assert singly(answers) == [5]
    assert ledger.journal == before


def test_a_given_up_key_begins_no_epoch(sold: WrittenJournal, ledger: Ledger) -> None:
    give_up(ledger, sold)
    forged = WrittenJournal(sold.address, NEXT_EPOCH)
    forged.begin()

    answers = ledger.take(forged, forged.message())

    assert singly(answers) == [1, 2]
    assert StreamId(sold.address, NEXT_EPOCH) not in ledger.streams


def test_the_key_given_afterwards_counts_at_once(sold: WrittenJournal, ledger: Ledger) -> None:
    fresh = WrittenJournal(sold.address, NEXT_EPOCH, NEXT_KEY, NEXT_KEY_ID)
    ledger.register(fresh)
    known = ledger.terminals[sold.address]
    ledger.terminals[sold.address] = replace(known, compromised=frozenset({sold.key_id}))
    fresh.begin()

    ledger.take(fresh, fresh.message())

    assert ledger.streams[StreamId(sold.address, NEXT_EPOCH)].upto == 2


def test_bytes_that_even_that_key_does_not_prove_are_no_entries(sold: WrittenJournal, ledger: Ledger) -> None:
    give_up(ledger, sold)

    (answer,) = ledger.take(sold, sold.message_of(tampered(sold.entries[-1])))

    assert isinstance(answer, BadMac)
    assert len(ledger.letters) == 1


def test_a_hello_of_a_given_up_key_is_nobodys(sold: WrittenJournal, ledger: Ledger) -> None:
    stream = ledger.streams[StreamId(sold.address, sold.epoch)]
    sealed = sold.sealed(sold.hello())
    terminal = ledger.terminals[sold.address]
    assert proves(terminal, stream, sealed.data, sealed.mac), "the control"

    given_up = replace(terminal, compromised=frozenset({sold.key_id}))

    assert not proves(given_up, stream, sealed.data, sealed.mac)
    assert not proves(given_up, None, sealed.data, sealed.mac)
