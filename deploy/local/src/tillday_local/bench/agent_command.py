"""`tillday bench --agent`: a terminal's agent alone against its limits."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tillday_local.bench.agent import MOST_MIB, MOST_SECONDS, AgentSilent, measure_agent
from tillday_local.console import error_console

BEYOND: Final = 1


async def measure_agent_and_tell(*, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    with tempfile.TemporaryDirectory(prefix="tillday-bench-") as folder:
        try:
            figures = await measure_agent(Path(folder))
        except AgentSilent as silent:
            error_console().print(f"The agent did not answer:\n{silent}")
            return BEYOND
    if as_json:
        sys.stdout.write(json.dumps(asdict(figures)) + "\n")
    else:
        table = Table("figure", "measured", "at most", title="A terminal's agent", title_justify="left")
        table.add_row("start to first answer", f"{figures.first_answer_seconds:.2f} s", f"{MOST_SECONDS:g} s")
        table.add_row("resident memory", f"{figures.resident_mib:.0f} MiB", f"{MOST_MIB:g} MiB")
        Console(highlight=False).print(table)
    return 0 if figures.is_within_limits else BEYOND
