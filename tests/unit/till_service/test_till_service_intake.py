"""Taking journals: known here, MAC, position, effect."""

from dataclasses import replace
from datetime import timedelta

from till_service.domain.streams import StreamId
from tillday_contracts.entries import SignedIn
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import WireEntry, chain_hash
from tillday_contracts.link import Ack, BadMac, Fork, Gap, Verdict
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import WrittenJournal, tampered
from unit.till_service.ledgers import Ledger

OTHER_EPOCH = "09b1e77c4d20f3a5"


def ack_of(answers: tuple[Verdict, ...]) -> Ack:
    (ack,) = answers
    assert isinstance(ack, Ack)
    return ack


def upto(ledger: Ledger, journal: WrittenJournal) -> int:
    return ledger.streams[StreamId(journal.address, journal.epoch)].upto


def test_a_new_epoch_is_created_from_its_genesis_and_acked_once_for_the_whole_message(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()

    ack = ack_of(ledger.take(journal, journal.message()))

    assert (ack.epoch, ack.seq, ack.hash) == (journal.epoch, 4, journal.head)
    assert (ack.timeline, ack.c, ack.single) == (ledger.timeline, 1, False)
    assert upto(ledger, journal) == 4
    assert len(ledger.journal) == 4


def test_an_epoch_unknown_to_the_ledger_that_does_not_begin_at_its_genesis_is_asked_for_from_the_first_entry(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()

    answers = ledger.take(journal, journal.message(2))

    assert answers == (Gap(epoch=journal.epoch, from_seq=1),)
    assert not ledger.journal


def test_a_redelivered_message_has_no_second_effect_and_is_acked_with_its_own_last_hash_and_stamp(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    journal.sell(1_000)
    first = journal.message()
    ledger.take(journal, first)
    journal.sell(500)
    ledger.take(journal, journal.message(6))
    before = dict(ledger.tenders)

    ack = ack_of(ledger.take(journal, first))

    assert (ack.seq, ack.hash, ack.c) == (5, journal.entries[4].hash, 1)
    assert ledger.tenders == before
    assert upto(ledger, journal) == 6


def test_a_message_that_overlaps_what_is_known_is_taken_from_its_first_new_entry(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    ledger.take(journal, journal.message())
    journal.open_till()

    ack = ack_of(ledger.take(journal, journal.message()))

    assert (ack.seq, ack.c) == (4, 2)


def test_the_same_message_twice_in_one_batch_counts_once(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)

    ack = ack_of(ledger.take(journal, journal.message(), journal.message()))

    assert ack.seq == 5
    assert ledger.expected(journal.session) == 16_000


def test_bytes_changed_on_the_way_do_not_consume_their_position(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.write(SignedIn(person="C1"))
    journal.write(SignedIn(person="C2"))
    bad = journal.message_of(*journal.entries[:2], tampered(journal.entries[2]), journal.entries[3])

    answers = ledger.take(journal, bad)

    assert isinstance(answers[0], Ack)
    assert answers[0].seq == 2
    assert answers[1:] == (BadMac(epoch=journal.epoch, seq=3),)
    assert upto(ledger, journal) == 2
    (letter,) = ledger.letters
    assert letter.entry.seq == 3

    assert ack_of(ledger.take(journal, journal.message(3))).seq == 4


def test_the_mac_is_asked_before_the_position_so_changed_bytes_never_look_like_a_fork(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    ledger.take(journal, journal.message())
    old = journal.entries[1]
    forged = old.model_copy(update={"hash": chain_hash(b"x" * 32, old.prev, old.data)})

    answers = ledger.take(journal, journal.message_of(forged))

    assert answers == (BadMac(epoch=journal.epoch, seq=2),)


def test_entries_of_a_terminal_whose_key_nobody_registered_are_kept_as_dead_letters(
    journal: WrittenJournal,
) -> None:
    ledger = Ledger()
    journal.begin()

    answers = ledger.take(journal, journal.message())

    assert answers == (BadMac(epoch=journal.epoch, seq=1),)
    assert [letter.entry.seq for letter in ledger.letters] == [1]
    assert not ledger.streams


def test_an_entry_ahead_of_the_ledger_is_told_where_the_gap_begins_and_only_once_in_five_seconds(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    ledger.take(journal, journal.message(1, 1))

    first = ledger.take(journal, journal.message(3))
    again = ledger.take(journal, journal.message(4))
    ledger.now += timedelta(seconds=5)
    later = ledger.take(journal, journal.message(4))

    assert first == (Gap(epoch=journal.epoch, from_seq=2),)
    assert again == ()
    assert later == (Gap(epoch=journal.epoch, from_seq=2),)
    assert upto(ledger, journal) == 1


def test_a_sequence_used_again_for_another_entry_is_a_fork_at_that_position(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    restored = journal.copied(upto=3)
    ledger.take(journal, journal.message())
    restored.write(SignedIn(person="C9"))

    answers = ledger.take(restored, restored.message(4))

    assert answers == (Fork(epoch=journal.epoch, at=4, hash=journal.entries[3].hash),)
    assert len(ledger.journal) == 4


def test_a_sequence_used_again_after_a_crash_before_commit_is_no_fork_because_the_first_was_never_sent(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    lost = journal.copied()
    lost.write(SignedIn(person="C9"))
    journal.write(SignedIn(person="C1"))

    assert ack_of(ledger.take(journal, journal.message())).seq == 3


def test_an_entry_that_follows_another_hash_than_the_head_is_a_fork_at_the_head(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    clone = journal.copied()
    journal.write(SignedIn(person="C1"))
    ledger.take(journal, journal.message())
    clone.write(SignedIn(person="C2"))
    clone.write(SignedIn(person="C2"))

    answers = ledger.take(clone, clone.message(4))

    assert answers == (Fork(epoch=journal.epoch, at=3, hash=journal.head),)


def test_entries_accepted_before_a_fork_are_acked_first_and_the_rest_is_dropped(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    clone = journal.copied(upto=1)
    clone.write(SignedIn(person="C7"), SignedIn(person="C8"), SignedIn(person="C9"))
    ledger.take(journal, journal.message(1, 1))

    ack, verdict = ledger.take(journal, journal.message_of(journal.entries[1], *clone.entries[2:]))

    assert isinstance(ack, Ack)
    assert ack.seq == 2
    assert verdict == Fork(epoch=journal.epoch, at=2, hash=journal.head)


def test_one_bad_entry_in_the_middle_never_wedges_the_terminal(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    journal.write_bytes(journal.bytes_of(SignedIn(person="C1"), type="FROM_THE_FUTURE"))
    journal.write_bytes(b"not even JSON")
    journal.write_bytes(journal.bytes_of(SignedIn(person="C1"), body={"person": "no code!"}))
    journal.sell(1_000)

    ack = ack_of(ledger.take(journal, journal.message()))

    assert ack.seq == 8
    assert [row.placement for row in ledger.journal.values()][4:] == ["desk", "desk", "desk", "session"]
    assert [letter.entry.seq for letter in ledger.letters] == [5, 6, 7]
    assert ledger.expected(journal.session) == 16_000


def test_terminals_in_one_batch_are_answered_apart(journal: WrittenJournal, ledger: Ledger) -> None:
    other = WrittenJournal(address=TerminalAddress("S1", "T2"), key_id="0" * 16, key=b"k" * 32)
    ledger.register(other)
    journal.begin()
    other.begin()
    other.write(SignedIn(person="C2"))

    taken = ledger.decide((journal.address, journal.message()), (other.address, other.message(3)))

    assert isinstance(taken.answers[journal.address][0], Ack)
    assert taken.answers[other.address] == (Gap(epoch=other.epoch, from_seq=1),)


def test_an_ack_announces_the_window_it_is_given(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()

    taken = ledger.decide((journal.address, journal.message()), window=64)

    assert ack_of(taken.answers[journal.address]).window == 64


def test_a_batch_of_duplicates_alone_needs_no_ledger_transaction(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    ledger.take(journal, journal.message())

    assert not ledger.decide((journal.address, journal.message())).writes


def test_a_key_of_a_new_epoch_may_be_another_one_while_the_old_epoch_is_still_valid(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    rotated = replace(journal, epoch=OTHER_EPOCH, key=b"n" * 32, key_id="1" * 16, entries=[])
    rotated.begin()
    journal.write(SignedIn(person="C1"))

    refused = ledger.take(rotated, rotated.message())
    ledger.register(rotated)
    taken = ledger.take(rotated, rotated.message(), journal.message())

    assert refused == (BadMac(epoch=OTHER_EPOCH, seq=1),)
    assert [item.seq for item in taken if isinstance(item, Ack)] == [2, 3]


def test_the_first_entry_of_an_epoch_follows_thirty_two_zero_bytes(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    data = journal.entries[0].data
    odd = WireEntry(seq=1, prev="1" * 64, hash=chain_hash(journal.key, "1" * 64, data), data=data)

    assert ledger.take(journal, journal.message_of(odd)) == (Fork(epoch=journal.epoch, at=0, hash=ZERO_HASH),)
