"""A terminal's journal becomes the ledger: real broker, real MQTT, real PostgreSQL."""

import json
from dataclasses import dataclass, replace

import pytest

from integration.till_service.terminals import TerminalLink, ask, eventually, key_of, linked
from servers import Broker, FreshDatabase
from service_kit.service import Service
from till_service.messaging import journal as intake_module
from till_service.messaging.answers import AckSubject
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.persistence.timeline import LedgerClock
from till_service.settings import TillSettings
from tillday_contracts.entries import SignedIn, TenderAmount, TillState
from tillday_contracts.link import Ack, BadMac, Behind, Continue, Fork, Gap, Rewind, StateVerdict
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import DAY, SESSION, WrittenJournal, tampered

Till = Service[TillSettings]


async def only_row(till: Till, query: str, *arguments: object) -> dict[str, object]:
    async with till.database.connection() as connection:
        (row,) = await connection.fetch(query, *arguments)
    return dict(row)


async def number(till: Till, query: str) -> int:
    async with till.database.connection() as connection:
        return int(await connection.fetchval(query))


async def test_a_day_at_one_till_is_acked_and_stands_in_the_ledger(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.sell(3_000)
    journal.close_till(19_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())

        ack = await terminal.acked(8)

    assert ack.hash == journal.head
    session = await only_row(till_service, "SELECT * FROM till_session")
    assert (session["status"], session["late"], session["business_date"]) == ("closed_front", False, DAY)
    cash = await only_row(till_service, "SELECT opening, sales FROM session_tender")
    assert cash == {"opening": 15_000, "sales": 4_000}
    apples = await only_row(till_service, "SELECT sku, quantity, gross FROM session_product")
    assert apples == {"sku": "4001", "quantity": 2, "gross": 4_000}
    stamp = await only_row(
        till_service, "SELECT DISTINCT x.timeline, x.c FROM journal JOIN ledger_tx x USING (tx)"
    )
    assert (ack.timeline, ack.c) == (stamp["timeline"], stamp["c"])
    close = await only_row(till_service, "SELECT number, tenders FROM till_close")
    assert json.loads(str(close["tenders"]))[0]["kept"] == 15_000


async def test_the_bytes_in_the_ledger_are_the_bytes_the_terminal_hashed(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(2)

    async with till_service.database.connection() as connection:
        rows = await connection.fetch("SELECT hash, prev, data FROM journal ORDER BY seq")
    assert [(row["hash"].hex(), row["prev"].hex(), row["data"]) for row in rows] == [
        (entry.hash, entry.prev, entry.data) for entry in journal.entries
    ]


async def test_events_leave_in_order_for_the_other_services(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(4)

    async def published() -> bool:
        return await number(till_service, "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL") == 3

    await eventually(published)
    subscription = await till_service.nats.jetstream.subscribe("tillday.event.till.>", ordered_consumer=True)
    bodies = [json.loads((await subscription.next_msg(timeout=5)).data) for _ in range(3)]
    assert [body.get("status") for body in bodies] == [None, "opening_count", "open"]
    assert [entry["seq"] for entry in bodies[0]["entries"]] == [1, 2, 3, 4]


async def test_a_repeated_message_is_acked_again_with_the_first_stamp_and_counts_once(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        first = await terminal.acked(5)
        await terminal.send(journal.message())

        assert await terminal.acked(5) == first

    assert (await only_row(till_service, "SELECT sales FROM session_tender"))["sales"] == 1_000
    assert await number(till_service, "SELECT count(*) FROM ledger_tx") == 1


async def test_a_gap_a_changed_byte_and_a_fork_each_get_their_verdict(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    clone = journal.copied(upto=3)
    clone.write(SignedIn(person="C9"))
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message(1, 1))
        await terminal.acked(1)

        await terminal.send(journal.message(3))
        assert await terminal.answer() == (Gap(epoch=journal.epoch, from_seq=2),)

        await terminal.send(journal.message_of(tampered(journal.entries[1])))
        assert await terminal.answer() == (BadMac(epoch=journal.epoch, seq=2),)

        await terminal.send(journal.message(2))
        await terminal.acked(4)
        await terminal.send(clone.message(4))
        (fork,) = await terminal.answer()

    assert isinstance(fork, Fork)
    assert (fork.at, fork.hash) == (4, journal.head)
    assert [(state.session_id, state.status) for state in fork.state] == [(SESSION, "open")]
    letter = await only_row(till_service, "SELECT subject, attempts FROM dead_letter")
    assert letter == {"subject": "pos.S1.T1.journal.v1", "attempts": 1}


async def test_an_entry_the_database_cannot_hold_waits_on_the_desk_and_delays_nobody(
    till_service: Till, broker: Broker, journal: WrittenJournal, migrated: FreshDatabase
) -> None:
    other = WrittenJournal(address=TerminalAddress("S1", "T2"), key_id="0" * 16, key=b"k" * 32)
    other.session = "2" * 32
    await ask(till_service, key_of(other))
    owner = await migrated.connect()
    await owner.execute("ALTER TABLE till.sale ADD CHECK (total <> 666)")
    await owner.close()
    journal.begin()
    journal.open_till(15_000)
    journal.sell(666)
    journal.sell(1_000)
    other.begin()
    other.open_till(20_000)
    with linked(broker, journal) as terminal, linked(broker, other) as neighbour:
        await terminal.send(journal.message())
        await neighbour.send(other.message())

        assert (await terminal.acked(6)).hash == journal.head
        await neighbour.acked(4)

    desk = await only_row(till_service, "SELECT seq, reason FROM journal WHERE placement = 'desk'")
    assert desk == {"seq": 5, "reason": "the ledger cannot hold it (CheckViolationError)"}
    cash = await only_row(till_service, "SELECT sales FROM session_tender WHERE session_id = $1", SESSION)
    assert cash["sales"] == 1_000
    assert await number(till_service, "SELECT count(*) FROM dead_letter") == 1


@dataclass
class Delivered:
    """A message as the consumer hands it over."""

    subject: str
    data: bytes


async def test_a_rush_of_history_is_taken_in_several_transactions(
    till_service: Till, broker: Broker, journal: WrittenJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "MOST_ENTRIES", 3)
    clock = LedgerClock(random_bytes=till_service.random_bytes, writer="test")
    answers = AckSubject(till_service.database, till_service.nats.publish, till_service.now)
    around = Surroundings(till_service.now, till_service.random_bytes)
    intake = JournalIntake(till_service.database, clock, answers, around)
    journal.begin()
    journal.open_till(15_000)
    subject = journal.address.subject("journal")
    with linked(broker, journal) as terminal:
        await intake.handle([Delivered(subject, journal.message_of(entry)) for entry in journal.entries])

        assert (await terminal.acked(4)).c == 2

    async with till_service.database.connection() as connection:
        taken = await connection.fetch("SELECT count(*) FROM journal GROUP BY tx ORDER BY tx")
    assert [row["count"] for row in taken] == [3, 1]


async def test_a_message_that_is_no_batch_is_kept_with_its_bytes_and_the_next_one_is_taken(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    with linked(broker, journal) as terminal:
        await terminal.send(b"\xff\x00 nothing of ours")
        await terminal.send(journal.message())
        await terminal.acked(2)

    letter = await only_row(till_service, "SELECT body FROM dead_letter")
    assert letter["body"] == b"\xff\x00 nothing of ours"


async def test_late_uncovered_and_parked_sales_find_their_place_across_transactions(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.start_till()
    journal.sell(300)
    journal.confirm_opening(15_000)
    journal.sell(1_000)
    journal.sell(500)
    journal.close_till(16_300, to_seq=6)
    journal.sell(700)
    with linked(broker, journal) as terminal:
        for entry in journal.entries:
            await terminal.send(journal.message_of(entry))
            await terminal.acked(entry.seq)

    async with till_service.database.connection() as connection:
        sales = await connection.fetch("SELECT seq, placement FROM sale ORDER BY seq")
        totals = await connection.fetch(
            "SELECT s.status, t.opening, t.sales FROM session_tender t JOIN till_session s USING (session_id)"
        )
    assert [tuple(sale) for sale in sales] == [(4, "session"), (6, "session"), (7, "rescue"), (10, "rescue")]
    assert sorted(tuple(total) for total in totals) == [
        ("closed_front", 15_000, 1_300),
        ("outstanding", 0, 1_200),
    ]


async def test_left_entries_are_acked_one_by_one(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    branch = journal.copied()
    journal.sell(4_000)
    branch.sell(500)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(5)
        await terminal.send(branch.message(3, quarantine=True))

        items = await terminal.answer()

    assert [(item.seq, item.single, item.c) for item in items if isinstance(item, Ack)] == [
        (3, True, 1),
        (4, True, 1),
        (5, True, 2),
    ]
    assert await number(till_service, "SELECT count(*) FROM sale WHERE placement = 'rescue'") == 1


async def greeted(terminal: TerminalLink, journal: WrittenJournal, **changes: object) -> tuple[object, ...]:
    await terminal.say_hello(journal.hello(**changes))  # type: ignore[arg-type]
    return await terminal.answer()


async def test_hello_is_answered_by_the_row_of_the_table_that_holds(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    journal.open_till(15_000)
    restored = journal.copied(upto=2)
    with linked(broker, journal) as terminal:
        assert await greeted(terminal, journal) == (Continue(epoch=journal.epoch),)
        await terminal.send(journal.message())
        ack = await terminal.acked(4)

        assert await greeted(terminal, journal, acked_upto=2) == (ack, Continue(epoch=journal.epoch))
        (behind,) = await greeted(terminal, restored, acked_upto=2)
        (rewind,) = await greeted(terminal, journal, acked={ack.timeline: 9, "f" * 16: 2})

        await views_are_compared(terminal, journal)

    assert isinstance(behind, Behind)
    assert (behind.head_seq, behind.state[0].session_id) == (4, SESSION)
    assert behind.state[0].expected[0].amount == 15_000
    assert rewind == Rewind(valid={ack.timeline: 1, "f" * 16: 0})


async def views_are_compared(terminal: TerminalLink, journal: WrittenJournal) -> None:
    """With everything acknowledged only the views of the till are left to compare."""
    cash = TenderAmount(tender="cash", amount=15_000)
    told = TillState(till=journal.till, session_id=SESSION, status="open", expected=(cash,))
    agreed = await greeted(terminal, journal, acked_upto=4, state=(told,))
    assert [type(verdict) for verdict in agreed] == [Ack, Continue]
    (state,) = await greeted(
        terminal, journal, acked_upto=4, state=(told.model_copy(update={"expected": ()}),)
    )
    assert isinstance(state, StateVerdict)
    assert state.state[0].expected == (cash,)


async def test_a_hello_that_nobody_can_prove_gets_no_verdict(
    till_service: Till, broker: Broker, journal: WrittenJournal
) -> None:
    journal.begin()
    stranger = replace(journal, address=TerminalAddress("S1", "T9"))
    with linked(broker, journal) as terminal, linked(broker, stranger) as unknown:
        await terminal.say_hello(journal.hello(), key=b"x" * 32)
        await unknown.say_hello(stranger.hello())
        assert await greeted(terminal, journal) == (Continue(epoch=journal.epoch),)
        assert terminal.silent()
        assert unknown.silent()


async def test_a_key_registered_again_is_done_and_another_key_under_its_id_is_refused(
    till_service: Till, journal: WrittenJournal
) -> None:
    again = await ask(till_service, key_of(journal))
    other = await ask(till_service, key_of(replace(journal, key=b"z" * 32)))

    assert again["outcome"] == "done"
    assert (other["outcome"], other["code"]) == ("refused", "key_in_use")


async def test_the_ledgers_tables_refuse_to_be_rewritten(till_service: Till, migrated: FreshDatabase) -> None:
    connection = await migrated.connect("till_service")
    try:
        for table in ("journal", "position", "ledger_tx", "till_close", "journal_key"):
            for verb in ("UPDATE", "DELETE", "TRUNCATE"):
                allowed = await connection.fetchval(
                    "SELECT has_table_privilege(current_user, $1, $2)", f"till.{table}", verb
                )
                assert not allowed, (table, verb)
    finally:
        await connection.close()
