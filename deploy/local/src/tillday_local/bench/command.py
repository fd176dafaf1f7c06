"""`tillday bench`: measure, say it, keep a picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tillday_local.bench.figures import Figures
from tillday_local.bench.plot import svg
from tillday_local.bench.run import BenchPlan, run_bench
from tillday_local.bench.telling import fresh_folder
from tillday_local.console import Narrator, error_console
from tillday_local.folder import DataFolder
from tillday_local.system import Watchers

UNSOUND: Final = 1


@dataclass(frozen=True, kw_only=True)
class BenchOptions:
    """What the command line asked for."""

    plan: BenchPlan = field(default_factory=BenchPlan)
    as_json: bool = False
    plot: Path | None = None


async def run_and_tell(options: BenchOptions) -> int:
    """Run it in a folder of its own; 0 only if the ledger holds what it acknowledged."""
    console = error_console()
    narrator = Narrator(console)
    watchers = Watchers(step=narrator.step, incident=narrator.incident)
    with fresh_folder() as folder:
        figures, curve = await run_bench(DataFolder(folder), options.plan, watchers, narrator.step)
    if options.plot is not None:
        options.plot.write_text(svg(figures, curve), encoding="utf-8")
        console.print(f"The picture is {options.plot}.")
    if options.as_json:
        sys.stdout.write(json.dumps(figures.as_json()) + "\n")
    else:
        _show(Console(highlight=False), figures)
    if not figures.is_sound:
        console.print(
            f"[bold red]Broken run:[/bold red] {figures.acknowledged_sales} sales acknowledged, "
            f"{figures.ledger_sales} in the ledger, {figures.odd_verdicts} odd verdicts"
        )
    return 0 if figures.is_sound else UNSOUND


def _show(console: Console, figures: Figures) -> None:
    live, history, limit = figures.live, figures.history, figures.limit
    title = f"{figures.terminals} terminals, {figures.cpus} cores, broker, database and load on one machine"
    console.print(
        _table(
            title,
            (
                ("From journal to acknowledged ledger", f"{history.sales_per_second:,.0f} sales/s"),
                ("  backlog", f"{history.sales:,} sales in {history.seconds:.1f} s"),
                ("The database alone, same bytes", f"{limit.sales_per_second:,.0f} sales/s"),
                ("  ratio", f"{figures.ratio:.2f}"),
                (f"Ack at {live.offered_per_second:g} sales/s, p50", f"{live.ack_p50_ms:.1f} ms"),
                ("  p99", f"{live.ack_p99_ms:.1f} ms"),
                ("  longest", f"{live.ack_max_ms:.1f} ms"),
            ),
        )
    )
    parts = (
        (name, f"{mib:,.0f} MiB", f"{figures.cores_used.get(name, 0.0):.2f} cores")
        for name, mib in sorted(figures.memory_mib.items())
    )
    console.print(_table("Each part: memory at most, work during the backlog", parts))


def _table(title: str, rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    for row in rows:
        while len(table.columns) < len(row):
            table.add_column(justify="right")
        table.add_row(*row)
    return table
