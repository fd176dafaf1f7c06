"""`tillday bench --agent`: a terminal's agent alone against its limits."""

from __future__ import annotations

from dataclasses import asdict

from tillday_local.bench.agent import MOST_MIB, MOST_SECONDS, AgentSilent, measure_agent
from tillday_local.bench.telling import BEYOND, fresh_folder, limits_table, tell
from tillday_local.console import error_console


async def measure_agent_and_tell(*, as_json: bool) -> int:
    """Measure and say it; 0 only within the limits."""
    with fresh_folder() as folder:
        try:
            figures = await measure_agent(folder)
        except AgentSilent as silent:
            error_console().print(f"The agent did not answer:\n{silent}")
            return BEYOND
    table = limits_table("A terminal's agent")
    table.add_row("start to first answer", f"{figures.first_answer_seconds:.2f} s", f"{MOST_SECONDS:g} s")
    table.add_row("resident memory", f"{figures.resident_mib:.0f} MiB", f"{MOST_MIB:g} MiB")
    return tell(asdict(figures), table, within=figures.is_within_limits, as_json=as_json)
