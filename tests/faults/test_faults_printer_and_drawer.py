"""Troubles of printer and drawer, with a whole agent and a device process on a pseudo terminal."""

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent_bench import Bench, running_agent
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.tape import decode
from virtual_devices import DeviceProcess, device, printer

__all__ = ["device", "printer"]
SECONDS = 30.0


async def printed_as(bench: Bench, number: str, state: str) -> None:
    """Wait until a receipt is in that state."""
    end = time.monotonic() + SECONDS
    while bench.agent.printing.state(number) != state:
        assert time.monotonic() < end, (number, bench.agent.printing.account())
        await asyncio.sleep(0.02)


async def cut_in_the_middle(bench: Bench, device: DeviceProcess, at: int) -> str:
    """Sell until the plug goes at that byte of a receipt, and return its number.

    The printer is asked how it is now and then: a plug that goes at such a byte is put back and pulled again.
    """
    for n in range(8):
        device.control.set(vanish_after=at)
        number = number_of(await bench.sell(f"s-{n}"))
        end = time.monotonic() + SECONDS
        while bench.agent.printing.unfinished[number].state == "sending":
            assert time.monotonic() < end, bench.agent.printing.account()
            await asyncio.sleep(0.02)
        if bench.agent.printing.state(number) == "unknown":
            return number
        device.control.set(present=True)
        await printed_as(bench, number, "printed")
    raise AssertionError("the plug was never pulled in the middle of a receipt")


def number_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    number: str = answer.json()["number"]
    return number


def originals(device: DeviceProcess, number: str) -> int:
    """How many complete receipts of that number came out without a copy's mark."""
    documents = [one for one in decode(device.tape) if one.complete and number in one.text]
    return sum("DUPLICATE" not in one.text for one in documents)


async def test_without_paper_the_sale_stands_and_a_new_roll_brings_one_original(
    tmp_path: Path, device: DeviceProcess, printer: LinePrinter
) -> None:
    async with running_agent(tmp_path / "agent", device=printer) as bench:
        await bench.open_till()
        device.control.set(paper="out")
        number = number_of(await bench.sell("s-1"))
        await printed_as(bench, number, "pending")
        device.control.set(paper="enough")
        await printed_as(bench, number, "printed")
        assert originals(device, number) == 1


@pytest.mark.parametrize("at", [1, 150, 330])
async def test_a_plug_pulled_in_the_middle_asks_a_person_and_prints_no_second_original(
    tmp_path: Path, device: DeviceProcess, printer: LinePrinter, at: int
) -> None:
    async with running_agent(tmp_path / "agent", device=printer) as bench:
        await bench.open_till()
        number = await cut_in_the_middle(bench, device, at)
        device.control.set(present=True)
        after = number_of(await bench.sell("s-after"))
        await printed_as(bench, after, "printed")
        assert bench.agent.printing.state(number) == "unknown"
        assert originals(device, number) == 0
        assert originals(device, after) == 1


async def test_a_printer_that_takes_nothing_stops_no_sale(
    tmp_path: Path, device: DeviceProcess, printer: LinePrinter
) -> None:
    async with running_agent(tmp_path / "agent", device=printer) as bench:
        await bench.open_till()
        device.control.set(stalled=True)
        numbers = [number_of(await bench.sell(f"s-{number}")) for number in range(5)]
        assert len(set(numbers)) == 5
        device.control.set(stalled=False)
        for number in numbers:
            await printed_as(bench, number, "printed")
            assert originals(device, number) == 1


@pytest.mark.parametrize(
    ("trouble", "says"), [({"mute": True}, "does not answer"), ({"cover_open": True}, "cover")]
)
async def test_silence_is_never_taken_for_well(
    tmp_path: Path, device: DeviceProcess, printer: LinePrinter, trouble: dict[str, Any], says: str
) -> None:
    async with running_agent(tmp_path / "agent", device=printer) as bench:
        await bench.open_till()
        device.control.set(**trouble)
        number = number_of(await bench.sell("s-1"))
        await printed_as(bench, number, "pending")
        await bench.agent.printing.look()
        assert says in (await bench.status())["printer"]["state"]
        device.control.set(**dict.fromkeys(trouble, False))
        await printed_as(bench, number, "printed")
        assert originals(device, number) == 1


async def test_a_restart_never_kicks_the_drawer_again(
    tmp_path: Path, device: DeviceProcess, printer: LinePrinter
) -> None:
    async with running_agent(tmp_path / "agent", device=printer) as bench:
        await bench.open_till()
        device.control.set(present=False)
        number = number_of(await bench.sell("s-1"))
        await printed_as(bench, number, "pending")
    device.control.set(present=True)
    kicks = sum(one.pulses for one in decode(device.tape))
    async with running_agent(tmp_path / "agent", device=printer) as again:
        await again.sign_in()
        assert again.agent.printing.state(number) != "printed"
        following = number_of(await again.sell("s-2"))
        await printed_as(again, following, "printed")
        end = time.monotonic() + SECONDS
        while sum(one.pulses for one in decode(device.tape)) < kicks + 1 and time.monotonic() < end:
            await asyncio.sleep(0.02)
    assert sum(one.pulses for one in decode(device.tape)) == kicks + 1, "the second sale's own kick alone"
    assert originals(device, number) == 0
