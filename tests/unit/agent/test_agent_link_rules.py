"""The terminal's half of the link: what goes out, and what an answer is believed."""

import random
from dataclasses import replace

from agent_shop import EPOCH, IDENTITY, NOON, TODAY
from terminal_agent.core.answers import (
    Alarm,
    ClearAcks,
    ClearStamps,
    Known,
    LeaveEpoch,
    MarkAcked,
    TakeState,
    places_to_know,
    receive,
)
from terminal_agent.core.chain import Entry, Head, Moment, extend, first_break, verifies
from terminal_agent.core.drain import (
    Drain,
    JournalView,
    connected,
    hello_is_due,
    hello_said,
    next_due,
    online,
    reported_stamps,
)
from terminal_agent.core.sending import Fetch, Launch, fitting, launch, next_fetch, overdue, resend_seconds
from tillday_contracts.entries import Boot, TillState
from tillday_contracts.journal import MAX_BATCH_BYTES, JournalBatch
from tillday_contracts.link import (
    Ack,
    BadMac,
    Behind,
    Continue,
    Fork,
    Gap,
    Rewind,
    StateVerdict,
    Stop,
    Verdict,
)

TIMELINE = "1" * 16
BOOT = Boot(nonce="2" * 32, version="test")


def journal(count: int, epoch: str = EPOCH) -> list[Entry]:
    return list(extend(IDENTITY, Head(epoch), [BOOT] * count, Moment(NOON, 0, 1)))


def view_of(entries: list[Entry], acked: int = 0, **changes: object) -> JournalView:
    head = entries[-1].head
    low = entries[acked] if acked < len(entries) else None
    view = JournalView(
        head=head,
        low_seq=acked + 1,
        low_hash=low.hash if low else None,
        low_prev=entries[acked - 1].hash if acked else "0" * 64,
        pending=len(entries) - acked,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


class Line:
    """A terminal on the line: sends what is due, hears answers."""

    def __init__(self, entries: list[Entry], acked: int = 0, **changes: object) -> None:
        self.entries, self.acked, self.changes = entries, acked, changes
        self.now = 100.0
        self.drain = connected(Drain(), at=self.now)

    @property
    def view(self) -> JournalView:
        return view_of(self.entries, self.acked, **self.changes)

    def send(self) -> list[JournalBatch]:
        sent: list[JournalBatch] = []
        while (fetch := next_fetch(self.drain, self.view)) is not None:
            loaded = self.entries[fetch.first - 1 : fetch.first - 1 + fetch.limit]
            self.drain, batch = launch(self.drain, fetch, loaded, Launch(1, self.now, 0.5))
            sent.append(batch)
        return sent

    def hear(self, verdict: Verdict, **known: object) -> tuple[object, ...]:
        hashes = {
            (epoch, seq): self.entries[seq - 1].hash
            for epoch, seq in places_to_know([verdict])
            if epoch == EPOCH and 0 < seq <= len(self.entries)
        }
        facts = Known(hashes, **known)  # type: ignore[arg-type]
        self.drain, effects = receive(self.drain, self.view, facts, verdict, at=self.now)
        for effect in effects:
            if isinstance(effect, MarkAcked):
                self.acked = max(self.acked, effect.seq)
            if isinstance(effect, ClearAcks):
                self.acked = effect.from_seq - 1
        return effects

    def ack(self, seq: int, window: int = 256) -> Ack:
        return Ack(
            epoch=EPOCH, seq=seq, hash=self.entries[seq - 1].hash, timeline=TIMELINE, c=seq, window=window
        )


def spans(batches: list[JournalBatch]) -> list[tuple[int, int]]:
    return [(batch.entries[0].seq, batch.entries[-1].seq) for batch in batches]


def test_entries_are_chained_and_a_changed_byte_breaks_the_chain_there() -> None:
    entries = journal(5)
    assert first_break(IDENTITY.key, entries, after=Head(EPOCH)) is None

    entries[2] = replace(entries[2], data=entries[2].data.replace(b"test", b"tesT"))

    assert not verifies(IDENTITY.key, entries[2])
    assert first_break(IDENTITY.key, entries, after=Head(EPOCH)) is entries[2]


def test_a_removed_entry_breaks_the_chain() -> None:
    entries = journal(5)
    del entries[2]

    assert first_break(IDENTITY.key, entries, after=Head(EPOCH)) is entries[2]


def test_a_small_backlog_goes_out_at_once_and_nothing_twice() -> None:
    line = Line(journal(10))

    assert spans(line.send()) == [(1, 10)]
    assert line.send() == []


def test_at_most_four_messages_are_in_flight() -> None:
    line = Line(journal(300))
    line.drain = replace(line.drain, window=64)
    line.hear(line.ack(1, window=256))

    assert spans(line.send()) == [(2, 257), (258, 300)]

    many = Line(journal(1500))
    assert len(many.send()) == 4


def test_history_goes_in_one_message_of_64_while_others_are_live() -> None:
    line = Line(journal(300))
    line.hear(line.ack(1, window=64))

    assert spans(line.send()) == [(2, 65)]
    line.hear(line.ack(65, window=64))
    assert spans(line.send()) == [(66, 129)]


def test_an_ack_is_believed_only_if_the_own_hash_agrees() -> None:
    line = Line(journal(10))
    line.send()
    wrong = line.ack(5).model_copy(update={"hash": "f" * 64})

    assert line.hear(wrong) == ()
    assert hello_is_due(line.drain, at=line.now)


def test_an_ack_of_an_unknown_epoch_marks_nothing() -> None:
    line = Line(journal(3))

    assert line.hear(line.ack(2).model_copy(update={"epoch": "9" * 16})) == ()


def test_an_ack_beyond_the_own_head_marks_nothing() -> None:
    line = Line(journal(3))

    assert line.hear(line.ack(2).model_copy(update={"seq": 4})) == ()


def test_odd_answers_cause_one_hello_in_five_seconds() -> None:
    line = Line(journal(10))
    line.drain = hello_said(line.drain, at=line.now)
    wrong = line.ack(5).model_copy(update={"hash": "f" * 64})

    line.hear(wrong)
    assert hello_is_due(line.drain, at=line.now)
    line.drain = hello_said(line.drain, at=line.now)
    line.hear(wrong)
    assert not hello_is_due(line.drain, at=line.now + 4.9)
    assert hello_is_due(line.drain, at=line.now + 5.0)


def test_silence_is_answered_by_sending_again_from_the_lowest_one_message_at_a_time() -> None:
    line = Line(journal(600))
    first = line.send()
    line.now += 5.0 * 1.2
    line.drain = overdue(line.drain, at=line.now)

    again = line.send()

    assert len(again) == 1
    assert spans(again) == spans(first)[:1]


def test_the_patience_grows_to_a_minute() -> None:
    assert [round(resend_seconds(attempt, 0.5)) for attempt in range(6)] == [5, 10, 20, 40, 60, 60]
    assert resend_seconds(0, 0.0) < resend_seconds(0, 0.99)


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


def test_entries_of_an_epoch_left_travel_as_quarantine_and_are_acknowledged_singly() -> None:
    old, new = journal(5, "8" * 16), journal(2)
    view = view_of(new, acked=2, left="8" * 16)
    drain = connected(Drain(), at=0.0)
    fetch = next_fetch(drain, view)
    assert fetch == Fetch("8" * 16, 1, 64, quarantine=True)

    drain, batch = launch(drain, fetch, old[2:], Launch(1, 0.0, 0.5))

    assert batch.quarantine
    assert next_fetch(drain, view) is None
    for entry in old[2:]:
        single = Ack(epoch="8" * 16, seq=entry.seq, hash=entry.hash, timeline=TIMELINE, c=1, single=True)
        known = Known({("8" * 16, entry.seq): entry.hash})
        drain, effects = receive(drain, view, known, single, at=1.0)
        assert effects == (MarkAcked("8" * 16, entry.seq, TIMELINE, 1, single=True),)
    assert next_fetch(drain, view) is not None


def test_a_message_is_cut_at_its_size_and_at_holes() -> None:
    big = [replace(entry, data=b"x" * 30_000) for entry in journal(20)]
    cut = fitting(big)
    assert sum(len(entry.data) * 4 / 3 for entry in cut) <= MAX_BATCH_BYTES
    assert 5 <= len(cut) <= 6

    holes = journal(6)
    del holes[3]
    assert len(fitting(holes)) == 3


def test_every_timeline_is_reported_in_turn() -> None:
    stamps = [(f"{number:016x}", number) for number in range(50)]
    newest = {timeline for timeline, _ in stamps[:16]}
    seen: set[str] = set()
    drain = Drain()
    for _ in range(3):
        told = reported_stamps(drain, stamps)
        assert len(told) <= 32
        assert newest <= told.keys()
        seen |= told.keys()
        drain = hello_said(drain, at=0.0)

    assert len(seen) == 50


def test_the_back_office_is_there_while_it_was_heard_in_the_last_150_seconds() -> None:
    line = Line(journal(3))
    assert not online(line.drain, at=line.now)
    line.hear(Continue(epoch=EPOCH))

    assert online(line.drain, at=line.now + 149)
    assert not online(line.drain, at=line.now + 150)
    assert next_due(line.drain) is not None


def test_whatever_is_lost_delayed_or_doubled_everything_is_acknowledged_in_the_end() -> None:
    for seed in range(30):
        chance = random.Random(seed)
        line = Line(journal(700))
        held = 0
        for _ in range(3000):
            line.now += 1.0
            line.drain = overdue(line.drain, at=line.now)
            for batch in line.send():
                if chance.random() < 0.3:
                    continue
                first, last = batch.entries[0].seq, batch.entries[-1].seq
                if first > held + 1:
                    line.hear(Gap(epoch=EPOCH, from_seq=held + 1))
                    continue
                held = max(held, last)
                for _ in range(chance.choice((0, 1, 2))):
                    line.hear(line.ack(held, window=chance.choice((64, 256))))
            if line.acked == 700:
                break
        assert line.acked == 700, f"seed {seed}"
