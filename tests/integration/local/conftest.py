from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_folder() -> Iterator[Path]:
    # Not pytest's own folder: pytest shuts it for other accounts, and PostgreSQL may run as another one.
    folder = Path(tempfile.mkdtemp(prefix="tillday-test-"))
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)  # a killed PostgreSQL may still be tidying up
