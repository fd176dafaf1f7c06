"""Bytes that are not what they should be: they wait at the desk and never wedge a terminal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from till_service.domain.incoming import UnreadableMessage, read_message
from tillday_contracts.entries import Boot, SignedIn
from tillday_contracts.link import BadMac
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import WrittenJournal
from unit.till_service.ledgers import Ledger
from unit.till_service.test_till_service_intake import OTHER_EPOCH, ack_of


def test_bytes_that_name_another_terminal_than_their_topic_go_to_the_desk_and_consume_their_position(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    journal.write_bytes(journal.bytes_of(journal.sale(), terminal="T2"))

    ack = ack_of(ledger.take(journal, journal.message()))

    assert ack.seq == 5
    assert "another store or terminal" in ledger.letters[0].reason
    assert ledger.expected(journal.session) == 15_000


def test_bytes_sent_under_another_sequence_than_they_hold_prove_nothing(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.write(SignedIn(person="C1"))
    ledger.take(journal, journal.message())
    relabelled = journal.entries[2].model_copy(update={"seq": 2})

    assert ledger.take(journal, journal.message_of(relabelled)) == (BadMac(epoch=journal.epoch, seq=2),)


def test_a_genesis_sent_under_another_epoch_creates_nothing(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    relabelled = replace(journal, epoch=OTHER_EPOCH)

    answers = ledger.take(relabelled, relabelled.message())

    assert answers == (BadMac(epoch=OTHER_EPOCH, seq=1),)
    assert not ledger.streams


def test_an_epoch_that_does_not_begin_with_a_genesis_lives_on_after_its_first_entry_went_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.write(Boot(nonce="0" * 32, version="1"))
    journal.write(SignedIn(person="C1"))

    ack = ack_of(ledger.take(journal, journal.message()))

    assert ack.seq == 2
    assert [row.placement for row in ledger.journal.values()] == ["desk", "none"]


def test_a_genesis_that_names_a_key_other_than_the_one_that_proves_it_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    honest = journal.key_id
    journal.key_id = "f" * 16
    journal.begin()
    journal.key_id = honest

    ack_of(ledger.take(journal, journal.message()))

    assert [letter.entry.seq for letter in ledger.letters] == [1]


def test_an_entry_the_database_refuses_consumes_its_position_and_waits_on_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    bad = journal.sell(1_000)

    ack = ack_of(ledger.take(journal, journal.message(), condemned={bad.hash: "out of range"}))

    assert ack.seq == 5
    assert ledger.letters[0].reason == "out of range"
    assert ledger.expected(journal.session) == 15_000


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b'{"v":1}', b"\xff\xfe", b'{"v":2,"boot_no":1,"epoch":"5f0c3a9d17e2b846","entries":[]}'],
)
def test_a_message_that_is_no_journal_batch_is_told_apart_from_a_bad_entry(data: bytes) -> None:
    with pytest.raises(UnreadableMessage):
        read_message(TerminalAddress("S1", "T1"), data)


def test_an_oversize_message_is_refused_before_it_is_read() -> None:
    with pytest.raises(UnreadableMessage, match="bytes where at most"):
        read_message(TerminalAddress("S1", "T1"), b" " * (512 * 1024 + 1))


def test_an_oversize_entry_goes_to_the_desk_alone(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.write_bytes(b'{"a":"' + b"x" * 33_000 + b'"}')
    journal.write(SignedIn(person="C1"))

    assert ack_of(ledger.take(journal, journal.message())).seq == 4
    assert [letter.entry.seq for letter in ledger.letters] == [3]


def test_an_instant_that_no_calendar_holds_goes_to_the_desk_and_one_from_1970_does_not(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.at = datetime(1970, 1, 1, tzinfo=UTC)
    journal.begin()
    journal.at = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    journal.write(SignedIn(person="C1"))

    assert ack_of(ledger.take(journal, journal.message())).seq == 3
    assert [letter.reason for letter in ledger.letters] == ["its instant lies outside the calendar"]


def test_an_entry_in_the_chain_whose_bytes_hold_a_wrong_number_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.write_bytes(journal.bytes_of(SignedIn(person="C1"), seq=7))

    assert ack_of(ledger.take(journal, journal.message())).seq == 3
    assert "another epoch or sequence" in ledger.letters[0].reason
