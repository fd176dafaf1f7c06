from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_stand_ins import system_at, use_stand_ins


@pytest.fixture
def new_folder() -> Iterator[Path]:
    """A place for a data folder that nothing was ever started on."""
    # Not pytest's own folder: pytest shuts it for other accounts, and PostgreSQL may run as another one.
    folder = Path(tempfile.mkdtemp(prefix="tillday-test-"))
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)  # a killed PostgreSQL may still be tidying up


@pytest.fixture(scope="session")
def used_folder() -> Iterator[Path]:
    """A data folder that a system was started on once and stopped."""
    folder = Path(tempfile.mkdtemp(prefix="tillday-test-"))
    with pytest.MonkeyPatch.context() as patch:
        use_stand_ins(patch.setattr)
        asyncio.run(_start_and_stop(folder / "data"))
    yield folder / "data"
    shutil.rmtree(folder)


async def _start_and_stop(folder: Path) -> None:
    async with system_at(folder):
        pass


@pytest.fixture
def data_folder(new_folder: Path, used_folder: Path) -> Path:
    """A copy of the used one: as good as new, and the database need not be made again."""
    subprocess.run(["cp", "-a", str(used_folder), str(new_folder)], check=True)
    (new_folder / "ports.json").unlink()
    return new_folder
