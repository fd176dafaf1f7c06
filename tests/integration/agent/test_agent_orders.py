"""Copies that the back office ordered: printed once each, kept as entries, tried again when paper is back."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from agent_bench import Bench, running_agent
from agent_shop import TODAY, TestClock
from terminal_agent.desk.orders import Orders
from terminal_agent.hardware.tape import decode
from terminal_agent.journal import rows
from tillday_contracts.entries import CommandDone, Printed, read_body, read_envelope
from tillday_contracts.wishes import Command, DesiredContent, seal_desired


def command(bench: Bench, n: int, document: str | None, *, lasts: int = 3600) -> Command:
    until = bench.book.world.now() + timedelta(seconds=lasts)
    return Command(command_id=f"{n:032x}", kind="reprint", not_after=until, document=document)


async def wish(bench: Bench, rev: int, commands: Sequence[Command]) -> None:
    await bench.book.hold(seal_desired(DesiredContent(business_date=TODAY, commands=tuple(commands)), rev))


@asynccontextmanager
async def obeying(bench: Bench) -> AsyncIterator[Orders]:
    orders = Orders(bench.book, bench.agent.parts.reports, again=0.05)
    running = asyncio.create_task(orders.run())
    try:
        yield orders
    finally:
        running.cancel()
        await asyncio.wait([running])


async def entries(bench: Bench) -> list[object]:
    found = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 500)
    return [read_body(read_envelope(entry.data)) for entry in found]


async def results(bench: Bench, many: int) -> list[CommandDone]:
    async with asyncio.timeout(20):
        while True:
            done = [body for body in await entries(bench) if isinstance(body, CommandDone)]
            if len(done) >= many:
                return done
            await asyncio.sleep(0.02)


def copies(bench: Bench) -> int:
    return sum("DUPLICATE" in document.text for document in decode(bench.printer.tape))


async def test_a_copy_is_printed_once_and_its_word_stands_beside_the_print(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench, obeying(bench):
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        order = command(bench, 1, number)
        await wish(bench, 10, [order])
        (done,) = await results(bench, 1)
        # The same command under another revision, and still standing: it is not done again.
        await wish(bench, 11, [order])
        await wish(bench, 12, [order, command(bench, 2, number)])
        await results(bench, 2)

        assert (done.command_id, done.outcome, done.reason) == (order.command_id, "done", None)
        assert copies(bench) == 2
        printed = [(type(b), getattr(b, "copy_no", None)) for b in await entries(bench)][-4:]
        assert printed == [(Printed, 1), (CommandDone, None), (Printed, 2), (CommandDone, None)]


async def test_a_command_obeyed_before_a_restart_is_not_done_after_it(tmp_path: Path) -> None:
    clock = TestClock()
    async with running_agent(tmp_path, clock=clock) as bench, obeying(bench):
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        await wish(bench, 10, [command(bench, 1, number)])
        await results(bench, 1)
    async with running_agent(tmp_path, clock=clock, online=False) as bench, obeying(bench):
        await wish(bench, 11, [command(bench, 1, number), command(bench, 2, number)])
        assert [done.command_id for done in await results(bench, 2)] == [f"{n:032x}" for n in (1, 2)]
        assert copies(bench) == 1


async def test_a_copy_waits_for_the_printer_under_the_number_it_was_given(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        bench.printer.connected = False
        async with obeying(bench) as orders, asyncio.timeout(20):
            await wish(bench, 10, [command(bench, 1, number)])
            while not orders._rests:
                await asyncio.sleep(0.02)
            assert not [body for body in await entries(bench) if isinstance(body, CommandDone)]
            bench.clock.pass_seconds(60)
            bench.printer.connected = True
            bench.book.changed()
            await results(bench, 1)
        bodies = [body for body in await entries(bench) if isinstance(body, Printed)]
        assert [(body.document, body.copy_no) for body in bodies] == [(number, 0), (number, 1)]


async def test_a_document_that_is_not_here_is_said_and_one_past_its_time_is_left(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench, obeying(bench):
        late = command(bench, 1, "T1-ABCDE-1", lasts=-1)
        await wish(bench, 10, [late, command(bench, 2, "T9-ABCDE-1")])
        (failed,) = await results(bench, 1)

        assert (failed.command_id, failed.outcome) == (f"{2:032x}", "failed")
        assert "T9-ABCDE-1" in (failed.reason or "")
