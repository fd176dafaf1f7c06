"""The commands of whoever attends the dead-letter desk: `tillday desk`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Listed, Which, Work, asks

desk_app = typer.Typer(
    help="What the ledger could not process: look at it, retry, repair or discard it.", no_args_is_help=True
)

Letter = Annotated[str, typer.Argument(metavar="LETTER", help="Its digest, or the first eight digits.")]
Why = Annotated[str, typer.Option(help="Why; it stays with the letter.")]


@asks(desk_app, "list")
def desk_list(asking: Asking, *, state: Which = Listed.OPEN) -> Work:
    """List what waits, newest first."""
    from tillday_local.operator.desk import list_letters

    return list_letters(asking, state.value)


@asks(desk_app, "show")
def desk_show(asking: Asking, letter: Letter) -> Work:
    """Show one letter: its bytes, the entry in it, and what was decided."""
    from tillday_local.operator.desk import show_letter

    return show_letter(asking, letter)


@asks(desk_app, "retry", by="SUPERVISOR-1")
def desk_retry(asking: Asking, letter: Letter, *, reason: Why) -> Work:
    """Try it once more as it is: after an update, or once its terminal's key is registered."""
    from tillday_local.operator.desk import retry

    return retry(asking, letter, reason=reason)


@asks(desk_app, "repair", by="SUPERVISOR-1")
def desk_repair(
    asking: Asking,
    letter: Letter,
    *,
    body: Annotated[Path, typer.Option(help="A JSON file with the right body; - reads standard input.")],
    approved_by: Annotated[str, typer.Option(help="Who else looked at it and agrees.")],
    reason: Why,
) -> Work:
    """Give the entry another body. Its bytes stay as they came; the repair is linked to them."""
    from tillday_local.operator.desk import repair

    return repair(asking, letter, reason=reason, approved_by=approved_by, body=body)


@asks(desk_app, "discard", by="SUPERVISOR-1")
def desk_discard(asking: Asking, letter: Letter, *, reason: Why) -> Work:
    """Decide that it has no effect. Its bytes stay."""
    from tillday_local.operator.desk import discard

    return discard(asking, letter, reason=reason)
