"""A terminal that sells as fast as it can; what its printer puts on paper goes to standard output at once.

`python -m faults.campaign.selling FOLDER`: a real agent, its journal in FOLDER, no back office in reach.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from agent_bench import Bench, running_agent

PAPER = 1


def put_on_paper(bench: Bench) -> None:
    """Let the printer write its paper through, before it says that it printed."""
    printer: Any = bench.printer
    original, shown = printer.print, len(bench.printer.tape)

    async def print_through(*args: Any, **named: Any) -> Any:
        nonlocal shown
        result = await original(*args, **named)
        os.write(PAPER, bytes(bench.printer.tape[shown:]))
        shown = len(bench.printer.tape)
        return result

    printer.print = print_through


async def sell(folder: Path) -> None:
    """Open the till where it is not open, and sell for ever."""
    async with running_agent(folder) as bench:
        put_on_paper(bench)
        if (await bench.status())["till_state"]["status"] != "open":
            await bench.open_till()
        await bench.sign_in()
        n = 0
        while True:
            n += 1
            answer = await bench.sell(f"{os.getpid()}-{n}")
            assert answer.status_code in (200, 201), answer.text
            await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(sell(Path(sys.argv[1])))
