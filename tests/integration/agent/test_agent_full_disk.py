"""A full disk stops new sales before anything is printed; the sale under way still ends."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_bench import Bench, running_agent
from terminal_agent import agent
from terminal_agent.desk import standing
from terminal_agent.journal.ballast import BALLAST_BYTES, BALLAST_FILE, Ballast

pytestmark = pytest.mark.needs("root")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(place)], check=True)
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def receipts(bench: Bench) -> int:
    return bench.printer.tape.count(b"TOTAL")


async def test_below_the_limit_no_sale_is_begun_and_nothing_printed(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_agent(small_disk) as bench:  # 8 MB are far below the limit
        monkeypatch.setattr(standing, "STOP_BYTES", 0)
        await bench.open_till()
        assert (await bench.sell("s-1")).status_code == 200
        monkeypatch.undo()
        refused = await bench.sell("s-2")
        assert refused.json()["code"] == "disk_full"
        assert receipts(bench) == 1


async def test_the_sale_under_way_is_written_on_a_full_disk_and_the_next_one_is_refused(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "STOP_BYTES", 0)
    monkeypatch.setattr(agent, "STOP_BYTES", 0)
    async with running_agent(small_disk) as bench:
        assert (small_disk / BALLAST_FILE).stat().st_blocks * 512 >= BALLAST_BYTES
        await bench.open_till()
        fill(small_disk)
        sold = 0
        while (answer := await bench.sell(f"s-{sold}")).status_code == 200:
            sold += 1
            fill(small_disk)
        assert sold >= 1
        assert not (small_disk / BALLAST_FILE).exists()
        assert answer.json()["code"] in ("disk_full", "journal")
        assert receipts(bench) == sold
        (small_disk / "filler").unlink()
    async with running_agent(small_disk) as again:
        await again.sign_in()
        assert (await again.sell("later")).status_code == 200


async def test_the_control_without_room_kept_back_the_sale_under_way_is_refused(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "STOP_BYTES", 0)
    async with running_agent(small_disk) as bench:  # nothing is kept back: too little is free
        await bench.open_till()
        for number in range(200):
            fill(small_disk)
            if (await bench.sell(f"s-{number}")).status_code != 200:
                break
        assert receipts(bench) == number
        assert number < 200


def test_room_is_given_up_once(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path, size=4096)
    ballast.take(leave=0)
    assert (ballast.release(), ballast.release()) == (True, False)
