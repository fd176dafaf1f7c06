"""The commands of whoever wants to know: `tillday report`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work, asks, read_date

report_app = typer.Typer(
    help="Ask the back office: status board, cash-up reports, sales.", no_args_is_help=True
)

Terminal = Annotated[str | None, typer.Option(help="The terminal's code; the first one if not named.")]


class Grouping(StrEnum):
    """What sales are grouped by."""

    PRODUCT = "product"
    HOUR = "hour"
    CASHIER = "cashier"
    TENDER = "tender"


@asks(report_app, "board")
def report_board(
    asking: Asking,
    *,
    details: Annotated[
        bool, typer.Option("--details", help="Add what was counted of the closed tills.")
    ] = False,
    business_date: Day = None,
) -> Work:
    """Show the terminals with their status, date and tills: those of a date, or the newest."""
    from tillday_local.operator.reports import board

    return board(asking, details=details, business_date=business_date)


@asks(report_app, "cash-up")
def report_cash_up(
    asking: Asking,
    *,
    session: Annotated[
        str | None, typer.Option(help="One till session; the board's JSON names them.")
    ] = None,
    business_date: Day = None,
    products: Annotated[bool, typer.Option("--products", help="Add what was sold in the session.")] = False,
) -> Work:
    """Show the cash-up reports (Z) of a date, the newest if none is named, or of one session."""
    from tillday_local.operator.reports import cash_up

    return cash_up(asking, session=session, business_date=business_date, products=products)


@asks(report_app, "reprint", by="SUPERVISOR-1")
def report_reprint(
    asking: Asking,
    number: Annotated[str, typer.Argument(help="The number on the receipt or the cash-up report.")],
    *,
    terminal: Annotated[
        str | None, typer.Option(help="Where it was printed, if its number does not say so.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the printer.")] = 15.0,
) -> Work:
    """Have the terminal print a document again, marked as a copy; one that cannot now prints it later."""
    from tillday_local.operator.reprints import reprint

    return reprint(asking, number, terminal=terminal, patience=wait)


@asks(report_app, "reprints")
def report_reprints(asking: Asking) -> Work:
    """Show which copies were ordered at the terminals, and how far they came."""
    from tillday_local.operator.reprints import show_reprints

    return show_reprints(asking)


@asks(report_app, "x")
def report_x(
    asking: Asking,
    *,
    terminal: Terminal = None,
) -> Work:
    """Show how the open till of a terminal stands; nothing is closed by it."""
    from tillday_local.operator.reports import x_report

    return x_report(asking, terminal=terminal)


@asks(report_app, "flash")
def report_flash(
    asking: Asking,
    *,
    terminal: Terminal = None,
) -> Work:
    """Show the sales per product of a terminal on its business date."""
    from tillday_local.operator.reports import flash

    return flash(asking, terminal=terminal)


@asks(report_app, "sales")
def report_sales(
    asking: Asking,
    *,
    by: Annotated[Grouping, typer.Option(help="What the sales are grouped by.")] = Grouping.PRODUCT,
    first: Annotated[
        date | None,
        typer.Option(
            "--from",
            parser=read_date,
            metavar="DATE",
            help="The first date; else the newest.",
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=read_date, metavar="DATE", help="The last date; else the first."),
    ] = None,
) -> Work:
    """Show what the store sold by product, hour, cashier or tender."""
    from tillday_local.operator.reports import sales

    return sales(asking, first=first, last=last, by=by.value)


@asks(report_app, "rebuild")
def report_rebuild(asking: Asking) -> Work:
    """Make every report again from what the ledger and the store service announced."""
    from tillday_local.operator.reports import rebuild

    return rebuild(asking)
