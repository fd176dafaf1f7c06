"""Entries of an epoch that was left: stored by hash, acked one by one, never lost."""

import pytest

from till_service.domain.streams import StreamId
from tillday_contracts.entries import Attested, SignedIn
from tillday_contracts.link import Ack
from tillday_contracts.till_messages import EntriesRecorded, TerminalAttested
from unit.till_service.journals import DAY, WrittenJournal, tampered
from unit.till_service.ledgers import Ledger

NEXT_EPOCH = "09b1e77c4d20f3a5"


@pytest.fixture
def lost(journal: WrittenJournal, ledger: Ledger) -> WrittenJournal:
    """A branch that parted from the ledger's journal after the till was opened."""
    journal.begin()
    journal.open_till(15_000)
    branch = journal.copied()
    journal.sell(4_000)
    ledger.take(journal, journal.message())
    branch.sell(500)
    return branch


def test_a_forked_sale_goes_to_the_rescue_session_of_the_session_it_names(
    lost: WrittenJournal, ledger: Ledger
) -> None:
    (ack,) = ledger.take(lost, lost.message(5, quarantine=True))

    assert isinstance(ack, Ack)
    assert (ack.single, ack.seq, ack.hash) == (True, 5, lost.head)
    (rescue,) = ledger.rescues[lost.session]
    row = ledger.journal[lost.head]
    assert (row.placement, row.session_id) == ("rescue", rescue.session_id)
    assert ledger.expected(lost.session) == 19_000
    assert ledger.expected(rescue.session_id) == 500


def test_left_entries_do_not_move_the_position_of_their_epoch(lost: WrittenJournal, ledger: Ledger) -> None:
    lost.write(SignedIn(person="C1"))

    answers = ledger.take(lost, lost.message(5, quarantine=True))

    assert [item.seq for item in answers if isinstance(item, Ack) and item.single] == [5, 6]
    assert ledger.streams[StreamId(lost.address, lost.epoch)].upto == 5


def test_a_left_entry_sent_again_is_acked_with_the_stamp_of_its_row(
    lost: WrittenJournal, ledger: Ledger
) -> None:
    ledger.take(lost, lost.message(5, quarantine=True))
    ledger.c = 40

    (ack,) = ledger.take(lost, lost.message(5, quarantine=True))

    assert isinstance(ack, Ack)
    assert ack.c == 2
    assert ledger.expected(ledger.rescues[lost.session][0].session_id) == 500


def test_quarantine_for_an_entry_already_in_the_ledger_acks_it_and_changes_nothing(
    lost: WrittenJournal, ledger: Ledger
) -> None:
    (ack,) = ledger.take(lost, lost.message(4, 4, quarantine=True))

    assert isinstance(ack, Ack)
    assert (ack.seq, ack.c) == (4, 1)
    assert not ledger.journal[ack.hash].entry.quarantine


def test_an_entry_stored_as_quarantine_that_then_comes_in_its_place_has_no_second_effect(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    journal.sell(500)
    ledger.take(journal, journal.message(5, quarantine=True))

    (ack,) = ledger.take(journal, journal.message(5))
    (again,) = ledger.take(journal, journal.message(5))

    assert isinstance(ack, Ack)
    assert isinstance(again, Ack)
    assert (ack.seq, ack.c) == (5, 3), "the position's stamp, not the row's"
    assert again.c == 3
    assert ledger.expected(journal.session) == 15_000
    assert ledger.placed[journal.head].placement == "rescue"


def test_left_bytes_that_nobody_can_prove_are_kept_as_a_dead_letter_and_acked(
    lost: WrittenJournal, ledger: Ledger
) -> None:
    bad = tampered(lost.entries[4])

    (ack,) = ledger.take(lost, lost.message_of(bad, quarantine=True))

    assert isinstance(ack, Ack)
    assert (ack.single, ack.hash) == (True, bad.hash)
    assert [letter.entry.hash for letter in ledger.letters] == [bad.hash]
    assert bad.hash not in ledger.journal


def test_a_left_count_or_attestation_is_evidence_without_effect(lost: WrittenJournal, ledger: Ledger) -> None:
    lost.write(Attested(business_date=DAY, revision=7))
    lost.close_till(15_500)

    ledger.take(lost, lost.message(6, quarantine=True))

    assert not ledger.events_of(TerminalAttested)
    assert not ledger.closes
    recorded = [event for event in ledger.events if isinstance(event, EntriesRecorded)][-1]
    assert {(entry.placement, entry.quarantine) for entry in recorded.entries} == {("none", True)}


def test_the_new_epoch_may_arrive_before_the_last_of_the_old_one(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    journal.sell(700)
    after = journal.next_epoch(NEXT_EPOCH)
    after.begin(follows=journal.position())
    after.sell(900)

    ledger.take(after, after.message())
    ledger.take(journal, journal.message(5, quarantine=True))

    assert ledger.expected(journal.session) == 15_900
    assert ledger.expected(ledger.rescues[journal.session][0].session_id) == 700


def test_a_fork_inside_a_fork_keeps_every_sale_once(lost: WrittenJournal, ledger: Ledger) -> None:
    second = lost.copied()
    lost.sell(600)
    second.sell(800)

    ledger.take(lost, lost.message(5, quarantine=True))
    ledger.take(second, second.message(5, quarantine=True))

    assert sorted(placed.placement for placed in ledger.placed.values()) == ["rescue"] * 3 + ["session"]
    assert ledger.expected(ledger.rescues[lost.session][0].session_id) == 500 + 600 + 800


def test_a_left_sale_of_a_session_nobody_knows_is_parked_under_it(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    journal.sell(500)

    ledger.take(journal, journal.message(quarantine=True))

    assert [(sale.placement, sale.session_id) for sale in ledger.placed.values()] == [
        ("parked", journal.session)
    ]
    assert not ledger.streams
