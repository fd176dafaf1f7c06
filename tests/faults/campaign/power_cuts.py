"""The power goes at random moments while a terminal sells: its journal holds every receipt on paper."""

import os
import random
import re
import selectors
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agent_shop import bundle
from faults.campaign.machine import PowerDisk, power_disk
from tillday_contracts.journal import chain_hash

TESTS: Final = Path(__file__).resolve().parents[2]
NUMBER: Final = re.compile(rb"\b(T1-[0-9A-Z]{5}-[0-9]+)\n")
STARTS_WITHIN: Final = 60.0
LONGEST_RUN: Final = 1.5


class Lost(Exception):
    """Something that had to survive did not; the text says what."""


@dataclass
class Cuts:
    """How often the power was cut, how many receipts were on paper then, and how many entries were found."""

    cycles: int = 0
    receipts: int = 0
    entries: int = 0


def cut_while_selling(cycles: int, *, seed: int, say: Callable[[str], None]) -> Cuts:
    """Cut the power of a selling terminal so many times; raises Lost."""
    chance, done = random.Random(seed), Cuts()
    with scratch() as folder, power_disk(folder) as disk:
        paper = b""
        for _ in range(cycles):
            paper += _one_life(disk, chance.random() * LONGEST_RUN)
            done.cycles += 1
            done.receipts = len(set(NUMBER.findall(paper)))
            done.entries = _compare(disk.path / "terminal", paper)
            say(f"power cut {done.cycles} of {cycles}: {done.receipts} receipts on paper, none is missing")
    if done.receipts < cycles:
        raise Lost(f"only {done.receipts} receipts in {cycles} lives: the terminal hardly sold")
    return done


def control_without_sync(*, seed: int) -> bool:
    """Say whether what was written and not synced is gone after a cut: else the cut proves nothing."""
    with scratch() as folder, power_disk(folder) as disk:
        (disk.path / "synced").write_bytes(b"kept")
        os.sync()
        (disk.path / "unsynced").write_bytes(random.Random(seed).randbytes(4096))
        disk.cut()
        disk.restore()
        return (disk.path / "synced").read_bytes() == b"kept" and not (disk.path / "unsynced").exists()


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tillday-power-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _one_life(disk: PowerDisk, seconds: float) -> bytes:
    """Let the terminal live until the power goes; return what came onto paper meanwhile."""
    folder = disk.path / "terminal"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "faults.campaign.selling", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    with tempfile.TemporaryFile() as said:
        terminal = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=said, cwd="/", start_new_session=True
        )
        assert terminal.stdout is not None
        try:
            paper = _read(terminal.stdout.fileno(), until=time.monotonic() + STARTS_WITHIN, first=True)
            paper += _read(terminal.stdout.fileno(), until=time.monotonic() + seconds)
            disk.cut()
            paper += _read(terminal.stdout.fileno(), until=time.monotonic() + 0.2)
        finally:
            terminal.kill()
            terminal.wait()
        paper += terminal.stdout.read()
        terminal.stdout.close()
        said.seek(0)
        words = said.read().decode(errors="replace")
    disk.restore()
    if not paper:
        raise Lost(f"the terminal did not sell: {words[-1500:]}")
    return paper


def _read(pipe: int, *, until: float, first: bool = False) -> bytes:
    """Read until that moment, or only until the first bytes came."""
    content = b""
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        while (left := until - time.monotonic()) > 0 and ready.select(left):
            part = os.read(pipe, 65536)
            content += part
            if first or not part:
                break
    return content


def _compare(folder: Path, paper: bytes) -> int:
    """Compare the journal that the power left with the paper; return how many entries it holds."""
    copy = folder.parent.parent / "journal-to-read"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    journal = sqlite3.connect(copy / "journal.db")
    rows = journal.execute("SELECT epoch, seq, prev, hash, data FROM journal ORDER BY rowid").fetchall()
    journal.close()
    key = bytes.fromhex(bundle().journal_key)
    broken = [seq for _, seq, prev, hash_, data in rows if chain_hash(key, prev, data) != hash_]
    if broken:
        raise Lost(f"the entries {broken[:5]} do not carry their proof any more")
    held = b"\n".join(data for *_, data in rows)
    missing = sorted(number for number in set(NUMBER.findall(paper)) if number not in held)
    if missing:
        raise Lost(f"{len(missing)} receipts on paper are not in the journal, first {missing[0]!r}")
    return len(rows)
