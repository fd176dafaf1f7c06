"""What every measurement against limits does alike: a folder of its own, figures as a table or as JSON."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

WITHIN: Final = 0
BEYOND: Final = 1


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards, whatever happened."""
    # Under the system's temporary folder: PostgreSQL runs as another account when we are root.
    folder = Path(tempfile.mkdtemp(prefix="tillday-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def limits_table(title: str) -> Table:
    """Return a table for figures beside their limits."""
    return Table("figure", "measured", "at most", title=title, title_justify="left")


def tell(figures: Mapping[str, object], table: Table, *, within: bool, as_json: bool) -> int:
    """Print the table, or one JSON object and nothing else; return the exit code."""
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
    else:
        Console(highlight=False).print(table)
    return WITHIN if within else BEYOND
