"""What the terminal makes of the ledger's verdicts: each is checked against its own journal."""

from agent_line import TIMELINE, Line, journal, spans
from agent_shop import EPOCH, TODAY
from terminal_agent.core.answers import (
    Alarm,
    ClearAcks,
    ClearStamps,
    LeaveEpoch,
    TakeState,
)
from terminal_agent.core.drain import (
    hello_is_due,
    hello_said,
)
from tillday_contracts.entries import TillState
from tillday_contracts.link import BadMac, Behind, Continue, Fork, Gap, Rewind, StateVerdict, Stop


def test_a_gap_is_filled_from_where_the_ledger_ends_acknowledged_entries_included() -> None:
    line = Line(journal(10), acked=8)

    assert line.hear(Gap(epoch=EPOCH, from_seq=4)) == (ClearAcks(EPOCH, 4),)
    assert spans(line.send()) == [(4, 10)]


def test_after_a_gap_one_message_waits_for_its_ack() -> None:
    line = Line(journal(900))
    line.send()
    line.hear(Gap(epoch=EPOCH, from_seq=1))

    assert spans(line.send()) == [(1, 256)]
    line.hear(line.ack(256))
    assert len(line.send()) == 3


def test_a_gap_of_another_epoch_or_beyond_the_head_changes_nothing() -> None:
    line = Line(journal(10), acked=10)

    assert line.hear(Gap(epoch="9" * 16, from_seq=2)) == ()
    assert line.hear(Gap(epoch=EPOCH, from_seq=11)) == ()
    assert line.send() == []


def test_a_gap_below_what_is_held_closes_the_epoch_with_an_alarm() -> None:
    line = Line(journal(10), acked=10, first_held=6)

    effects = line.hear(Gap(epoch=EPOCH, from_seq=2))

    assert isinstance(effects[0], Alarm)
    assert "SERVER BEHIND" in effects[0].text
    assert effects[1] == ClearAcks(EPOCH, 6)
    assert isinstance(effects[2], LeaveEpoch)


def test_a_rewind_clears_exactly_the_stamps_it_names_and_says_hello_at_once() -> None:
    line = Line(journal(10), acked=10)
    line.drain = hello_said(line.drain, at=line.now)

    assert line.hear(Rewind(valid={TIMELINE: 4})) == (ClearStamps({TIMELINE: 4}),)
    assert hello_is_due(line.drain, at=line.now)


def test_a_fork_is_believed_where_the_own_hash_differs() -> None:
    line = Line(journal(10), acked=5)

    effects = line.hear(Fork(epoch=EPOCH, at=6, hash="f" * 64))

    leave = effects[-1]
    assert isinstance(leave, LeaveEpoch)
    assert leave.reason == "fork"
    assert leave.follows is not None
    assert (leave.follows.seq, leave.follows.hash) == (5, line.entries[4].hash)


def test_a_fork_that_does_not_concern_this_journal_is_ignored() -> None:
    line = Line(journal(10), acked=5)

    assert line.hear(Fork(epoch=EPOCH, at=6, hash=line.entries[5].hash)) == ()
    assert line.hear(Fork(epoch=EPOCH, at=11, hash="f" * 64)) == ()
    assert line.hear(Fork(epoch="9" * 16, at=6, hash="f" * 64)) == ()


def test_a_restored_terminal_goes_on_after_the_ledgers_head_with_its_view_of_the_till() -> None:
    told = TillState(till="TILL1", session_id="5" * 32, status="open", business_date=TODAY)
    line = Line(journal(10), acked=10)

    leave = line.hear(Behind(epoch=EPOCH, head_seq=14, head_hash="e" * 64, state=(told,)))[-1]

    assert isinstance(leave, LeaveEpoch)
    assert leave.state == (told,)
    assert leave.follows is not None
    assert (leave.follows.seq, leave.follows.hash) == (14, "e" * 64)


def test_behind_is_ignored_by_a_journal_that_is_not() -> None:
    line = Line(journal(10))

    assert line.hear(Behind(epoch=EPOCH, head_seq=10, head_hash="e" * 64)) == ()
    assert line.hear(Behind(epoch="9" * 16, head_seq=99, head_hash="e" * 64)) == ()


def test_bytes_damaged_on_the_way_are_sent_again_own_damage_closes_the_epoch() -> None:
    line = Line(journal(10))
    assert line.hear(BadMac(epoch=EPOCH, seq=4)) == ()
    assert hello_is_due(line.drain, at=line.now)

    effects = line.hear(BadMac(epoch=EPOCH, seq=4), broken=frozenset({(EPOCH, 4)}))

    leave = effects[-1]
    assert isinstance(leave, LeaveEpoch)
    assert leave.reason == "damaged"
    assert leave.follows is not None
    assert leave.follows.seq == 3


def test_a_stop_starts_nothing_more_until_another_answer_comes() -> None:
    line = Line(journal(3))

    line.hear(Stop(reason="stolen"))
    assert line.drain.stopped is not None
    line.hear(Continue(epoch=EPOCH))
    assert line.drain.stopped is None


def test_a_view_of_the_tills_counts_only_for_the_very_head_it_was_made_for() -> None:
    line = Line(journal(4), acked=4)
    head = line.entries[-1]
    state = (TillState(till="TILL1"),)

    told = StateVerdict(epoch=EPOCH, head_seq=4, head_hash=head.hash, state=state)
    assert line.hear(told) == (TakeState(state),)
    assert line.hear(told.model_copy(update={"head_seq": 3})) == ()
