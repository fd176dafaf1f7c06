"""`tillday bench --posting`: closing and posting a session of ten sales and one of a hundred thousand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from rich.table import Table

from tillday_local.bench.posting import PostingFigures, measure_posting
from tillday_local.bench.telling import fresh_folder, tell
from tillday_local.console import Narrator, error_console
from tillday_local.system import Watchers

MOST_TIMES: Final = 3.0
"""A scan of the sales would make it a thousand times longer; noise of the machine makes it less than this."""


async def measure_posting_and_tell(*, as_json: bool) -> int:
    """Measure and say it; 0 only where the number of sales does not matter."""
    narrator = Narrator(error_console())
    with fresh_folder() as folder:
        figures = await measure_posting(folder, Watchers(step=narrator.step, incident=narrator.incident))
    within = max(figures.close_ratio, figures.post_ratio) <= MOST_TIMES
    return tell(_as_json(figures), _table(figures), within=within, as_json=as_json)


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
