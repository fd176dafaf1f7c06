"""The commands of whoever looks after the terminals' identities: `tillday terminal`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Work, asks

terminal_app = typer.Typer(
    help="Let terminals in, give them new credentials, cut them off.", no_args_is_help=True
)

Code = Annotated[str, typer.Argument(metavar="TERMINAL", help="The terminal's code, e.g. T1.")]
File = Annotated[
    Path | None, typer.Option(help="Write an invitation for the agent there instead of showing the code.")
]


@asks(terminal_app, "enrol-code", by="SUPERVISOR-1")
def terminal_enrol_code(asking: Asking, terminal: Code, *, file: File = None) -> Work:
    """Issue a one-time code that is good for a quarter of an hour; a code issued before ends."""
    from tillday_local.operator.terminals import issue_code

    return issue_code(asking, terminal, file=file)


@asks(terminal_app, "rotate", by="SUPERVISOR-1")
def terminal_rotate(
    asking: Asking,
    terminal: Code,
    *,
    file: File = None,
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Others know the credential: it ends now, not at first use.")
    ] = False,
) -> Work:
    """Issue a code that gives the terminal a new credential and a new journal key; its journal stays."""
    from tillday_local.operator.terminals import issue_code

    return issue_code(asking, terminal, file=file, rotate=True, compromised=compromised)


@asks(terminal_app, "revoke", by="SUPERVISOR-1")
def terminal_revoke(
    asking: Asking,
    terminal: Code,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands in the history.")],
) -> Work:
    """Cut a terminal off: its connection ends and it is not let in again before it has a new code."""
    from tillday_local.operator.terminals import revoke

    return revoke(asking, terminal, reason)
