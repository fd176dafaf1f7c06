"""The answer to a HELLO, row by row."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from till_service.domain.streams import Held, Stamp, StreamId
from till_service.domain.verdicts import View, answer, differ, proves
from tillday_contracts.entries import SignedIn, TenderAmount, TillState
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.link import Ack, Behind, Continue, Fork, Gap, Hello, Rewind, StateVerdict, Stop
from unit.till_service.journals import SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

KNOWN = "a" * 16
UNKNOWN = "b" * 16
CASH = TenderAmount(tender="cash", amount=15_000)
NO_CARD = TenderAmount(tender="card", amount=0)
OPEN = TillState(till="T1-A", session_id=SESSION, status="open")


def view_of(ledger: Ledger, journal: WrittenJournal, **changes: object) -> View:
    stream_id = StreamId(journal.address, journal.epoch)
    view = View(
        terminal=ledger.terminals[journal.address],
        stream=ledger.streams.get(stream_id),
        held={seq: held for (stream, seq), held in ledger.positions.items() if stream == stream_id},
        counts={ledger.timeline: ledger.c},
    )
    return view._replace(**changes)  # type: ignore[arg-type]


@pytest.fixture
def taken(journal: WrittenJournal, ledger: Ledger) -> WrittenJournal:
    journal.begin()
    journal.open_till()
    ledger.take(journal, journal.message())
    return journal


def test_a_revoked_terminal_is_stopped_before_anything_else(taken: WrittenJournal, ledger: Ledger) -> None:
    view = view_of(ledger, taken)
    view = view._replace(terminal=replace(view.terminal, revoked=True))

    (verdict,) = answer(taken.hello(acked={UNKNOWN: 3}), view)

    assert isinstance(verdict, Stop)


def test_a_terminal_nobody_knows_yet_continues_without_an_ack(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()

    assert answer(journal.hello(), view_of(ledger, journal)) == (Continue(epoch=journal.epoch),)


def test_an_empty_terminal_continues(journal: WrittenJournal, ledger: Ledger) -> None:
    assert answer(journal.hello(), view_of(ledger, journal)) == (Continue(epoch=journal.epoch),)


def test_an_ack_of_a_timeline_the_ledger_does_not_know_is_rewound_to_nothing(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    hello = taken.hello(acked_upto=4, acked={KNOWN: 1, UNKNOWN: 7})

    assert answer(hello, view_of(ledger, taken)) == (Rewind(valid={UNKNOWN: 0}),)


def test_an_ack_beyond_the_highest_count_of_its_timeline_is_rewound_to_that_count(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    hello = taken.hello(acked_upto=4, acked={KNOWN: 5})

    assert answer(hello, view_of(ledger, taken)) == (Rewind(valid={KNOWN: 1}),)


def test_rewind_comes_before_fork(taken: WrittenJournal, ledger: Ledger) -> None:
    hello = taken.hello(acked_upto=2, low_prev="9" * 64, acked={UNKNOWN: 1})

    assert isinstance(answer(hello, view_of(ledger, taken))[0], Rewind)


def test_a_lowest_entry_that_follows_another_hash_is_a_fork_before_it(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    hello = taken.hello(acked_upto=2, low_prev="9" * 64)

    verdict = answer(hello, view_of(ledger, taken, state=(OPEN,)))

    assert verdict == (Fork(epoch=taken.epoch, at=2, hash=taken.entries[1].hash, state=(OPEN,)),)


def test_a_lowest_entry_other_than_the_ledgers_is_a_fork_there(taken: WrittenJournal, ledger: Ledger) -> None:
    clone = taken.copied(upto=2)
    clone.write(SignedIn(person="C9"))

    verdict = answer(clone.hello(acked_upto=2), view_of(ledger, taken))

    assert verdict == (Fork(epoch=taken.epoch, at=3, hash=taken.entries[2].hash),)


def test_hashes_are_compared_only_where_the_ledger_holds_one(taken: WrittenJournal, ledger: Ledger) -> None:
    taken.write(SignedIn(person="C1"))
    taken.write(SignedIn(person="C2"))

    (verdict,) = answer(taken.hello(acked_upto=5), view_of(ledger, taken))

    assert verdict == Gap(epoch=taken.epoch, from_seq=5)


def test_a_restored_backup_that_wrote_nothing_since_is_behind(taken: WrittenJournal, ledger: Ledger) -> None:
    restored = taken.copied(upto=2)

    (verdict,) = answer(restored.hello(acked_upto=2), view_of(ledger, taken, state=(OPEN,)))

    assert verdict == Behind(epoch=taken.epoch, head_seq=4, head_hash=taken.head, state=(OPEN,))


def test_a_clone_that_never_sold_is_behind_too(taken: WrittenJournal, ledger: Ledger) -> None:
    clone = taken.copied(upto=3)

    assert isinstance(answer(clone.hello(acked_upto=1), view_of(ledger, taken))[0], Behind)


def test_an_emptied_terminal_of_a_known_epoch_is_behind(taken: WrittenJournal, ledger: Ledger) -> None:
    empty = taken.copied(upto=0)

    assert isinstance(answer(empty.hello(), view_of(ledger, taken))[0], Behind)


def test_a_terminal_that_acked_more_than_the_ledger_holds_is_asked_for_the_gap(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    for _ in range(3):
        taken.write(SignedIn(person="C1"))

    assert answer(taken.hello(acked_upto=6), view_of(ledger, taken)) == (Gap(epoch=taken.epoch, from_seq=5),)


def test_equal_journals_with_another_view_of_the_till_get_the_ledgers_state(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    told = OPEN.model_copy(update={"status": "opening_count"})

    (verdict,) = answer(taken.hello(acked_upto=4, state=(told,)), view_of(ledger, taken, state=(OPEN,)))

    assert verdict == StateVerdict(epoch=taken.epoch, head_seq=4, head_hash=taken.head, state=(OPEN,))


@pytest.mark.parametrize(
    ("told", "known", "agree"),
    [
        ({}, {}, True),
        ({"status": "opening_count", "expected": (CASH,)}, {"status": "opening_count"}, True),
        ({"expected": (CASH, NO_CARD)}, {"expected": (CASH,)}, True),
        ({"expected": (CASH,)}, {}, False),
        ({"last_receipt": 1}, {"last_receipt": 2}, False),
        ({"status": "closed_front", "kept": (CASH,)}, {"status": "closed_front", "expected": (CASH,)}, False),
        ({"session_id": None, "status": "none"}, {"session_id": None, "status": "none"}, True),
    ],
)
def test_views_agree_when_session_money_and_numbers_do(
    told: dict[str, object], known: dict[str, object], agree: bool
) -> None:
    assert differ((OPEN.model_copy(update=told),), (OPEN.model_copy(update=known),)) is not agree


def test_a_view_is_not_compared_while_entries_are_on_their_way(taken: WrittenJournal, ledger: Ledger) -> None:
    told = OPEN.model_copy(update={"status": "opening_count"})

    verdicts = answer(taken.hello(acked_upto=3, state=(told,)), view_of(ledger, taken, state=(OPEN,)))

    assert [verdict.kind for verdict in verdicts] == ["ACK", "CONTINUE"]


def test_equal_journals_continue_with_an_ack_of_the_head_and_the_stamp_of_its_position(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    view = view_of(ledger, taken, window=64)
    position = {**view.held, 4: Held(taken.head, Stamp(KNOWN, 17))}
    hello = taken.hello(acked_upto=1)

    ack, go_on = answer(hello, view._replace(held=position))

    assert isinstance(ack, Ack)
    assert (ack.seq, ack.hash, ack.timeline, ack.c, ack.window) == (4, taken.head, KNOWN, 17, 64)
    assert go_on == Continue(epoch=taken.epoch)


def test_the_last_equal_entry_is_acked_when_newer_ones_are_on_their_way(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    taken.write(SignedIn(person="C1"))

    ack, _ = answer(taken.hello(acked_upto=2), view_of(ledger, taken))

    assert isinstance(ack, Ack)
    assert (ack.seq, ack.hash) == (3, taken.entries[2].hash)


def test_two_hellos_in_flight_get_answers_that_agree(taken: WrittenJournal, ledger: Ledger) -> None:
    hello = taken.hello(acked_upto=2)

    first = answer(hello, view_of(ledger, taken))
    second = answer(hello.model_copy(update={"n": 2}), view_of(ledger, taken))

    assert first == second


def test_a_hello_is_proven_by_the_key_of_its_epoch_and_by_no_other(
    taken: WrittenJournal, ledger: Ledger
) -> None:
    view = view_of(ledger, taken)
    terminal = replace(view.terminal, keys={**view.terminal.keys, "0" * 16: b"o" * 32})
    sealed, foreign = taken.sealed(taken.hello()), taken.sealed(taken.hello(), key=b"o" * 32)

    assert proves(terminal, view.stream, sealed.data, sealed.mac)
    assert not proves(terminal, view.stream, foreign.data, foreign.mac)
    assert proves(terminal, None, foreign.data, foreign.mac)


def test_a_hello_from_a_future_version_is_not_guessed_at(taken: WrittenJournal) -> None:
    future = taken.hello().model_dump(mode="json") | {"v": 2}

    with pytest.raises(ValidationError):
        Hello.model_validate(future)


def test_the_zero_hash_stands_before_the_first_entry(journal: WrittenJournal, ledger: Ledger) -> None:
    assert view_of(ledger, journal).hash_at(0) == ZERO_HASH
    assert view_of(ledger, journal).hash_at(1) is None
