"""Two hands at once: one sale, one close, one agent. Each guard is also taken away, and the race happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent_bench import Bench, agent_settings, running_agent
from agent_shop import TestClock, bundle
from terminal_agent.agent import open_book
from terminal_agent.journal import lock, rows
from terminal_agent.journal.failures import JournalInUse


class NoTurn:
    """The lock that is none."""

    async def __aenter__(self) -> None:
        await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)


async def sales_of(bench: Bench) -> int:
    entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 1000)
    return [entry.type for entry in entries].count("SALE")


async def test_one_key_pressed_twenty_times_at_once_is_one_sale(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()

        answers = await asyncio.gather(*(bench.sell("k1") for _ in range(20)))

        assert {answer.json()["number"] for answer in answers} == {answers[0].json()["number"]}
        assert await sales_of(bench) == 1


async def test_twenty_sales_at_once_have_twenty_numbers_without_gaps(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()

        answers = await asyncio.gather(*(bench.sell(f"k{number}") for number in range(20)))

        numbers = sorted(int(answer.json()["number"].rpartition("-")[2]) for answer in answers)
        assert numbers == list(range(1, 21))
        assert bench.book.memory.till.receipts == 20


async def test_without_the_turn_sales_at_once_collide(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.book.turn = NoTurn()  # type: ignore[assignment]

        answers = await asyncio.gather(*(bench.sell(f"k{number}") for number in range(20)))

        assert {answer.status_code for answer in answers} != {200}


async def test_two_supervisors_close_the_till_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.post("/cash-up/start")
        pieces = [{"value": 1, "quantity": 15000}]
        await bench.post("/cash-up/tender", {"tender": "cash", "denominations": pieces})

        answers = await asyncio.gather(*(bench.post("/cash-up/confirm") for _ in range(5)))

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
        assert bench.book.memory.till.cash_ups == 1


async def test_a_sale_and_a_cash_up_at_once_end_in_one_order(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()

        await asyncio.gather(bench.sell("k1"), bench.post("/cash-up/start"), bench.sell("k2"))

        entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 1000)
        kinds = [entry.type for entry in entries if entry.type in ("SALE", "CASH_UP_STARTED")]
        assert kinds[-1] == "CASH_UP_STARTED"


@asynccontextmanager
async def another_agent(folder: Path) -> AsyncIterator[None]:
    async with open_book(agent_settings(folder), bundle(), TestClock().world):
        yield


async def test_of_two_agents_on_one_folder_one_works(tmp_path: Path) -> None:
    async with another_agent(tmp_path):
        with pytest.raises(JournalInUse):
            await another_agent(tmp_path).__aenter__()


async def test_without_the_folders_lock_two_agents_write_one_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing: Callable[[int, int], None] = lambda _descriptor, _how: None  # noqa: E731
    monkeypatch.setattr(lock.fcntl, "flock", nothing)  # type: ignore[attr-defined]

    async with running_agent(tmp_path) as first:
        await first.open_till()
        async with another_agent(tmp_path):
            pass
        assert (await first.sell("k1")).status_code == 503  # its place in the journal is taken


async def test_wrong_pins_at_once_are_counted_one_by_one(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        guesses = [bench.post("/sign-in", {"person": "CASHIER-1", "pin": f"{pin}"}) for pin in range(12)]

        answers = await asyncio.gather(*guesses)

        assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 9
