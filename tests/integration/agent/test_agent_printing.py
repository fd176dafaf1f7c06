"""Receipts and the drawer: the sale is safe first, and nothing is printed twice by itself."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from agent_bench import running_agent
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.hardware.ports import PrintResult
from terminal_agent.journal import rows
from terminal_agent.journal.opening import JOURNAL_FILE


async def test_no_byte_leaves_before_the_sale_is_on_the_disk(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        seen: list[int] = []
        printing = bench.printer.print

        async def look_first(data: bytes) -> PrintResult:
            other = sqlite3.connect(tmp_path / JOURNAL_FILE)
            seen.append(other.execute("SELECT count(*) FROM journal WHERE type = 'SALE'").fetchone()[0])
            other.close()
            return await printing(data)

        bench.printer.print = look_first  # type: ignore[method-assign]
        await bench.sell("k1")

        assert seen == [1]


async def test_a_receipt_is_printed_once_and_its_drawer_opened_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        await bench.sell("k1")

        assert bench.printer.tape.count(number.encode()) == 1
        assert bench.printer.pulses == 2  # the initial count, and the sale


async def test_without_paper_the_sale_stands_and_one_original_comes_later(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.connected = False

        sale = (await bench.sell("k1")).json()

        assert sale["print"] == "pending"
        unfinished = (await bench.status())["printer"]["unfinished"]
        assert [(entry["document"], entry["state"]) for entry in unfinished] == [(sale["number"], "pending")]
        bench.printer.connected = True
        second = (await bench.sell("k2")).json()
        for _ in range(3):
            second = (await bench.sell("k2")).json()
        assert second["print"] in ("printed", "pending")
        await wait_for_paper(bench.printer, second["number"])
        assert bench.printer.tape.count(sale["number"].encode()) == 1


async def wait_for_paper(printer: MemoryPrinter, number: str) -> None:
    for _ in range(100):
        if number.encode() in printer.tape:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{number} never came out")


@pytest.mark.parametrize("after", [1, 40, 200])
async def test_a_printer_that_dies_in_the_middle_leaves_an_unknown_receipt_and_no_second_one(
    tmp_path: Path, after: int
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.breaks_after = after

        sale = (await bench.sell("k1")).json()

        assert sale["print"] == "unknown"
        bench.printer.connected = True
        assert (await bench.sell("k2")).json()["print"] == "printed"
        assert [e["state"] for e in (await bench.status())["printer"]["unfinished"]] == ["unknown"]


async def test_a_restart_asks_about_a_receipt_that_was_on_its_way_and_prints_nothing(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
    connection = sqlite3.connect(tmp_path / JOURNAL_FILE)
    with connection:
        connection.execute("UPDATE effect SET state = 'sending' WHERE document = ?", (number,))
    connection.close()

    async with running_agent(tmp_path) as bench:
        unfinished = (await bench.status())["printer"]["unfinished"]
        assert [(entry["document"], entry["state"]) for entry in unfinished] == [(number, "unknown")]
        await bench.sign_in()
        assert (await bench.sell("k1")).json()["print"] == "unknown"
        assert bench.printer.tape == b""
        assert bench.printer.pulses == 0


async def test_a_queue_that_a_restart_finds_is_asked_about_and_nothing_of_it_comes_twice(
    tmp_path: Path,
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.connected = False
        queue = [(await bench.sell(key)).json()["number"] for key in ("k1", "k2", "k3")]

    async with running_agent(tmp_path) as bench:
        unfinished = (await bench.status())["printer"]["unfinished"]
        assert {(entry["document"], entry["state"]) for entry in unfinished} == {
            (number, "unknown") for number in queue
        }
        await bench.sign_in()
        assert bench.printer.tape == b""
        for number in queue[:2]:
            await bench.post(f"/documents/{number}/came-out", {"complete": False})
            again = await bench.post(f"/documents/{number}/came-out", {"complete": False})
            assert again.json()["code"] in ("printed", "print_waits")
            await wait_for_paper(bench.printer, number)
        await bench.post(f"/documents/{queue[2]}/came-out", {"complete": True})

        assert [bench.printer.tape.count(number.encode()) for number in queue] == [1, 1, 0]
        assert (await bench.status())["printer"]["unfinished"] == []
        assert bench.printer.pulses == 0


async def test_what_was_printed_is_in_the_journal(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await bench.sell("k1")
        entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 100)

        assert [entry.type for entry in entries][-2:] == ["SALE", "PRINTED"]
        assert await rows.unfinished_prints(bench.book.database) == []
