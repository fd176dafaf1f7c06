"""Screens and a printer that takes its time."""

import asyncio
from pathlib import Path

from agent_bench import running_agent
from agent_screen import screen_at
from agent_shop import CARD, CASH, store_settings
from terminal_agent.hardware.escpos_bytes import kick_pulse
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.hardware.ports import PrintResult


class BusyPrinter(MemoryPrinter):
    """A printer that takes its time."""

    def __init__(self) -> None:
        super().__init__(pulse=kick_pulse())
        self.free = asyncio.Event()

    async def print(self, data: bytes) -> PrintResult:
        await self.free.wait()
        return await super().print(data)


async def test_no_tap_waits_for_paper_and_the_screen_tells_of_it_when_it_comes(tmp_path: Path) -> None:
    printer = BusyPrinter()
    async with running_agent(tmp_path, store=store_settings(CASH, CARD), device=printer) as bench:
        screen = await screen_at(bench, tmp_path)
        await bench.agent.printing.look()
        await screen.open_till()
        for key in ("COF-01", "BAK-04"):
            await screen.do("add", sku=key)
            await screen.do("to-pay")
            await screen.do("tender", tender="card")
            assert screen.figure("number")
        assert "The receipt is being printed" in screen.html
        printer.free.set()
        await screen.paper()
        assert "Receipt printed" in await screen.look()
