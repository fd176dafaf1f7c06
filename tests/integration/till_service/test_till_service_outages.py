"""Crashes, restarts and restores: nothing is lost, nothing counts twice, and terminals can tell."""

import asyncio
import queue
import signal
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from integration.till_service.terminals import (
    TerminalLink,
    ask,
    eventually,
    key_of,
    linked,
    made_service,
    running,
)
from read_before import Program, begin
from servers import Broker, FreshDatabase, Postgres, service_environment
from service_kit.failures import TransientError
from service_kit.service import Service
from till_service.messaging.answers import AckSubject
from till_service.settings import TillSettings
from tillday_contracts.link import Ack, Continue, Rewind, Verdict
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import SESSION, WrittenJournal

Till = Service[TillSettings]


async def sales_of(database: FreshDatabase, session_id: str = SESSION) -> int:
    connection = await database.connect()
    try:
        query = "SELECT sales FROM till.session_tender WHERE session_id = $1"
        return int(await connection.fetchval(query, session_id) or 0)
    finally:
        await connection.close()


async def test_a_crash_between_commit_and_ack_ends_in_an_ack_of_the_duplicate(
    till_service: Till,
    broker: Broker,
    journal: WrittenJournal,
    migrated: FreshDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crashes = 0
    honest = AckSubject.send

    async def crash_first(self: AckSubject, answers: dict[TerminalAddress, Sequence[Verdict]]) -> None:
        nonlocal crashes
        crashes += 1
        if crashes == 1:
            raise TransientError("gone between COMMIT and ack")
        await honest(self, answers)

    monkeypatch.setattr(AckSubject, "send", crash_first)
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())

        ack = await terminal.acked(5)

    assert crashes == 2
    assert ack.c == 1
    assert await sales_of(migrated) == 1_000


@contextmanager
def process(
    database: FreshDatabase, broker: Broker, variables: dict[str, str] | None = None
) -> Iterator[Program]:
    environment = variables or service_environment("till_service", database, broker)
    started = begin("till_service", environment=environment)
    try:
        yield started
    finally:
        started.kill()
        started.wait(5)


def is_ready(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def test_a_service_started_before_its_migrations_comes_up_once_they_have_run(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    broker.start()
    await fresh_database.with_tables_of("store_service", "report_service")
    owner = await fresh_database.connect()
    await owner.execute("CREATE SCHEMA IF NOT EXISTS till")
    known = await owner.fetchval("SELECT true FROM pg_roles WHERE rolname = 'till_service'")
    word = fresh_database.passwords["till_service"]
    await owner.execute(f"{'ALTER' if known else 'CREATE'} ROLE till_service LOGIN PASSWORD '{word}'")
    await owner.close()
    service, journal = made_service(fresh_database, broker), WrittenJournal()
    starting = asyncio.create_task(service.start())
    try:
        await asyncio.sleep(1)
        assert not starting.done()
        await fresh_database.migrate("till_service")
        await asyncio.wait_for(starting, 20)
        await ask(service, key_of(journal))
        journal.begin()
        with linked(broker, journal) as terminal:
            await terminal.send(journal.message())
            await terminal.acked(2)
    finally:
        await service.stop()


async def test_a_process_killed_in_the_middle_of_the_day_goes_on_with_the_same_totals(
    migrated: FreshDatabase, broker: Broker
) -> None:
    journal = WrittenJournal()
    async with running(made_service(migrated, broker)) as service:
        await ask(service, key_of(journal))
    journal.begin()
    journal.open_till(15_000)
    for _ in range(60):
        journal.sell(100)
    with linked(broker, journal) as terminal:
        with process(migrated, broker) as first:
            await terminal.send(journal.message(1, 4))
            await terminal.acked(4)
            for seq in range(5, 35):
                await terminal.send(journal.message(seq, seq))
            first.send_signal(signal.SIGKILL)
        with process(migrated, broker):
            await terminal.send(journal.message(5))

            assert (await terminal.acked(64)).hash == journal.head
            assert await sales_of(migrated) == 6_000


async def test_a_process_ends_quietly_within_five_seconds_of_sigterm(
    migrated: FreshDatabase, broker: Broker
) -> None:
    variables = service_environment("till_service", migrated, broker)
    with process(migrated, broker, variables) as started:
        await eventually(lambda: asyncio.to_thread(is_ready, variables["TILLDAY_HTTP_PORT"]))
        started.send_signal(signal.SIGTERM)

        assert await asyncio.to_thread(started.wait, 5) == 0


async def test_a_journal_sent_while_the_database_is_away_is_taken_when_it_is_back(
    till_service: Till, broker: Broker, journal: WrittenJournal, postgres: Postgres, migrated: FreshDatabase
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message(1, 4))
        await terminal.acked(4)
        postgres.stop(kill=True)
        try:
            await terminal.send(journal.message(5))
            await asyncio.sleep(0.5)
            assert terminal.silent()
        finally:
            postgres.start()

        await terminal.acked(5)

    assert await sales_of(migrated) == 1_000


async def test_a_broker_whose_store_was_wiped_is_only_a_pipe(
    till_service: Till, broker: Broker, journal: WrittenJournal, migrated: FreshDatabase
) -> None:
    journal.begin()
    journal.open_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(4)
    broker.stop()
    broker.wipe()
    broker.start()
    journal.sell(1_000)

    async def listens_again() -> bool:
        if not till_service.nats.connected:
            return False
        return bool((await till_service.nats.jetstream.stream_info("POS_JOURNAL")).state.consumer_count)

    async def is_back() -> bool:
        try:
            return await listens_again()
        except Exception:
            return False

    await eventually(is_back)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(5)

    assert await sales_of(migrated) == 1_000


async def forget(database: FreshDatabase, *statements: str) -> None:
    """Put the database back to an earlier state, as a restore would: rows gone, connections cut."""
    connection = await database.connect()
    try:
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()
    admin = await database.server.admin()
    try:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        await admin.execute(cut, database.name)
    finally:
        await admin.close()


async def test_after_a_restore_the_terminal_is_rewound_and_its_entries_come_again(
    till_service: Till, broker: Broker, journal: WrittenJournal, migrated: FreshDatabase
) -> None:
    journal.begin()
    journal.open_till(15_000)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        before = await terminal.acked(4)
        journal.sell(1_000)
        await terminal.send(journal.message(5))
        lost = await terminal.acked(5)
        await forget(
            migrated,
            "DELETE FROM till.ledger_tx WHERE c > 1",
            "DELETE FROM till.position WHERE seq > 4",
            "DELETE FROM till.journal WHERE seq > 4",
            "DELETE FROM till.sale",
            "UPDATE till.session_tender SET sales = 0",
            "UPDATE till.timeline SET c = 1",
            f"UPDATE till.terminal_stream SET upto = 4, head_hash = '\\x{before.hash}'",
        )

        rewound = await hello_until_answered(terminal, journal, {lost.timeline: lost.c})
        assert rewound == (Rewind(valid={lost.timeline: 1}),)
        await terminal.say_hello(journal.hello(acked_upto=4, acked={lost.timeline: 1}))
        assert await terminal.answer() == (before, Continue(epoch=journal.epoch))
        await terminal.send(journal.message(5))
        again = await terminal.acked(5)

    assert again.timeline != lost.timeline, "the writer tried more than this database knows"
    assert await sales_of(migrated) == 1_000


async def hello_until_answered(
    terminal: TerminalLink, journal: WrittenJournal, acked: dict[str, int]
) -> tuple[Verdict, ...]:
    """Connections were cut: the first HELLO may be lost, like any other."""
    for _ in range(10):
        await terminal.say_hello(journal.hello(acked_upto=5, acked=acked))
        try:
            return await terminal.answer(within=1.0)
        except queue.Empty:
            continue
    raise AssertionError("no HELLO was answered")


async def test_two_processes_share_the_terminals_and_each_stamps_with_its_own_timeline(
    till_service: Till, broker: Broker, journal: WrittenJournal, migrated: FreshDatabase
) -> None:
    others = [
        WrittenJournal(
            address=TerminalAddress("S1", f"T{n}"),
            key_id=f"{n:016x}",
            key=bytes([n]) * 32,
            session=f"{n:032x}",
        )
        for n in range(2, 6)
    ]
    for other in others:
        await ask(till_service, key_of(other))
    async with running(made_service(migrated, broker)):
        stamps: set[str] = set()
        for other in [journal, *others]:
            other.begin()
            other.open_till(15_000)
            with linked(broker, other) as terminal:
                for _ in range(6):
                    other.sell(100)
                    await terminal.send(other.message())
                    ack = await terminal.acked(len(other.entries))
                    assert isinstance(ack, Ack)
                    stamps.add(ack.timeline)

    assert len(stamps) == 2
    assert [await sales_of(migrated, each.session) for each in (journal, *others)] == [600] * 5
