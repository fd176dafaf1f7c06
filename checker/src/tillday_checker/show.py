"""The verdict for people."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tillday_checker.verdict import INVARIANTS, Verdict


def show(verdict: Verdict, console: Console | None = None) -> None:
    """Print each evaluated invariant, then the violations, then one sentence."""
    console = console or Console()
    console.print(_invariants(verdict))
    if verdict.violations:
        console.print(_violations(verdict))
    console.print(sentence(verdict))


def sentence(verdict: Verdict) -> Text:
    """Return the verdict in one sentence."""
    if verdict.holds:
        return Text(f"All {len(verdict.evaluated)} evaluated invariants hold.", style="bold green")
    broken = ", ".join(str(number) for number in verdict.violated)
    return Text(f"{len(verdict.violations)} violations of invariant {broken}.", style="bold red")


def _invariants(verdict: Verdict) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("#", justify="right")
    table.add_column("Invariant")
    table.add_column("")
    for number in verdict.evaluated:
        broken = number in verdict.violated
        mark = Text("violated", style="bold red") if broken else Text("holds", style="green")
        table.add_row(str(number), INVARIANTS[number], mark)
    return table


def _violations(verdict: Verdict) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("#", justify="right")
    table.add_column("What", overflow="fold")
    table.add_column("Where", overflow="fold", style="dim")
    for found in verdict.violations:
        table.add_row(str(found.invariant), found.text, found.where)
    return table
