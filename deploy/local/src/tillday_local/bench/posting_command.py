"""`tillday bench --posting`: closing and posting a session of ten sales and one of a hundred thousand."""

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

from tillday_local.bench.posting import PostingFigures, measure_posting
from tillday_local.console import Narrator, error_console
from tillday_local.system import Watchers

BEYOND: Final = 1
MOST_TIMES: Final = 3.0
"""A scan of the sales would make it a thousand times longer; noise of the machine makes it less than this."""


async def measure_posting_and_tell(*, as_json: bool) -> int:
    """Measure and say it; 0 only where the number of sales does not matter."""
    narrator = Narrator(error_console())
    folder = Path(tempfile.mkdtemp(prefix="tillday-bench-"))
    try:
        figures = await measure_posting(folder, Watchers(step=narrator.step, incident=narrator.incident))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if as_json:
        sys.stdout.write(json.dumps(_as_json(figures)) + "\n")
    else:
        Console(highlight=False).print(_table(figures))
    return 0 if max(figures.close_ratio, figures.post_ratio) <= MOST_TIMES else BEYOND


def _as_json(figures: PostingFigures) -> dict[str, object]:
    ratios = {"close_ratio": figures.close_ratio, "post_ratio": figures.post_ratio}
    return {**asdict(figures), **{name: round(value, 2) for name, value in ratios.items()}}


def _table(figures: PostingFigures) -> Table:
    title = "A close and its posting read totals"
    table = Table("sales in the session", "to close it", "to post it", title=title, title_justify="left")
    for sales, took in ((figures.few_sales, figures.few), (figures.many_sales, figures.many)):
        table.add_row(f"{sales:,}", f"{took.close_ms:.1f} ms", f"{took.post_ms:.1f} ms")
    table.add_row("times longer", f"{figures.close_ratio:.2f}", f"{figures.post_ratio:.2f}")
    return table
