"""A guest's sales arrive while its host's close does: two writers, and what happens without the locks.

Lock 3, on the session, keeps a guest's sale out of a close that does not cover it; lock 1, on the journals of
the guests that a close counts, lets it know how far they have arrived.
"""

import asyncio
from dataclasses import dataclass

import pytest

from integration.till_service.terminals import key_of
from races.till_service.meetings import Meeting, worker
from service_kit.database import Database
from till_service.domain.incoming import read_message
from till_service.messaging.requests import Requests
from till_service.persistence import loading
from unit.till_service.journals import NOON, WrittenJournal
from unit.till_service.shared_till import close, host, joined, member, sell

OPENED = 4
"""The host's journal up to its open till."""
JOINED = 3
"""The guest's journal up to the word that it joined."""


@dataclass(frozen=True)
class Race:
    """Both journals begin alone; then their rests meet."""

    database: Database
    meeting: Meeting

    async def run(self, counter: WrittenJournal, tablet: WrittenJournal) -> None:
        self.meeting.called = False
        for journal, last in ((counter, OPENED), (tablet, JOINED)):
            await Requests(self.database, lambda: NOON).register_journal_key(key_of(journal))
            await self.take(journal, 1, last)
        self.meeting.called = True
        await asyncio.gather(self.take(counter, OPENED + 1), self.take(tablet, JOINED + 1))

    async def take(self, journal: WrittenJournal, first: int, last: int | None = None) -> None:
        message = read_message(journal.address, journal.message(first, last))
        await worker(self.database, journal.address.terminal)._commit([message])

    async def placed(self) -> list[str]:
        async with self.database.connection() as connection:
            return [row["placement"] for row in await connection.fetch("SELECT placement FROM placed")]

    async def tasks(self) -> list[str]:
        async with self.database.connection() as connection:
            return [row["kind"] for row in await connection.fetch("SELECT kind FROM till_task")]


@pytest.fixture
def race(database: Database, meeting: Meeting) -> Race:
    return Race(database, meeting)


async def a_sale_beside_a_close_that_knows_nothing_of_it(race: Race) -> None:
    counter, tablet = host(), joined()
    close(counter, 15_000)
    sell(tablet, 500)
    await race.run(counter, tablet)


async def test_a_guests_sale_beside_its_hosts_close_is_rescued_whoever_comes_first(race: Race) -> None:
    await a_sale_beside_a_close_that_knows_nothing_of_it(race)

    assert await race.placed() == ["rescue"]


async def test_control_without_the_lock_on_the_session_the_sale_stays_in_what_was_counted_without_it(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked = loading.LOCK_SESSIONS.replace("FOR NO KEY UPDATE OF s", "")
    assert unlocked != loading.LOCK_SESSIONS
    monkeypatch.setattr(loading, "LOCK_SESSIONS", unlocked)

    await a_sale_beside_a_close_that_knows_nothing_of_it(race)

    assert await race.placed() == ["session"]


async def a_counted_sale_beside_a_close_that_expects_too_much(race: Race) -> None:
    counter, tablet = host(), joined()
    sell(tablet, 500)
    close(counter, 16_000, member(tablet))
    await race.run(counter, tablet)


async def test_a_close_is_compared_when_the_last_guest_that_it_counted_arrives(race: Race) -> None:
    await a_counted_sale_beside_a_close_that_expects_too_much(race)

    assert await race.placed() == ["session"]
    assert await race.tasks() == ["expected_differs"]


async def test_control_without_the_lock_on_counted_guests_nobody_compares_the_close(
    race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "LOCK_TERMINALS", loading.READ_TERMINALS)
    unlocked = loading.LOCK_SESSIONS.replace("FOR NO KEY UPDATE OF s", "")
    monkeypatch.setattr(loading, "LOCK_SESSIONS", unlocked)

    await a_counted_sale_beside_a_close_that_expects_too_much(race)

    assert await race.tasks() == []
