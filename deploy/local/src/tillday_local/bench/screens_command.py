"""`tillday bench --agent --sales N`: a day on a terminal's screens against its limits."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from tillday_local.bench.agent import MOST_MIB
from tillday_local.bench.screens import MOST_TAP_MS, ScreenFigures, ScreensOdd, measure_screens
from tillday_local.bench.telling import BEYOND, fresh_folder, limits_table, tell
from tillday_local.console import Narrator, error_console
from tillday_local.folder import DataFolder


async def measure_screens_and_tell(*, sales: int, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    console = error_console()
    with fresh_folder() as folder:
        try:
            figures = await measure_screens(DataFolder(folder), sales=sales, step=Narrator(console).step)
        except ScreensOdd as odd:
            console.print(f"The day on the screens did not go as it should: {odd}.")
            return BEYOND
    return tell(asdict(figures), _table(figures), within=figures.is_within_limits, as_json=as_json)


def _table(figures: ScreenFigures) -> Table:
    table = limits_table(f"{figures.sales} sales on the screens, {figures.taps} taps")
    table.add_row("a tap's answer, half of them", f"{figures.tap_p50_ms:.1f} ms", "")
    table.add_row("  99 of 100", f"{figures.tap_p99_ms:.1f} ms", f"{MOST_TAP_MS:g} ms")
    table.add_row("  the longest", f"{figures.tap_max_ms:.1f} ms", "")
    table.add_row("processor time of a tap", f"{figures.processor_ms:.1f} ms", "")
    first, *_, last = figures.resident_mib
    table.add_row("resident memory at the first sale", f"{first:.0f} MiB", "")
    table.add_row("  at most", f"{max(figures.resident_mib):.0f} MiB", f"{MOST_MIB:g} MiB")
    table.add_row("  after the cash-up", f"{last:.0f} MiB", "")
    return table
