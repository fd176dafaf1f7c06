"""Options that several commands have: each is declared here once and handed over as one argument.

A command of `asks` is given an `Asking` first and returns its work; one of `at_counter` returns the step that
is done at the terminal. Both are otherwise functions with options of their own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Iterable
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Concatenate, Final, ParamSpec

import typer

from tillday_local.operator.asking import Asking, Where

P = ParamSpec("P")
Work = Coroutine[Any, Any, int]
Step = Callable[..., Coroutine[Any, Any, None]]
NOBODY_IN_PARTICULAR: Final = "OPERATOR"


class Listed(StrEnum):
    """Which of what people decide on is listed."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


def read_date(text: str) -> date:
    """Read a date as people type it; raises BadParameter with an example."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-05") from None


def readable_text(read: Callable[[str], Any], text: str) -> Any:
    """Return what a text says, or refuse it as bad use with what `read` says of it."""
    try:
        return read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


Day = Annotated[
    date | None, typer.Option("--date", parser=read_date, metavar="DATE", help="The business date.")
]
Which = Annotated[Listed, typer.Option("--state", help="Those that wait, that were closed, or all.")]
_Store = Annotated[str, typer.Option(help="The store's code.")]
_By = Annotated[str, typer.Option(help="Who asks for it; it stands in the history.")]
_Terminal = Annotated[str | None, typer.Option(help="The terminal's code; the first one if not named.")]
_Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object on standard output, nothing else.")
]
_Data = Annotated[Path | None, typer.Option(help="The system's data folder, instead of .tillday/demo.")]
_ReadyFile = Annotated[Path | None, typer.Option(help="The ready-file of the system to ask.")]


def asks(
    app: typer.Typer, name: str, *, by: str | None = None
) -> Callable[[Callable[Concatenate[Asking, P], Work]], Callable[Concatenate[Asking, P], Work]]:
    """Make a command that asks the back office; `by` is who asks unless --by names another."""

    def register(
        command: Callable[Concatenate[Asking, P], Work],
    ) -> Callable[Concatenate[Asking, P], Work]:
        whose = [] if by is None else [_option("by", _By, by)]
        places = [_option("data", _Data, None), _option("ready_file", _ReadyFile, None)]
        shared = [_option("store", _Store, "S1"), *whose, _option("as_json", _Json, False), *places]
        _, *own = inspect.signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def run(*args: Any, **given: Any) -> None:
            asking = _asking(**{one.name: given.pop(one.name) for one in shared})
            end(command(asking, *args, **given))

        _declare(run, (*own, *shared))
        app.command(name)(run)
        return command

    return register


def at_counter(app: typer.Typer, name: str) -> Callable[[Callable[P, Step]], Callable[P, Step]]:
    """Make a command that does a step at one terminal, by hand."""

    def register(command: Callable[P, Step]) -> Callable[P, Step]:
        place = [_option("terminal", _Terminal, None), _option("data", _Data, None)]
        shared = [*place, _option("as_json", _Json, False)]
        own = inspect.signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def run(*args: Any, **given: Any) -> None:
            chosen = {one.name: given.pop(one.name) for one in shared}
            _do(command(*args, **given), **chosen)

        _declare(run, (*own, *shared))
        app.command(name)(run)
        return command

    return register


def end(work: Work) -> None:
    """Run a command's work and leave with its exit code."""
    from tillday_local.command_end import run_to_end, say
    from tillday_local.operator.outcome import plainly

    raise typer.Exit(run_to_end(plainly(work, say)))


def _asking(
    *, data: Path | None, ready_file: Path | None, by: str = NOBODY_IN_PARTICULAR, **known: Any
) -> Asking:
    from tillday_local.command_end import say

    return Asking(where=Where(ready_file=ready_file, data=data), by=by, say=say, **known)


def _do(step: Step, *, terminal: str | None, data: Path | None, as_json: bool) -> None:
    from tillday_local.command_end import say
    from tillday_local.operator.pos import Counter

    counter = Counter(where=Where(data=data), terminal=terminal, as_json=as_json, say=say)
    end(counter.run(step))


def _option(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _declare(run: Callable[..., None], options: Iterable[inspect.Parameter]) -> None:
    """Give a function the options that typer finds by looking at it."""
    declared = list(options)
    run.__signature__ = inspect.Signature(declared)  # type: ignore[attr-defined]  # inspect reads it
    run.__annotations__ = {one.name: one.annotation for one in declared}
