"""Every fault Tillday is built for: what breaks, what holds, which tests try it, or why none does."""

from typing import Final

from faults.campaign.record import runs
from faults.campaign.row import Row
from faults.campaign.server_rows import HOSTILE, NETWORK, SERVICES
from faults.campaign.terminal_rows import DEVICES, TERMINAL

SECTIONS: Final[dict[str, tuple[Row, ...]]] = {
    "Terminal: process, disk, clock": TERMINAL,
    "Printer and drawer": DEVICES,
    "Network and broker": NETWORK,
    "Services and database": SERVICES,
    "Hostile or broken input": HOSTILE,
}
ROWS: Final = {row.code: row for rows in SECTIONS.values() for row in rows}
SHORT: Final = ("A2", "A8", "N3", "S5", "H5")


def page() -> str:
    """Return the table of docs/faults.md."""
    parts, counted = [], runs()
    for title, rows in SECTIONS.items():
        parts.append(
            f"## {title}\n\n| row | what breaks | what holds | runs | tried by |\n|---|---|---|---|---|"
        )
        parts += [
            f"| {row.code} | {row.breaks} | {row.holds} | {counted.get(row.code, 0)} | {_tried(row)} |"
            for row in rows
        ]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _tried(row: Row) -> str:
    if row.why_not:
        return f"not yet: {row.why_not}"
    needs = f" (needs {row.need})" if row.need else ""
    return ", ".join(_link(test) for test in row.tests) + needs


def _link(test: str) -> str:
    path, _, name = test.partition("::")
    return f"[`{name or path.rsplit('/', 1)[1].removesuffix('.py')}`](../{path})"
