"""`./tillday sim`: terminals, two ledger writers and a back office in memory, under seeded faults."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from typing import Annotated, Final, NoReturn

import typer

from simulation.campaign import Outcome, Play, campaign, run_of
from simulation.faults import PROFILES
from simulation.mutations import MUTATIONS
from simulation.search import first_found
from simulation.verdict import violations

TOLD_EVERY_SECONDS: Final = 5.0
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def sim(
    *,
    seeds: Annotated[str, typer.Option(metavar="A..B", help="Which seeds, both ends included.")] = "0..99",
    profile: Annotated[str, typer.Option(help=f"Which faults: {', '.join(PROFILES)}.")] = "mixed",
    sales: Annotated[int, typer.Option(min=1, max=1000, help="About how many sales in each run.")] = 40,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="How many at once; by default one for each core.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Say line by line what happens.")] = False,
    counts: Annotated[
        bool, typer.Option("--counts", help="Say at the end how often what came about.")
    ] = False,
    mutations: Annotated[
        bool, typer.Option("--mutations", help="Break one rule of the link after the other and find each.")
    ] = False,
) -> None:
    """Play seeded runs of the link and the ledger in memory and judge each by the invariants."""
    if profile not in PROFILES:
        raise typer.BadParameter(f"{profile!r} is none of {', '.join(PROFILES)}")
    chosen = _range(seeds)
    if mutations:
        raise typer.Exit(_find_mutations(processes))
    if trace:
        raise typer.Exit(_tell(chosen, profile, sales))
    options = _replayed(profile, sales)
    total = made = failed = 0
    happened: Counter[str] = Counter()
    watch = _Watch(len(chosen))
    for outcome in campaign(chosen, Play(profile, sales), processes=processes):
        total, made, failed = total + 1, made + outcome.sales, failed + bool(outcome.wrong)
        happened.update(outcome.happened)
        watch.tell(total, made, failed)
        if outcome.wrong:
            _say_failure(outcome, options)
    for what in sorted(happened) if counts else ():
        typer.echo(f"{happened[what]:>9}  {what}")
    typer.echo(f"{total} seeds, {made} sales, {failed} failures")
    raise typer.Exit(1 if failed else 0)


def _range(text: str) -> range:
    found = re.fullmatch(r"(\d{1,12})(?:\.\.(\d{1,12}))?", text)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise typer.BadParameter(f"{text!r} is no range of seeds; write it like 0..299, or 17 for one")
    return range(int(found[1]), int(found[2] or found[1]) + 1)


def _replayed(profile: str, sales: int) -> str:
    chosen = "" if profile == "mixed" else f" --profile {profile}"
    return chosen + ("" if sales == 40 else f" --sales {sales}")


def _say_failure(outcome: Outcome, options: str) -> None:
    typer.echo(f"seed {outcome.seed} fails: {outcome.wrong[0]}")
    for wrong in outcome.wrong[1:4]:
        typer.echo(f"  {wrong}")
    typer.echo(f"  replay it: ./tillday sim --seeds {outcome.seed}{options} --trace")


def _tell(seeds: range, profile: str, sales: int) -> int:
    failed = 0
    for seed in seeds:
        run = run_of(seed, Play(profile, sales), _line)
        typer.echo(f"seed {seed}: {run.faults}")
        run.play()
        wrong = violations(run)
        failed += bool(wrong)
        typer.echo("\n".join(f"WRONG {text}" for text in wrong) if wrong else "everything held")
    return 1 if failed else 0


def _line(at: float, who: str, what: str) -> None:
    typer.echo(f"{at:9.2f}  {who:<12}  {what}")


def _find_mutations(processes: int | None) -> int:
    missing = 0
    for mutation in MUTATIONS:
        found = first_found(mutation, processes=processes)
        missing += found is None
        where = "NOT FOUND" if found is None else f"seed {found.seed} of {mutation.profile}: {found.wrong[0]}"
        typer.echo(f"{mutation.number:>2}  {mutation.name:<62}  {where[:140]}")
    typer.echo(f"{len(MUTATIONS)} mutations, {len(MUTATIONS) - missing} found")
    return 1 if missing else 0


class _Watch:
    """Says on standard error how far it is."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._began = self._told = time.monotonic()

    def tell(self, done: int, sales: int, failed: int) -> None:
        now = time.monotonic()
        if now - self._told < TOLD_EVERY_SECONDS:
            return
        self._told = now
        rate = done / (now - self._began)
        sys.stderr.write(
            f"{done} of {self._total} seeds, {sales} sales, {failed} failures, {rate:.1f} seeds/s\n"
        )
        sys.stderr.flush()


def main() -> NoReturn:
    """Run the command; it ends with its exit code."""
    app(prog_name="tillday sim")
    raise SystemExit


if __name__ == "__main__":
    main()
