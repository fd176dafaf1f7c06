"""`tillday bench --agent --sales N`: a day on a terminal's screens against its limits."""

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

from tillday_local.bench.agent import MOST_MIB
from tillday_local.bench.screens import MOST_TAP_MS, ScreenFigures, ScreensOdd, measure_screens
from tillday_local.console import Narrator, error_console
from tillday_local.folder import DataFolder

BEYOND: Final = 1


async def measure_screens_and_tell(*, sales: int, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    console = error_console()
    # Under the system's temporary folder: PostgreSQL runs as another account when we are root.
    folder = Path(tempfile.mkdtemp(prefix="tillday-bench-"))
    try:
        figures = await measure_screens(DataFolder(folder), sales=sales, step=Narrator(console).step)
    except ScreensOdd as odd:
        console.print(f"The day on the screens did not go as it should: {odd}.")
        return BEYOND
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        sys.stdout.write(json.dumps(asdict(figures)) + "\n")
    else:
        Console(highlight=False).print(_table(figures))
    return 0 if figures.is_within_limits else BEYOND


def _table(figures: ScreenFigures) -> Table:
    table = Table("figure", "measured", "at most", title_justify="left")
    table.title = f"{figures.sales} sales on the screens, {figures.taps} taps"
    table.add_row("a tap's answer, half of them", f"{figures.tap_p50_ms:.1f} ms", "")
    table.add_row("  99 of 100", f"{figures.tap_p99_ms:.1f} ms", f"{MOST_TAP_MS:g} ms")
    table.add_row("  the longest", f"{figures.tap_max_ms:.1f} ms", "")
    table.add_row("processor time of a tap", f"{figures.processor_ms:.1f} ms", "")
    first, *_, last = figures.resident_mib
    table.add_row("resident memory at the first sale", f"{first:.0f} MiB", "")
    table.add_row("  at most", f"{max(figures.resident_mib):.0f} MiB", f"{MOST_MIB:g} MiB")
    table.add_row("  after the cash-up", f"{last:.0f} MiB", "")
    return table
