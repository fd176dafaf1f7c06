"""A terminal's disk after months: what is archived is gone, and everything else works as before."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent_bench import Bench, running_agent
from agent_shop import TODAY, TestClock, desired
from terminal_agent.core.answers import MarkAcked
from terminal_agent.core.drain import JournalView
from terminal_agent.desk import tidying
from terminal_agent.journal import acks, documents, rows
from terminal_agent.journal.opening import JOURNAL_FILE

MONTHS = timedelta(days=91)


async def view(bench: Bench) -> JournalView:
    return await rows.view_of(bench.book.database, bench.book.head.epoch)


async def printed(bench: Bench) -> None:
    async with asyncio.timeout(20):
        while await rows.unfinished_prints(bench.book.database):
            await asyncio.sleep(0.02)


async def remembered(bench: Bench) -> list[str]:
    """The requests whose answers are kept, less those that opened the till."""
    async with bench.book.database.reading() as connection:
        found = await connection.execute_fetchall("SELECT key FROM answer WHERE key LIKE 'k%' ORDER BY key")
    return [str(key) for (key,) in found]


async def archived(bench: Bench, through: date | None, *, rev: int) -> None:
    await bench.book.hold(desired(rev, business_date=TODAY, archived_through=through))
    bench.go_online()


@pytest.mark.parametrize("page", [3, 500])
async def test_archived_sales_leave_the_disk_and_the_terminal_sells_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(tidying, "PAGE", page)
    clock = TestClock()
    async with running_agent(tmp_path, clock=clock) as bench:
        await bench.open_till()
        numbers = [(await bench.sell(f"k{n}")).json()["number"] for n in range(3)]
        await printed(bench)
        head = bench.book.head
        tidy = bench.agent.tidying.tidy
        await archived(bench, TODAY, rev=2)
        assert await tidy() == 0, "nothing is acknowledged"
        whole = MarkAcked(head.epoch, head.seq, "c" * 16, 1, single=False)
        await acks.mark(bench.book.database, whole, clock.world.now().isoformat())
        clock.wall += MONTHS - timedelta(days=2)
        bench.go_online()
        assert await tidy() == 0, "not yet"
        clock.wall += timedelta(days=2)
        await archived(bench, TODAY - timedelta(days=1), rev=3)
        assert await tidy() == 2, (
            "genesis and first start name no date; the date of the others is not archived"
        )
        await archived(bench, TODAY, rev=4)
        bench.agent.courier.alarms["clock_skew"] = "This clock is wrong."
        assert await tidy() == 0, "who knows how old anything is"
        del bench.agent.courier.alarms["clock_skew"]

        assert await documents.find(bench.book.database, numbers[0]) is not None, "the control"
        assert await remembered(bench) == ["k0", "k1", "k2"]
        assert (await bench.sell("k0")).json()["number"] == numbers[0], "a repeat is answered alike"
        assert await tidy() == head.seq - 3, "all but the last one"

        assert await documents.find(bench.book.database, numbers[0]) is None
        assert (await view(bench)).first_held == head.seq
        assert await remembered(bench) == [], "nobody repeats a request after months"

    async with running_agent(tmp_path, clock=clock) as bench:
        assert bench.book.broken is None, "a journal without its beginning is whole"
        assert bench.book.head.epoch == head.epoch
        await bench.sign_in()
        fourth = (await bench.sell("k4")).json()["number"]
        assert fourth.rpartition("-")[2] == "4"
        assert (await view(bench)).low_prev == head.hash


BY_AN_OLDER_VERSION = """
    CREATE TABLE known (key TEXT PRIMARY KEY, request TEXT NOT NULL, answer TEXT NOT NULL)
        STRICT, WITHOUT ROWID;
    INSERT INTO known SELECT key, request, answer FROM answer;
    DROP TABLE answer;
    ALTER TABLE known RENAME TO answer;
"""


async def test_answers_of_an_older_version_are_kept_and_count_as_old_as_the_newest_entry(
    tmp_path: Path,
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k0")).json()["number"]
        await printed(bench)
        head = bench.book.head
    with closing(sqlite3.connect(next(tmp_path.rglob(JOURNAL_FILE)))) as connection:
        connection.executescript(BY_AN_OLDER_VERSION)

    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        assert (await bench.sell("k0")).json()["number"] == number
        async with bench.book.database.reading() as reading:
            (aged,) = await reading.execute_fetchall("SELECT epoch, seq FROM answer WHERE key = 'k0'")

    assert tuple(aged) == (head.epoch, head.seq)
