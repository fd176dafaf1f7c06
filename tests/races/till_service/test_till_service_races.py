"""Two writers at once, and what happens when the lock between them is taken away."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from integration.till_service.terminals import key_of
from races.till_service.meetings import MEETING, worker
from service_kit.database import Database
from till_service.domain.incoming import JournalMessage, read_message
from till_service.messaging.requests import Requests
from till_service.persistence import loading, registry
from tillday_contracts.link import Ack
from tillday_contracts.till_messages import NotSealed, SealDay, Sealed
from unit.till_service.journals import DAY, NOON, WrittenJournal


@pytest.fixture
async def written(database: Database) -> tuple[WrittenJournal, JournalMessage]:
    journal = WrittenJournal()
    await Requests(database, lambda: NOON).register_journal_key(key_of(journal))
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    return journal, read_message(journal.address, journal.message())


async def both(database: Database, message: JournalMessage) -> list[object]:
    """Two workers take the same message at once."""
    first, second = worker(database, "one"), worker(database, "two")
    return list(
        await asyncio.gather(first._commit([message]), second._commit([message]), return_exceptions=True)
    )


def acks_in(outcomes: list[object]) -> list[Ack]:
    found = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    return [
        item for answers in found for items in answers.values() for item in items if isinstance(item, Ack)
    ]


@pytest.mark.usefixtures("meeting")
async def test_two_workers_with_the_same_journal_take_it_once_and_agree_on_the_stamp(
    database: Database, written: tuple[WrittenJournal, JournalMessage]
) -> None:
    _, message = written

    outcomes = await both(database, message)

    acks = acks_in(outcomes)
    assert len(acks) == 2
    assert acks[0] == acks[1]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT sales FROM session_tender") == 1_000


@pytest.fixture
def no_stream_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "LOCK_TERMINALS", loading.READ_TERMINALS)


@pytest.mark.usefixtures("meeting", "no_stream_lock")
async def test_control_without_the_stream_lock_the_two_workers_collide(
    database: Database, written: tuple[WrittenJournal, JournalMessage]
) -> None:
    _, message = written

    outcomes = await both(database, message)

    assert [type(outcome) for outcome in outcomes].count(asyncpg.UniqueViolationError) == 1


def seal() -> SealDay:
    return SealDay(
        message_id=uuid4(),
        correlation_id=uuid4(),
        occurred_at=NOON,
        by="M1",
        store="S1",
        business_date=DAY,
    )


async def sealed_while_a_till_starts(
    database: Database, message: JournalMessage
) -> tuple[Sealed | NotSealed, bool]:
    """Seal the day while a till start stands before its COMMIT; also say whether that came out late."""
    starting = asyncio.create_task(worker(database, "one")._commit([message]))
    await asyncio.sleep(MEETING / 3)
    answer = await Requests(database, lambda: NOON).seal_day(seal())
    await starting
    async with database.connection() as connection:
        return answer, bool(await connection.fetchval("SELECT late FROM till_session"))


@pytest.mark.usefixtures("meeting")
async def test_a_day_is_not_sealed_past_a_till_that_is_just_starting(
    database: Database, written: tuple[WrittenJournal, JournalMessage]
) -> None:
    answer, late = await sealed_while_a_till_starts(database, written[1])

    assert isinstance(answer, NotSealed)
    assert not late


@pytest.mark.usefixtures("meeting")
async def test_control_without_the_lock_on_the_seal_a_regular_till_is_open_on_a_sealed_day(
    database: Database, written: tuple[WrittenJournal, JournalMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked = registry.LOCK_SEAL.removesuffix(" FOR UPDATE")
    monkeypatch.setattr(registry, "LOCK_SEAL", unlocked)
    monkeypatch.setattr(registry, "HAVE_SEAL", "SELECT $1::text, $2::date")
    monkeypatch.setattr(registry, "STORE_SEAL", "SELECT $1::text, $2::date, $3::timestamptz")

    answer, late = await sealed_while_a_till_starts(database, written[1])

    assert isinstance(answer, Sealed)
    assert not late
