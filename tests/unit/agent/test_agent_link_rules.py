"""What goes out on the link, in which portions, and which acks are believed."""

import random

from agent_line import TIMELINE, Line, journal, spans, view_of
from agent_shop import EPOCH, IDENTITY
from terminal_agent.core.answers import (
    Known,
    MarkAcked,
    receive,
)
from terminal_agent.core.chain import Head, first_break, verifies
from terminal_agent.core.drain import (
    Drain,
    connected,
    hello_is_due,
    hello_said,
    next_due,
    online,
    reported_stamps,
)
from terminal_agent.core.sending import Fetch, Launch, fitting, launch, next_fetch, overdue, resend_seconds
from tillday_contracts.journal import MAX_BATCH_BYTES
from tillday_contracts.link import Ack, Continue, Gap


def test_entries_are_chained_and_a_changed_byte_breaks_the_chain_there() -> None:
    entries = journal(5)
    assert first_break(IDENTITY.key, entries, after=Head(EPOCH)) is None

    entries[2] = entries[2]._replace(data=entries[2].data.replace(b"test", b"tesT"))

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
    line.drain = line.drain._replace(window=64)
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
    big = [entry._replace(data=b"x" * 30_000) for entry in journal(20)]
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
