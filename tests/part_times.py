"""How long each part of the suite took, and tests whose tool is missing. A pytest plugin."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from browser_program import chromium

# Minutes of the whole budget, by the parts that share one.
BUDGET: Final = {
    ("unit", "contracts", "architecture"): 3,
    ("simulation",): 2,
    ("integration", "races"): 5,
    ("faults",): 4,
    ("e2e",): 6,
}
LATER: Final = {"e2e": 1, "integration": 2, "races": 2, "simulation": 2, "unit": 2}
STATIC_MINUTES: Final = 2
STATIC_SECONDS: Final = "TILLDAY_STATIC_SECONDS"
TESTS: Final = Path(__file__).parent
TOOLS: Final[dict[str, Callable[[], bool]]] = {
    "root": lambda: os.geteuid() == 0,
    "chromium": lambda: chromium() is not None,
}


def _part(nodeid: str) -> str:
    part = Path(nodeid.split("::", maxsplit=1)[0]).parts
    return part[1] if len(part) > 2 else "other"


class PartTimes:
    """Adds up the seconds of set-up, call and tear-down under each folder of tests/."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[_part(report.nodeid)] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Each part's time; where the static checks ran before, theirs too, and all against their budget."""
        terminalreporter.section("time of each part")
        for part, seconds in sorted(self.seconds.items()):
            terminalreporter.write_line(f"{part:<14} {seconds:7.1f} s")
        static = os.environ.get(STATIC_SECONDS)
        if static is None:
            return
        terminalreporter.section("against the budget")
        terminalreporter.write_line(budget_line("static", float(static), STATIC_MINUTES))
        for parts, minutes in BUDGET.items():
            spent = sum(self.seconds.get(part, 0.0) for part in parts)
            terminalreporter.write_line(budget_line(" and ".join(parts), spent, minutes))


def budget_line(what: str, seconds: float, minutes: int) -> str:
    """Return a row of the table: what it took, what it may take."""
    over = "   over" if seconds > minutes * 60 else ""
    return f"{what:<36} {seconds:6.0f} s of {minutes * 60:4d} s{over}"


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(PartTimes(), "part times")


def pytest_sessionstart(session: pytest.Session) -> None:
    """While workers do the rest, their idle parent brings what the screens' tests will wait for."""
    if session.config.getoption("dist", "no") != "no" and "PYTEST_XDIST_WORKER" not in os.environ:
        threading.Thread(target=chromium, name="bring Chromium", daemon=True).start()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A name with an address in it is another one in each process, so the workers would not agree.

    The screens' tests come after the other slow ones: a browser may have to be brought here for them.
    """
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"give its cases ids that stay: {item.nodeid}")
    items.sort(key=lambda item: LATER.get(_part(item.nodeid), 0))


def pytest_xdist_auto_num_workers() -> int:
    """As many workers as cores, each with servers of its own: more than four gain nothing."""
    return min(os.cpu_count() or 1, 4)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        tool = str(mark.args[0])
        if not TOOLS[tool]():
            if os.environ.get("CI"):
                pytest.fail(f"{tool} is needed here, because CI is set")
            pytest.skip(f"needs {tool}")
