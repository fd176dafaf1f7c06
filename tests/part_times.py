"""How long each part of the suite took, and tests whose tool is missing. A pytest plugin."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

# Minutes of the whole budget, by the parts that share one.
BUDGET: Final = {
    ("unit", "contracts", "architecture"): 3,
    ("simulation",): 2,
    ("integration", "races"): 5,
    ("faults",): 4,
    ("e2e",): 6,
}
TESTS: Final = Path(__file__).parent
TOOLS: Final[dict[str, Callable[[], bool]]] = {
    "root": lambda: os.geteuid() == 0,
    "chromium": lambda: any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
}


class PartTimes:
    """Adds up the seconds of set-up, call and tear-down under each folder of tests/."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        part = Path(report.nodeid.split("::")[0]).parts
        self.seconds[part[1] if len(part) > 2 else "other"] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("time of each part")
        for part, seconds in sorted(self.seconds.items()):
            terminalreporter.write_line(f"{part:<14} {seconds:7.1f} s")

    def pytest_sessionfinish(self) -> None:
        target = os.environ.get("TILLDAY_PART_TIMES")
        if target:
            with Path(target).open("a", encoding="utf-8") as lines:
                for parts, minutes in BUDGET.items():
                    seconds = round(sum(self.seconds.get(part, 0.0) for part in parts))
                    lines.write(f"{'_and_'.join(parts[:2])} {seconds} {minutes}\n")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(PartTimes(), "part times")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        tool = str(mark.args[0])
        if not TOOLS[tool]():
            if os.environ.get("CI"):
                pytest.fail(f"{tool} is needed here, because CI is set")
            pytest.skip(f"needs {tool}")
