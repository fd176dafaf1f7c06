"""The whole process: fed by two producers over a real broker, killed and started again, asked like others."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import nats
import pytest
from nats.aio.client import Client
from nats.aio.subscription import Subscription
from pydantic import SecretStr

from integration.report_service.test_report_rows import TABLES, store_events
from read_before import Program, begin
from servers import Broker, FreshDatabase, free_port, service_environment
from service_kit.outbox import OutboxMessage, announce
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from tillday_contracts.asks import Ask, FlashPage, Reply
from tillday_contracts.journal import canonical
from tillday_contracts.link import Clocks, Hello, Sealed
from tillday_contracts.messages import Event
from tillday_contracts.report_messages import Board, CashUpReport, CashUps, StatusBoard
from tillday_contracts.report_progress_messages import (
    Progress,
    RebuildReports,
    ReportProgress,
    ReportsChanged,
)
from tillday_contracts.streams import STREAMS
from unit.report_service.ledger_events import EPOCH, MONDAY, NOON, Ledger

PATIENCE = 20.0


class Running:
    """report_service as its own process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.process = self._start()

    def _start(self) -> Program:
        return begin("report_service", environment={**os.environ, **self._environment})

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(5)

    def start_again(self) -> None:
        self.process = self._start()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(5)


@pytest.fixture
async def migrated(fresh_database: FreshDatabase) -> FreshDatabase:
    await fresh_database.with_tables_of("store_service", "till_service", "report_service")
    return fresh_database


@pytest.fixture
def reports(migrated: FreshDatabase, broker: Broker) -> Iterator[Running]:
    broker.start()
    running = Running(service_environment("report_service", migrated, broker))
    yield running
    if running.process.poll() is None:
        running.kill()


class Producers:
    """Stand-ins that announce what a test says through real outboxes."""

    def __init__(self, database: FreshDatabase, broker: Broker) -> None:
        self._database, self._broker = database, broker
        self._services: dict[str, Service[ServiceSettings]] = {}

    async def start(self, name: str) -> None:
        self._services[name] = _producer(name, self._database, self._broker)
        await self._services[name].start()

    async def stop(self) -> None:
        await asyncio.gather(*(service.stop() for service in self._services.values()))

    async def begin_a_new_timeline(self, name: str) -> None:
        await self._services[name].stop()
        connection = await self._database.connect()
        await connection.execute(f"UPDATE {name}.outbox_producer SET timeline = timeline + 1")
        await connection.close()
        await self.start(name)

    async def announce(self, name: str, *events: Event) -> None:
        messages = [
            OutboxMessage(event.subject, event.model_dump_json().encode(), event.message_id)
            for event in events
        ]
        async with self._services[name].database.transaction() as connection:
            await announce(connection, *messages)


@pytest.fixture
async def producers(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[Producers]:
    made = Producers(migrated, broker)
    await asyncio.gather(made.start("store"), made.start("till"))
    yield made
    await made.stop()


def _producer(name: str, database: FreshDatabase, broker: Broker) -> Service[ServiceSettings]:
    user = f"{name}_service"
    settings = ServiceSettings(
        nats_url=broker.nats_url,
        nats_user=user,
        nats_password=SecretStr(broker.password_of(user)),
        database_url=database.url_of(user),
        database_password=SecretStr(database.passwords[user]),
        http_port=free_port(),
    )
    service = Service(user, settings)
    service.ensure_streams(STREAMS)
    service.relay_outbox()
    service.answer_replays(f"tillday.{name}.replay.v1")
    return service


@pytest.fixture
async def asker(broker: Broker) -> AsyncIterator[Client]:
    broker.start()
    client = await nats.connect(
        broker.nats_url, user="tillday", password=broker.password_of("tillday"), max_reconnect_attempts=-1
    )
    yield client
    await client.close()


async def until(asker: Client, holds: Callable[[Board], bool]) -> Board:
    """Ask for the board until it says what it should."""
    last: object = None
    question = StatusBoard(store="S1").model_dump_json().encode()
    for _ in range(int(PATIENCE / 0.1)):
        try:
            reply = await asker.request(StatusBoard.subject, question)
            last = reply.data
            board = Board.model_validate_json(reply.data)
            if holds(board):
                return board
        except (nats.errors.Error, ValueError, TimeoutError) as error:
            last = last or error
        await asyncio.sleep(0.1)
    pytest.fail(f"the board never said it: {last!r}")


async def after_hints(asker: Client, hints: Subscription) -> Board:
    """Look after each hint, and only then, until a till is open."""
    question = StatusBoard(store="S1").model_dump_json().encode()
    while True:
        hint = ReportsChanged.model_validate_json((await hints.next_msg(timeout=PATIENCE)).data)
        reply = (await asker.request(StatusBoard.subject, question, timeout=PATIENCE)).data
        if hint.stores == ("S1",) and b'"active_tills":1' in reply:
            return Board.model_validate_json(reply)


async def rows(database: FreshDatabase) -> dict[str, list[Any]]:
    connection = await database.connect()
    try:
        return {
            table: sorted(tuple(row) for row in await connection.fetch(f"SELECT * FROM report.{table}"))
            for table in TABLES
        }
    finally:
        await connection.close()


def closed_tills(count: int) -> Callable[[Board], bool]:
    return lambda board: (
        sum(s.status == "Closed in Front-office" for t in board.terminals for s in t.sessions) == count
    )


async def test_a_day_reaches_the_board_and_the_report_through_a_kill_in_the_middle(
    reports: Running, producers: Producers, asker: Client, migrated: FreshDatabase
) -> None:
    first, second = Ledger("T1").a_day(1), Ledger("T2").a_day(2)
    hints = await asker.subscribe(ReportsChanged.subject)
    await producers.announce("store", *store_events())
    await producers.announce("till", *first[:4])
    board = await after_hints(asker, hints)
    assert board.terminals[0].active_tills == 1, "who looks at a hint sees what it is about"

    reports.kill()
    await producers.announce("till", *first[4:], *second)
    reports.start_again()
    board = await until(asker, closed_tills(2))

    assert [(t.status, t.business_date) for t in board.terminals] == [
        ("Opened in back-office", MONDAY),
        ("Closed", None),
    ]
    question = CashUpReport(store="S1", business_date=MONDAY)
    reply = await asker.request(question.subject, question.model_dump_json().encode(), timeout=5)
    answer = CashUps.model_validate_json(reply.data)
    assert [(report.number, report.total) for report in answer.reports] == [
        (first[5].entries[0].body["number"], 1500),  # type: ignore[union-attr]
        (second[5].entries[0].body["number"], 1500),  # type: ignore[union-attr]
    ]
    assert reports.stop() == 0


async def test_an_unknown_timeline_rebuilds_the_same_rows(
    reports: Running, producers: Producers, asker: Client, migrated: FreshDatabase
) -> None:
    await producers.announce("store", *store_events())
    await producers.announce("till", *Ledger("T1").a_day(1))
    await until(asker, closed_tills(1))
    before = await rows(migrated)

    await producers.begin_a_new_timeline("till")
    await producers.announce("till", *Ledger("T2").a_day(2))
    await until(asker, closed_tills(2))

    after = await rows(migrated)
    assert {row for row in after["till_session"] if row[2] == "T1"} == set(before["till_session"])
    assert set(before["cash_up"]) <= set(after["cash_up"])


async def test_a_hello_shows_when_a_terminal_was_last_seen_and_how_much_it_holds_back(
    reports: Running, producers: Producers, asker: Client
) -> None:
    await producers.announce("store", *store_events())
    await until(asker, lambda board: len(board.terminals) == 2)
    content = Hello(
        boot_no=1,
        n=1,
        epoch="0" * 16,
        head_seq=9,
        head_hash="0" * 64,
        low_seq=3,
        low_hash="0" * 64,
        low_prev="0" * 64,
        clocks=Clocks(wall=NOON, mono_ms=0),
        pending=7,
    )
    sealed = Sealed(data=canonical(content.model_dump(mode="json")), mac="0" * 64)
    asked_at = datetime.now(UTC)
    await asker.publish("pos.S1.T1.hello.v1", sealed.model_dump_json().encode())
    await asker.publish("pos.S1.T2.hello.v1", b"not a hello")

    board = await until(asker, lambda board: board.terminals[0].waiting == 7)

    assert board.terminals[0].last_seen is not None
    assert board.terminals[0].last_seen >= asked_at.replace(microsecond=0)
    assert board.terminals[1].last_seen is None


async def test_a_terminal_hears_its_flash_report_on_its_own_topic(
    reports: Running, producers: Producers, asker: Client
) -> None:
    ledger = Ledger("T1")
    await producers.announce("store", *store_events())
    await producers.announce("till", *ledger.a_day(1))
    await until(asker, closed_tills(1))
    mine, others = [await asker.subscribe(f"pos.S1.{code}.reply.v1") for code in ("T1", "T2")]
    question = Ask(request_id="a" * 32, person="SUPERVISOR-1", epoch=EPOCH, head_seq=ledger.seq)

    await asker.publish("pos.S1.T1.ask.flash.v1", question.model_dump_json().encode())

    page = Reply.model_validate_json((await mine.next_msg(5)).data).content
    assert isinstance(page, FlashPage)
    assert (page.total, page.missing) == (1500, 0)
    with pytest.raises(nats.errors.TimeoutError):
        await others.next_msg(0.3)


async def test_a_rebuild_is_asked_for_once_watched_and_ends_in_the_same_rows(
    reports: Running, producers: Producers, asker: Client, migrated: FreshDatabase
) -> None:
    await producers.announce("store", *store_events())
    await producers.announce("till", *Ledger("T1").a_day(1), *Ledger("T2").a_day(2))
    await until(asker, closed_tills(2))
    before = await rows(migrated)
    await spoil(migrated)
    command = RebuildReports(
        message_id=UUID(int=9), correlation_id=UUID(int=9), occurred_at=NOON, by="MANAGER-1"
    )

    async def ask_for_it() -> None:
        reply = await asker.request(command.subject, command.model_dump_json().encode(), timeout=5)
        assert b'"done"' in reply.data
        await until_complete(asker)

    await ask_for_it()
    assert await rows(migrated) == before

    await spoil(migrated)
    await ask_for_it()
    assert await rows(migrated) != before, "the same command again has no second effect"


async def spoil(database: FreshDatabase) -> None:
    """Change a figure behind everybody's back."""
    connection = await database.connect()
    try:
        await connection.execute("UPDATE report.till_session SET total = 1")
    finally:
        await connection.close()


async def until_complete(asker: Client) -> Progress:
    for _ in range(int(PATIENCE / 0.1)):
        reply = await asker.request(ReportProgress.subject, b"{}", timeout=5)
        progress = Progress.model_validate_json(reply.data)
        if all(one.done == one.total > 0 for one in progress.producers):
            return progress
        await asyncio.sleep(0.1)
    pytest.fail(f"never complete: {progress!r}")


async def test_a_question_that_makes_no_sense_is_answered_and_not_met_with_silence(
    reports: Running, producers: Producers, asker: Client
) -> None:
    await producers.announce("store", *store_events())
    await until(asker, lambda board: True)
    for body in (b'{"store": "no store!"}', b"[]", b"\xff"):
        reply = await asker.request(StatusBoard.subject, body, timeout=5)
        assert b'"failed"' in reply.data, reply.data
    reply = await asker.request(StatusBoard.subject, b'{"store": "S9"}', timeout=5)
    assert b'"unknown_store"' in reply.data
