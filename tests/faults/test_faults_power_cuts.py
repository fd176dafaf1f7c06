"""The power goes while a terminal sells; more of it by `./tillday faults --power-cuts N`."""

import sqlite3
from pathlib import Path

import pytest

from agent_bench import running_agent
from faults.campaign.machine import missing, power_disk
from faults.campaign.power_cuts import control_without_sync, cut_while_selling, scratch

WHY_NOT = missing().get("power cuts")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"power cuts cannot be tried here: {WHY_NOT}")


def test_no_receipt_on_paper_is_missing_after_the_power_went() -> None:
    assert control_without_sync(seed=1), "what was not synced survived: this cut is none"

    done = cut_while_selling(2, seed=2, say=lambda _: None)

    assert done.cycles == 2
    assert done.receipts >= 2


async def test_a_disk_that_is_gone_stops_the_terminal_from_selling() -> None:
    with scratch() as folder, power_disk(folder) as disk:
        await sell_until_the_disk_is_gone(disk.path / "terminal", disk.cut)


async def sell_until_the_disk_is_gone(folder: Path, cut: object) -> None:
    """Sell, lose the disk, and be refused: at once, and then for good."""
    folder.mkdir()
    seen: list[str] = []
    try:
        async with running_agent(folder) as bench:
            await bench.open_till()
            assert (await bench.sell("k1")).status_code == 200
            assert callable(cut)
            cut()
            paper = bench.printer.tape
            refused = await bench.sell("k2")

            assert refused.status_code >= 400
            assert b"-2\n" not in bench.printer.tape[len(paper) :], (
                "nothing is printed that is not on the disk"
            )
            assert bench.book.broken is not None
            seen.append("refused")
            assert (await bench.sell("k3")).status_code >= 400
            seen.append("refused")
    except (OSError, sqlite3.Error):
        # Closing a journal whose disk is gone may fail; there is nothing left to do then.
        assert seen, "the disk went before it was asked for"
    assert seen == ["refused", "refused"]
