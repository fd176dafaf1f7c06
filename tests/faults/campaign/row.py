"""One row of the table of faults, and where the tests are."""

from dataclasses import dataclass
from typing import Final

from faults.campaign.machine import Need

AGENT: Final = "tests/integration/agent"
TILL: Final = "tests/integration/till_service"
STORE: Final = "tests/integration/store_service"
KIT: Final = "tests/integration/service_kit"
LOCAL: Final = "tests/integration/local"
DEVICE: Final = "tests/integration/hardware/test_hardware_serial_printer.py"
PAPER: Final = "tests/faults/test_faults_printer_and_drawer.py"
KILLS: Final = "tests/faults/test_faults_kill_each_process.py"
STEPS: Final = "tests/faults/test_faults_crash_points.py"
HEALING: Final = "tests/faults/test_faults_healing.py"
ALONE: Final = "tests/faults/played/played_terminal.py"
LINE: Final = "tests/faults/played/played_network.py"
CLUSTER: Final = "tests/faults/played/played_broker_cluster.py"
RUSH: Final = "tests/faults/played/played_history.py"
SERVERS: Final = "tests/faults/played/played_power_cuts.py"
MANY: Final = "tests/faults/test_faults_many_terminals.py"
POWER: Final = "tests/faults/test_faults_power_cuts.py"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. `tests` are pytest's node ids; where there are none, `why_not` says why."""

    code: str
    breaks: str
    holds: str
    tests: tuple[str, ...] = ()
    need: Need | None = None
    why_not: str | None = None


def row(code: str, breaks: str, holds: str, *tests: str, need: Need | None = None, why_not: str = "") -> Row:
    return Row(code, breaks, holds, tests, need, why_not or None)
