"""A disk that fails under the journal: the terminal stops within one sale and never tries its luck again."""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_bench import running_agent
from terminal_agent.desk import standing

SHUT_DOWN = 0x8004587D
"""FS_IOC_SHUTDOWN: from now on every write to the file system fails, as on a disk that died."""
WITHOUT_LOG = 2

pytestmark = [
    pytest.mark.needs("root"),
    pytest.mark.skipif(shutil.which("mkfs.ext4") is None, reason="no mkfs.ext4 on this machine"),
]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    image, place = tmp_path / "image", tmp_path / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(24 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    if subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=False).returncode:
        pytest.skip("no loop device on this machine")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def die(disk: Path) -> None:
    folder = os.open(disk, os.O_RDONLY)
    fcntl.ioctl(folder, SHUT_DOWN, struct.pack("I", WITHOUT_LOG))
    os.close(folder)


async def test_after_a_failed_write_nothing_is_sold_or_printed_until_the_agent_starts_anew(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "STOP_BYTES", 0)
    async with running_agent(disk / "agent") as bench:
        await bench.open_till()
        assert (await bench.sell("s-1")).status_code == 200
        printed = bench.printer.tape.count(b"TOTAL")
        die(disk)
        for attempt in range(3):
            refused = await bench.sell(f"after-{attempt}")
            assert (refused.status_code >= 400, refused.json()["code"]) == (True, "journal"), refused.text
        assert bench.printer.tape.count(b"TOTAL") == printed
        assert bench.book.broken is not None
        assert (await bench.http.get("/readyz")).status_code != 200
