"""Alarms on PostgreSQL and the broker: told once, shown by the reports, cleared once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from integration.till_service.terminals import ask, eventually, key_of, linked, made_service, running
from report_service.messaging.feeds import fold_till, forget_till
from report_service.persistence.alarms import read
from servers import Broker, FreshDatabase
from service_kit.database import Connection, Database
from service_kit.feed_plan import FeedEvent
from till_service.messaging.alarms import AlarmWatch, HelloAlarms, ledger_alarms
from till_service.messaging.journal import Surroundings
from tillday_contracts.link import Clocks
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import NOON, WrittenJournal

HERE = TerminalAddress("S1", "T1")
TOLD = "SELECT subject, body FROM till.outbox WHERE subject LIKE 'tillday.event.till.alarm%' ORDER BY id"


@dataclass
class Counter:
    """A terminal's HELLOs, the ledger's watch and the reports, by a clock of their own."""

    database: Database
    owner: Connection
    journal: WrittenJournal
    now: datetime = NOON
    full: float = 0.1

    def __post_init__(self) -> None:
        around = Surroundings(lambda: self.now, lambda size: uuid4().bytes[:size])
        self.hellos = HelloAlarms(ledger_alarms(around), around)
        self.watch = AlarmWatch(self.database, self.hellos.alarms, around, self.filled)

    async def filled(self) -> float:
        return self.full

    async def hear(self, *, acked: int, seconds: int = 0, skew: int = 0) -> None:
        self.now += timedelta(seconds=seconds)
        clocks = Clocks(wall=self.now + timedelta(minutes=skew), mono_ms=1)
        async with self.database.transaction() as connection:
            await self.hellos.heard(connection, HERE, self.journal.hello(acked_upto=acked, clocks=clocks))

    async def misuse(self) -> None:
        async with self.database.transaction() as connection:
            await self.hellos.unproven(connection, HERE, "A HELLO")

    async def look(self, *, full: float, minutes: int = 0) -> None:
        self.now, self.full = self.now + timedelta(minutes=minutes), full
        await self.watch.look()

    async def reach(self, upto: int) -> None:
        """The ledger has the terminal's entries up to a number."""
        await self.owner.execute("INSERT INTO till.terminal VALUES ('S1', 'T1', 'T1') ON CONFLICT DO NOTHING")
        key = "INSERT INTO till.journal_key VALUES ('k', 'S1', 'T1', 'T1', $1) ON CONFLICT DO NOTHING"
        await self.owner.execute(key, self.journal.key)
        await self.owner.execute(
            "INSERT INTO till.terminal_stream VALUES ('S1', 'T1', $1, 'k', $2, $3)"
            " ON CONFLICT (store, terminal, epoch) DO UPDATE SET upto = excluded.upto",
            *(self.journal.epoch, upto, b"h"),
        )

    async def shown(self, *, cleared: bool = False) -> list[str]:
        """What the reports show after all that was told, folded anew."""
        told = enumerate(await self.owner.fetch(TOLD), 1)
        events = [FeedEvent("till", 1, n, row["subject"], uuid4(), row["body"]) for n, row in told]
        await forget_till(self.owner)
        await fold_till(self.owner, events)
        return [alarm.kind for alarm in await read(self.owner, "S1", cleared=cleared)]


@pytest.fixture
async def counter(fresh_database: FreshDatabase, broker: Broker) -> AsyncIterator[Counter]:
    await fresh_database.with_tables_of("till_service", "report_service")
    service = made_service(fresh_database, broker)
    await service.database.start()
    owner = await fresh_database.connect()
    await owner.execute("SET search_path = report")
    journal = WrittenJournal()
    journal.begin()
    yield Counter(service.database, owner, journal)
    await owner.close()
    await service.database.stop()


async def test_alarms_are_told_once_each_way_and_the_reports_show_them(counter: Counter) -> None:
    await counter.hear(acked=0, skew=20)
    assert await counter.shown() == ["clock_skew"]
    await counter.hear(acked=0, seconds=60)
    assert await counter.shown() == []
    await counter.hear(acked=0, seconds=60)
    assert await counter.shown() == ["not_in_ledger"]
    await counter.look(full=0.75, minutes=60)
    assert set(await counter.shown()) == {"oldest_unacknowledged", "stream_filling", "not_in_ledger"}
    await counter.look(full=0.65)
    assert "stream_filling" in await counter.shown(), "it clears lower than it was raised"
    await counter.look(full=0.5)
    await counter.hear(acked=2)
    assert await counter.shown() == []
    await counter.misuse()
    await counter.look(full=0.5, minutes=5)
    assert await counter.shown() == ["credential_misuse"]
    await counter.look(full=0.5, minutes=6)
    assert await counter.shown() == []
    assert len(await counter.shown(cleared=True)) == 5
    assert len(await counter.owner.fetch(TOLD)) == 10, "five were raised and cleared, each told once"


@pytest.mark.parametrize(
    ("upto", "told"), [(2, []), (0, ["oldest_unacknowledged"])], ids=["it arrived", "it did not"]
)
async def test_a_terminal_that_was_switched_off_is_told_of_only_while_the_ledger_lacks_its_entries(
    counter: Counter, upto: int, told: list[str]
) -> None:
    await counter.hear(acked=0)
    await counter.reach(upto)
    await counter.look(full=0.1, minutes=61)
    assert await counter.shown() == told

    await counter.reach(2)
    await counter.look(full=0.1)
    assert await counter.shown() == [], "nobody has to say HELLO for that"


async def test_a_hello_with_a_wrong_mac_is_an_alarm_and_answers_carry_the_servers_time(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    await fresh_database.with_tables_of("till_service")
    journal = WrittenJournal()
    async with running(made_service(fresh_database, broker)) as service:
        await ask(service, key_of(journal))
        journal.begin()
        with linked(broker, journal) as terminal:
            await terminal.say_hello(journal.hello(), key=b"x" * 32)

            async def raised() -> bool:
                async with service.database.connection() as connection:
                    kinds = await connection.fetch("SELECT kind FROM alarm_watch WHERE raised_at IS NOT NULL")
                return [row["kind"] for row in kinds] == ["credential_misuse"]

            await eventually(raised)
            assert terminal.silent(), "it gets no verdict"
