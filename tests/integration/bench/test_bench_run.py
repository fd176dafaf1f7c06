"""A small benchmark on the real broker, ledger service and database."""

import tempfile
from pathlib import Path

from tillday_local.bench.run import BenchPlan, run_bench
from tillday_local.folder import DataFolder
from tillday_local.system import Watchers


async def test_the_ledger_holds_every_sale_that_the_benchmark_counts() -> None:
    plan = BenchPlan(terminals=3, rate=60, live_seconds=1.0, backlog=80, history_seconds=20.0)
    steps: list[str] = []
    # Not below pytest's own folder: PostgreSQL runs as another account where we are root.
    with tempfile.TemporaryDirectory(prefix="tillday-bench-", ignore_cleanup_errors=True) as folder:
        figures, curve = await run_bench(DataFolder(Path(folder)), plan, Watchers(), steps.append)

    assert figures.is_sound
    assert figures.live.acknowledged == figures.live.sales == 60
    assert figures.history.sales == 240
    assert figures.ledger_sales == figures.acknowledged_sales == 300
    assert figures.ratio > 0
    assert {"broker", "database", "till_service"} <= figures.memory_mib.keys()
    assert curve.acknowledged[-1][1] == 240
    assert len(steps) == 3
