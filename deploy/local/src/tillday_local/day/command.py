"""`tillday day`: one store day unattended, its timeline, its reports and the checker's verdict."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tillday_checker.verdict import Verdict
from tillday_local.console import Narrator, error_console
from tillday_local.day.books import Sold
from tillday_local.day.books import disagreements as disagreements_of_books
from tillday_local.day.extras import with_extras
from tillday_local.day.file_sales import sold_by_file
from tillday_local.day.outcome import disagreements, figures
from tillday_local.day.plan import plan_day
from tillday_local.day.replay import Replay, replayed_scripts
from tillday_local.day.run import DayRecord, DayScript, day_system, play_day
from tillday_local.day.show import days_table, verdict_panel
from tillday_local.day.tape import Tape, paper_disagreements, tape_of
from tillday_local.day.timeline import Happening, Timeline
from tillday_local.day.verdict import check_system, sentence
from tillday_local.demo_store import demo_content
from tillday_local.folder import DataFolder, FolderUnusable
from tillday_local.operator.cash_up import cash_up_paper
from tillday_local.system import LocalSystem, Watchers

FILES_AGREE: Final = (
    "stock is what came in less what was sold, the trial balance is 0, the accounts have the turnover."
)


@dataclass(frozen=True, kw_only=True)
class DayOptions:
    """What the command line asked for; `sales` per terminal. `replay` plays the tickets of a real shop."""

    terminals: int = 1
    sales: int = 40
    seed: int = 1
    offline: bool = False
    as_json: bool = False
    keep: Path | None = None
    replay: Replay | None = None


async def run_day(options: DayOptions) -> int:
    """Play the day and say how it went; 0 only if every invariant holds and the counters agree."""
    console = error_console()
    with _folder(options.keep) as folder:
        scripts = _scripts(options, folder)
        outcome = await _play(folder, scripts, console)
    days = [
        figures(record.business_date.isoformat(), record.reports, record.tally, terminals=options.terminals)
        for record in outcome.records
    ]
    wrong = _disagreements(days, outcome, scripts)
    if options.replay is not None:
        wrong += _against_the_files(options.replay, outcome, scripts)
    _show(console, outcome, wrong)
    if options.replay is not None and not wrong:
        dates = len(outcome.records)
        console.print(f"By the two files alone, on each of {dates} dates: {FILES_AGREE}")
    if options.as_json:
        told = days[0] if len(days) == 1 else {"days": days}
        paper = {
            "receipts": outcome.tape.receipts,
            "total_minor": outcome.tape.total,
            "flash": outcome.tape.flash,
        }
        content = {**told, "paper": paper, "invariants": outcome.verdict.as_json()}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    return 0 if outcome.verdict.holds and not wrong else 1


def _scripts(options: DayOptions, folder: Path) -> list[DayScript]:
    if options.replay is not None:
        return replayed_scripts(options.replay, options.terminals, folder)
    content = demo_content(options.terminals)
    plans = plan_day(
        content.catalogue,
        terminals=[address.terminal for address in content.terminals(options.terminals)],
        sales=options.sales,
        offline=options.offline,
        seed=options.seed,
    )
    return [DayScript(content=content, terminals=with_extras(plans))]


def _disagreements(days: list[dict[str, Any]], outcome: _Outcome, scripts: list[DayScript]) -> list[str]:
    wrong = [
        f"{record.business_date}: {wrong}"
        for day, record, script in zip(days, outcome.records, scripts, strict=True)
        for wrong in disagreements(
            day, record.tally, shortage=sum(plan.shortage for plan in script.terminals)
        )
    ]
    tallies = [record.tally for record in outcome.records]
    receipts = sum(tally.sales + tally.refunds for tally in tallies)
    totals = [(record.business_date, record.tally.total) for record in outcome.records]
    posted = [record.books for record in outcome.records]
    seen = list(zip(posted, map(Sold.of, tallies), strict=True))
    wrong += disagreements_of_books(seen, scripts[0].content.catalogue)
    return wrong + paper_disagreements(outcome.tape, receipts=receipts, totals=totals)


def _against_the_files(replay: Replay, outcome: _Outcome, scripts: list[DayScript]) -> list[str]:
    """Return where the books differ from what the two files alone say."""
    sold = sold_by_file(replay.tickets, replay.products, replay.dates)
    days = [(record.books, of_file) for record, of_file in zip(outcome.records, sold, strict=True)]
    found = disagreements_of_books(days, scripts[0].content.catalogue)
    return [f"by the files alone, {text}" for text in found]


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    records: list[DayRecord]
    timeline: Timeline
    verdict: Verdict
    tape: Tape


async def _play(folder: Path, scripts: list[DayScript], console: Console) -> _Outcome:
    began = time.monotonic()
    narrator = Narrator(console)
    watchers = Watchers(step=narrator.step, incident=narrator.incident)
    sales = sum(len(plan.sales) + len(plan.visit) for script in scripts for plan in script.terminals)
    async with day_system(DataFolder(folder / "data"), scripts[0], watchers) as (system, links):
        with _progress(console) as progress:
            bar = progress.add_task("selling", total=sales)
            timeline = Timeline(elapsed=lambda: time.monotonic() - began, told=_teller(progress))
            played = [replace(script, sold=lambda: progress.advance(bar)) for script in scripts]
            records = [await play_day(system, links, script, timeline) for script in played]
        verdict = await _judged(system, timeline)
        tape = await asyncio.to_thread(tape_of, system)
    return _Outcome(records=records, timeline=timeline, verdict=verdict, tape=tape)


async def _judged(system: LocalSystem, timeline: Timeline) -> Verdict:
    verdict = await check_system(system)
    timeline.note("checker", sentence(verdict))
    return verdict


def _teller(progress: Progress) -> Callable[[Happening], None]:
    def tell(happening: Happening) -> None:
        progress.console.print(
            f"[dim]{happening.seconds:7.2f} s[/dim]  [bold]{happening.who:<12}[/bold] {happening.what}"
        )

    return tell


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Yield the folder to keep, or a fresh one that is removed afterwards."""
    if keep is not None:
        if keep.is_dir() and any(keep.iterdir()):
            raise FolderUnusable(f"{keep} holds other things; name a new or an empty folder with --keep")
        yield keep.absolute()
        return
    # Under the system's temporary folder: PostgreSQL runs as another account when we are root.
    fresh = Path(tempfile.mkdtemp(prefix="tillday-day-"))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _show(console: Console, outcome: _Outcome, wrong: list[str]) -> None:
    console.print(
        Group(
            outcome.timeline.table(),
            *_reports(outcome.records),
            verdict_panel(outcome.verdict, wrong),
        )
    )


def _reports(records: list[DayRecord]) -> list[RenderableType]:
    """One day: its cash-up reports as they were printed. Several: a line each."""
    if len(records) > 1:
        return [days_table(records)]
    return [cash_up_paper(report) for report in records[0].reports]
