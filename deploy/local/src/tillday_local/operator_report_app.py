"""The commands of whoever wants to know: `tillday report`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from tillday_local.operator_options import Data, Day, Json, ReadyFile, Store, asking_of, end, read_date

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


@report_app.command("board")
def report_board(
    *,
    details: Annotated[
        bool, typer.Option("--details", help="Add what was counted of the closed tills.")
    ] = False,
    business_date: Day = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show the terminals with their status, date and tills: those of a date, or the newest."""
    from tillday_local.operator_reports import board

    asking = asking_of(data, ready_file, store=store, as_json=as_json)
    end(board(asking, details=details, business_date=business_date))


@report_app.command("cash-up")
def report_cash_up(
    *,
    session: Annotated[
        str | None, typer.Option(help="One till session; the board's JSON names them.")
    ] = None,
    business_date: Day = None,
    products: Annotated[bool, typer.Option("--products", help="Add what was sold in the session.")] = False,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show the cash-up reports (Z) of a date, the newest if none is named, or of one session."""
    from tillday_local.operator_reports import cash_up

    asking = asking_of(data, ready_file, store=store, as_json=as_json)
    end(cash_up(asking, session=session, business_date=business_date, products=products))


@report_app.command("x")
def report_x(
    *,
    terminal: Terminal = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show how the open till of a terminal stands; nothing is closed by it."""
    from tillday_local.operator_reports import x_report

    end(x_report(asking_of(data, ready_file, store=store, as_json=as_json), terminal=terminal))


@report_app.command("flash")
def report_flash(
    *,
    terminal: Terminal = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show the sales per product of a terminal on its business date."""
    from tillday_local.operator_reports import flash

    end(flash(asking_of(data, ready_file, store=store, as_json=as_json), terminal=terminal))


@report_app.command("sales")
def report_sales(
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
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show what the store sold by product, hour, cashier or tender."""
    from tillday_local.operator_reports import sales

    asking = asking_of(data, ready_file, store=store, as_json=as_json)
    end(sales(asking, first=first, last=last, by=by.value))


@report_app.command("rebuild")
def report_rebuild(*, as_json: Json = False, data: Data = None, ready_file: ReadyFile = None) -> None:
    """Make every report again from what the ledger and the store service announced."""
    from tillday_local.operator_reports import rebuild

    end(rebuild(asking_of(data, ready_file, store="S1", as_json=as_json)))
