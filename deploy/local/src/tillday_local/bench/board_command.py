"""`tillday bench --board`: a store of very many terminals at the back office, against its limits."""

from __future__ import annotations

from dataclasses import asdict

from rich.table import Table

from tillday_local.bench.board import (
    MOST_BYTES,
    MOST_SECONDS,
    QUICK_SECONDS,
    BoardFigures,
    BoardSilent,
    measure_board,
)
from tillday_local.bench.telling import BEYOND, fresh_folder, limits_table, tell
from tillday_local.console import Narrator, error_console
from tillday_local.folder import DataFolder
from tillday_local.system import Watchers


async def measure_board_and_tell(*, terminals: int, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    narrator = Narrator(error_console())
    watchers = Watchers(step=narrator.step, incident=narrator.incident)
    with fresh_folder() as folder:
        try:
            figures = await measure_board(DataFolder(folder), terminals, watchers, narrator.step)
        except (BoardSilent, TimeoutError) as silent:
            error_console().print(f"The board did not follow: {silent or 'no update came'}")
            return BEYOND
    return tell(asdict(figures), _table(figures), within=figures.is_within_limits, as_json=as_json)


def _table(figures: BoardFigures) -> Table:
    table = limits_table(f"A board of {figures.terminals:,} terminals")
    table.add_row("the page, without its style and scripts", _size(figures.page_bytes), _size(MOST_BYTES))
    table.add_row("its renewed part", _size(figures.part_bytes), "")
    table.add_row("its answer, p50", f"{figures.page_p50_ms:.0f} ms", f"{QUICK_SECONDS * 1000:.0f} ms")
    table.add_row("  longest", f"{figures.page_max_ms:.0f} ms", "")
    table.add_row("  processor time of all parts", f"{figures.page_processor_ms:.0f} ms", "")
    table.add_row("a search among all", f"{figures.search_ms:.0f} ms", "")
    told = f"looks of a page, asked for by {figures.hellos} signs of life"
    table.add_row(told, f"{figures.looks_at_hellos}", "0")
    limit = f"{MOST_SECONDS * 1000:.0f} ms"
    table.add_row(f"to the page beside {figures.sales} sales, p50", f"{figures.update_p50_ms:.0f} ms", limit)
    table.add_row("  longest", f"{figures.update_max_ms:.0f} ms", "")
    table.add_row("  processor time of all parts", f"{figures.update_processor_ms:.0f} ms", "")
    table.add_row("a terminal registered", f"{figures.registered_ms:.0f} ms", "")
    table.add_row("  processor time of all parts", f"{figures.registered_processor_ms:.0f} ms", "")
    return table


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} KB"
