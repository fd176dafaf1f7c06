"""Options that several commands have, and how a command of an operator ends."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from tillday_local.operator_store import Asking


def read_date(text: str) -> date:
    """Read a date as people type it; raises BadParameter with an example."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-05") from None


Store = Annotated[str, typer.Option(help="The store's code.")]
By = Annotated[str, typer.Option(help="In whose name; it stands in the history.")]
Day = Annotated[
    date | None, typer.Option("--date", parser=read_date, metavar="DATE", help="The business date.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")]
Data = Annotated[Path | None, typer.Option(help="The system's data folder, instead of .tillday/demo.")]
ReadyFile = Annotated[Path | None, typer.Option(help="The ready-file of the system to ask.")]


def asking_of(
    data: Path | None, ready_file: Path | None, *, store: str, as_json: bool, by: str = "OPERATOR"
) -> Asking:
    """Return what a command is given: where to ask, about which store, in whose name."""
    from tillday_local.command_end import say
    from tillday_local.operator_connection import Where
    from tillday_local.operator_store import Asking

    return Asking(where=Where(ready_file=ready_file, data=data), store=store, by=by, as_json=as_json, say=say)


def end(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command's work and leave with its exit code."""
    from tillday_local.command_end import run_to_end, say
    from tillday_local.operator_outcome import plainly

    raise typer.Exit(run_to_end(plainly(work, say)))
