"""The fault campaign: `./tillday faults [--rows A1,N2] [--short] [--runs N] [--power-cuts N] …`."""

import argparse
import asyncio
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from xml.etree import ElementTree

import structlog
from rich.console import Console
from rich.table import Table

from faults.campaign.fleet import open_sell_and_report
from faults.campaign.machine import Need, missing
from faults.campaign.played_day import passable_folder
from faults.campaign.power_cuts import Lost, control_without_sync, cut_while_selling
from faults.campaign.record import note
from faults.campaign.row import Row
from faults.campaign.rows import ROWS, SHORT
from faults.campaign.server_cuts import cut_a_server

ROOT: Final = Path(__file__).resolve().parents[3]
BROKEN: Final = 1
BAD_USE: Final = 2
SALES_OF_EACH: Final = 5
Verdict = Literal["held", "BROKEN", "not tried"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one row went; `why` says what broke, or why it was not tried."""

    row: Row
    verdict: Verdict
    runs: int = 0
    tests: int = 0
    seconds: float = 0.0
    why: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; 0 only when every row that was tried held."""
    options = _options(arguments)
    unknown = sorted(set(options.rows) - set(ROWS))
    if unknown:
        say(f"There is no row {unknown[0]}; the rows are {', '.join(ROWS)}.")
        return BAD_USE
    absent = missing()
    _quiet()
    _say_what_is_missing(absent)
    if options.terminals:
        return _terminals(options.terminals)
    if options.power_cuts and options.of != "terminal":
        return _server_cuts(options, absent)
    if options.power_cuts:
        return _power_cuts(options.power_cuts, options.seed, absent)
    os.environ["TILLDAY_FAULTS_DELIVERIES"] = str(options.deliveries)
    outcomes = []
    for code in options.rows or (SHORT if options.short else tuple(ROWS)):
        outcomes.append(_try(ROWS[code], options.runs, absent))
        if options.record and outcomes[-1].verdict != "not tried":
            note(code, outcomes[-1].runs if outcomes[-1].verdict == "held" else 0)
        say(f"{code}: {outcomes[-1].verdict} ({outcomes[-1].seconds:.0f} s) {outcomes[-1].why}".rstrip())
    _show(outcomes)
    return BROKEN if any(outcome.verdict == "BROKEN" for outcome in outcomes) else 0


def _quiet() -> None:
    """Servers are cut off here on purpose: what the libraries say of that is nothing for who reads this."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("nats", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tillday faults", description=__doc__)
    parser.add_argument("--rows", type=_codes, default=(), help="only these rows: A1,N2")
    parser.add_argument("--record", action="store_true", help="count the runs that held, for docs/faults.md")
    parser.add_argument("--short", action="store_true", help=f"only {', '.join(SHORT)}: about a minute")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="try each row N times (default 1)")
    parser.add_argument(
        "--power-cuts", type=int, metavar="N", help="cut the power N times while a till sells"
    )
    parser.add_argument(
        "--of", choices=("terminal", "broker", "database"), default="terminal", help="whose power"
    )
    parser.add_argument(
        "--terminals", type=int, metavar="N", help="so many terminals open, sell and report at once"
    )
    parser.add_argument("--seed", type=int, default=1, help="another number, other moments")
    parser.add_argument(
        "--deliveries", type=int, default=200_000, metavar="N", help="of a recorded day, in N1 and H2"
    )
    return parser.parse_args(arguments)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip().upper() for code in text.split(",") if code.strip())


def _say_what_is_missing(absent: dict[Need, str]) -> None:
    for need, why in absent.items():
        rows = [code for code, row in ROWS.items() if row.need == need]
        if rows:
            say(f"This machine cannot try {', '.join(rows)}: no {need} ({why}).")
    if not absent:
        say("This machine can try every row that has a test.")


def _try(row: Row, runs: int, absent: dict[Need, str]) -> Outcome:
    if row.why_not is not None:
        return Outcome(row, "not tried", why=row.why_not)
    if row.need is not None and row.need in absent:
        return Outcome(row, "not tried", why=f"no {row.need}: {absent[row.need]}")
    began, passed = time.monotonic(), 0
    for run in range(1, runs + 1):
        found = _pytest(row.tests)
        passed += found.passed
        spent = time.monotonic() - began
        if found.trouble:
            return Outcome(row, "BROKEN", run, passed, spent, found.trouble)
        if found.skipped or not found.passed:
            return Outcome(row, "not tried", run, passed, spent, found.skipped or "no test ran")
    return Outcome(row, "held", runs, passed, time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Found:
    passed: int
    trouble: str
    skipped: str


def _pytest(tests: Sequence[str]) -> _Found:
    with tempfile.TemporaryDirectory(prefix="tillday-faults-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        ended = subprocess.run(
            [*command, f"--junitxml={report}", *tests], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if not report.exists():
            return _Found(0, (ended.stdout + ended.stderr).strip()[-300:] or "pytest said nothing", "")
        return _read(ElementTree.parse(report).getroot(), ended.returncode)  # noqa: S314 - pytest wrote it just now


def _read(report: ElementTree.Element, code: int) -> _Found:
    broken = [f"{case.get('name')}: {_said(case)}" for case in report.iter("testcase") if _said(case)]
    skipped = [str(part.get("message")) for part in report.iter("skipped")]
    passed = sum(not _has(case, "failure", "error", "skipped") for case in report.iter("testcase"))
    trouble = broken[0] if broken else f"pytest ended with {code}" if code else ""
    return _Found(passed, trouble, skipped[0] if skipped else "")


def _said(case: ElementTree.Element) -> str:
    """The first line of what broke in a test, "" where nothing did."""
    faults = [fault for kind in ("failure", "error") for fault in case.iter(kind)]
    return (str(faults[0].get("message")).splitlines() or ["it broke"])[0][:160] if faults else ""


def _has(case: ElementTree.Element, *kinds: str) -> bool:
    return any(case.find(kind) is not None for kind in kinds)


def _power_cuts(cycles: int, seed: int, absent: dict[Need, str]) -> int:
    if "power cuts" in absent:
        say(f"The power cannot be cut here: {absent['power cuts']}.")
        return BROKEN
    if not control_without_sync(seed=seed):
        say("What was not synced survived the cut: this file system proves nothing.")
        return BROKEN
    try:
        done = cut_while_selling(cycles, seed=seed, say=say)
    except Lost as lost:
        say(f"BROKEN with --seed {seed}: {lost}.")
        return BROKEN
    sys.stdout.write(
        f"{done.cycles} power cuts, {done.receipts} receipts on paper, {done.entries} entries, 0 missing\n"
    )
    return 0


def _server_cuts(options: argparse.Namespace, absent: dict[Need, str]) -> int:
    if "power cuts" in absent:
        say(f"The power cannot be cut here: {absent['power cuts']}.")
        return BROKEN
    if not control_without_sync(seed=options.seed):
        say("What was not synced survived the cut: this file system proves nothing.")
        return BROKEN
    try:
        done = asyncio.run(cut_a_server(options.of, options.power_cuts, seed=options.seed, say=say))
    except AssertionError as broken:
        say(f"BROKEN with --seed {options.seed}: {broken}")
        return BROKEN
    sys.stdout.write(
        f"{done.cycles} power cuts of the {options.of}, {done.receipts} receipts printed, 0 missing\n"
    )
    return 0


def _terminals(count: int) -> int:
    try:
        with passable_folder() as folder:
            done = asyncio.run(open_sell_and_report(folder / "fleet", count, sales=SALES_OF_EACH, say=say))
    except AssertionError as broken:
        say(f"BROKEN: {broken}")
        return BROKEN
    sys.stdout.write(
        f"{done.terminals} terminals, {done.sales} sales, all in the ledger; all had the date after "
        f"{done.dated:.1f} s, all was acknowledged after {done.acknowledged:.1f} s\n"
    )
    return 0


def _show(outcomes: Sequence[Outcome]) -> None:
    table = Table(title="Faults", title_justify="left")
    for column in ("Row", "What breaks", "Runs", "Tests", "Seconds", "Verdict", "Why"):
        table.add_column(column)
    for one in outcomes:
        counts = (str(one.runs), str(one.tests), f"{one.seconds:.0f}")
        table.add_row(one.row.code, one.row.breaks, *counts, one.verdict, one.why)
    Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 150).print(table)
    held = sum(one.verdict == "held" for one in outcomes)
    broken = sum(one.verdict == "BROKEN" for one in outcomes)
    sys.stdout.write(
        f"{len(outcomes)} rows, {held} held, {broken} broken, {len(outcomes) - held - broken} not tried\n"
    )


def say(text: str) -> None:
    """A word to the person, beside the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
