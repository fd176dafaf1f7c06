"""The commands of whoever closes tills from the back office: `tillday till`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Work, asks

till_app = typer.Typer(
    help="Close a till from the back office when its terminal cannot.", no_args_is_help=True
)

Why = Annotated[str, typer.Option(help="Why; it stands in the history.")]
Amounts = Annotated[
    list[str] | None, typer.Option(help="A tender's amount from the printed report: cash=190.00.")
]


@asks(till_app, "close", by="SUPERVISOR-1")
def till_close(
    asking: Asking,
    *,
    reason: Why,
    till: Annotated[str | None, typer.Option(help="The till; the one that runs if not named.")] = None,
    session: Annotated[
        str | None, typer.Option(help="The till session; the board's JSON names them.")
    ] = None,
    qr: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the code on the printed report says.")
    ] = None,
    counted: Amounts = None,
    kept: Amounts = None,
    member: Annotated[
        list[str] | None, typer.Option(help="A terminal as the report names it: T1:AB12C:0123456789AB.")
    ] = None,
) -> Work:
    """Close a till: by its report's code, by amounts typed from it, or without any amounts.

    A terminal that answers hears of it first: it finishes its receipt and asks for the cash-up. One that was
    silent for two and a half minutes is closed at once. Its own close still counts when it comes.
    """
    from tillday_local.operator.pos import read_total
    from tillday_local.operator.till import Paper, close_till, read_member

    paper = Paper(
        qr=qr,
        counted=dict(_each(read_total, counted)),
        kept=dict(_each(read_total, kept)),
        members=_each(read_member, member),
    )
    return close_till(asking, till=till, session=session, reason=reason, paper=paper)


@asks(till_app, "no-close", by="SUPERVISOR-1")
def till_no_close(
    asking: Asking,
    session: Annotated[str, typer.Argument(help="The till session that was closed from the back office.")],
    *,
    reason: Why,
) -> Work:
    """Say that the terminal's own close will never come, because its PC is lost."""
    from tillday_local.operator.till import say_no_close

    return say_no_close(asking, session=session, reason=reason)


@asks(till_app, "guests", by="SUPERVISOR-1")
def till_guests(
    asking: Asking,
    session: Annotated[str, typer.Argument(help="The till session whose count left guests out.")],
    *,
    reason: Why,
    guest: Annotated[
        list[str],
        typer.Option(help="T2: all that has arrived lay in the drawer. T2=T2-AB12C-17: up to that receipt."),
    ],
) -> Work:
    """Say which sales of guests lay in the drawer when it was counted without asking them."""
    from tillday_local.operator.till_sharing import place_guests, read_guest

    return place_guests(asking, session=session, reason=reason, guests=_each(read_guest, guest))


@asks(till_app, "move", by="SUPERVISOR-1")
def till_move(
    asking: Asking,
    till: Annotated[str, typer.Argument(help="The till; it must be closed.")],
    terminal: Annotated[str, typer.Argument(help="Who gets it; its own till goes back in return.")],
) -> Work:
    """Give a till to another terminal, between two sessions."""
    from tillday_local.operator.till_sharing import move_till

    return move_till(asking, till=till, terminal=terminal)


def _each(read: Callable[[str], Any], texts: list[str] | None) -> list[Any]:
    try:
        return [read(text) for text in texts or ()]
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
