"""`tillday bench --board`: a store of very many terminals at the back office, against its limits."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tillday_local.bench.board import (
    MOST_BYTES,
    MOST_SECONDS,
    QUICK_SECONDS,
    BoardFigures,
    BoardSilent,
    measure_board,
)
from tillday_local.console import Narrator, error_console
from tillday_local.folder import DataFolder
from tillday_local.system import Watchers

BEYOND: Final = 1


async def measure_board_and_tell(*, terminals: int, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    narrator = Narrator(error_console())
    folder = Path(tempfile.mkdtemp(prefix="tillday-bench-"))
    try:
        watchers = Watchers(step=narrator.step, incident=narrator.incident)
        figures = await measure_board(DataFolder(folder), terminals, watchers, narrator.step)
    except (BoardSilent, TimeoutError) as silent:
        error_console().print(f"The board did not follow: {silent or 'no update came'}")
        return BEYOND
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        sys.stdout.write(json.dumps(asdict(figures)) + "\n")
    else:
        Console(highlight=False).print(_table(figures))
    return 0 if figures.is_within_limits else BEYOND


def _table(figures: BoardFigures) -> Table:
    title = f"A board of {figures.terminals:,} terminals"
    table = Table("figure", "measured", "at most", title=title, title_justify="left")
    table.add_row("the page, without its style and scripts", _size(figures.page_bytes), _size(MOST_BYTES))
    table.add_row("its renewed part", _size(figures.part_bytes), "")
    table.add_row("its answer, p50", f"{figures.page_p50_ms:.0f} ms", f"{QUICK_SECONDS * 1000:.0f} ms")
    table.add_row("  longest", f"{figures.page_max_ms:.0f} ms", "")
    table.add_row("a search among all", f"{figures.search_ms:.0f} ms", "")
    limit = f"{MOST_SECONDS * 1000:.0f} ms"
    table.add_row("from a terminal's message to the page, p50", f"{figures.update_p50_ms:.0f} ms", limit)
    table.add_row("  longest", f"{figures.update_max_ms:.0f} ms", "")
    return table


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} KB"
