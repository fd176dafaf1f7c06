"""The commands of whoever wants to know: `tillday report`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tillday_local.operator_options import Data, Json, ReadyFile, Store, asking_of, end

report_app = typer.Typer(help="Ask the back office: status board, cash-up reports.", no_args_is_help=True)

Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The business date.")]


@report_app.command("board")
def report_board(
    *, store: Store = "S1", as_json: Json = False, data: Data = None, ready_file: ReadyFile = None
) -> None:
    """Show the terminals with their status, date and tills."""
    from tillday_local.operator_store import board

    end(board(asking_of(data, ready_file, store=store, as_json=as_json)))


@report_app.command("cash-up")
def report_cash_up(
    *,
    session: Annotated[
        str | None, typer.Option(help="One till session; the board's JSON names them.")
    ] = None,
    business_date: Day = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show the cash-up reports of a date, the newest if none is named, or of one session."""
    from tillday_local.operator_store import cash_up

    asking = asking_of(data, ready_file, store=store, as_json=as_json)
    end(
        cash_up(
            asking, session=session, business_date=None if business_date is None else business_date.date()
        )
    )
