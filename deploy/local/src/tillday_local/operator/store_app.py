"""The commands of the people who run a store: `tillday store`.

What a command needs is imported when it is called, so that `--help` stays fast.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work, asks

store_app = typer.Typer(help="Open and close a store, and see how its days stand.", no_args_is_help=True)


@asks(store_app, "open", by="SUPERVISOR-1")
def store_open(
    asking: Asking,
    *,
    business_date: Day = None,
) -> Work:
    """Open the store for a business date, today if none is named."""
    from tillday_local.operator.store import open_store

    return open_store(asking, business_date)


@asks(store_app, "close", by="SUPERVISOR-1")
def store_close(
    asking: Asking,
    *,
    business_date: Day = None,
    waive: Annotated[
        str | None, typer.Option(metavar="REASON", help="Go on without the terminals that do not answer.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the terminals.")] = 20.0,
) -> Work:
    """Close the store's business date, the open one if none is named."""
    from tillday_local.operator.store import close_store

    return close_store(asking, business_date, waive=waive, patience=wait)


@asks(store_app, "cancel", by="SUPERVISOR-1")
def store_cancel(
    asking: Asking,
    *,
    business_date: Day = None,
    reason: Annotated[str, typer.Option(help="Why the date was not meant.")],
) -> Work:
    """Take back a date that was opened by mistake, the open one if none is named: no till was started yet."""
    from tillday_local.operator.store import cancel_day

    return cancel_day(asking, business_date, reason)


@asks(store_app, "finish-task", by="SUPERVISOR-1")
def store_finish_task(
    asking: Asking,
    number: Annotated[int, typer.Argument(min=1, help="The task's number, as the status shows it.")],
    *,
    note: Annotated[str, typer.Option(help="What came of it.")],
) -> Work:
    """Say that you have looked at something that waited for a supervisor."""
    from tillday_local.operator.store import finish_task

    return finish_task(asking, number, note)


@asks(store_app, "days")
def store_days(asking: Asking) -> Work:
    """Show every day of the store, newest first."""
    from tillday_local.operator.store import store_days as show_days

    return show_days(asking)


@asks(store_app, "status")
def store_status(asking: Asking) -> Work:
    """Show how the store stands: its newest days, and what waits for a supervisor."""
    from tillday_local.operator.store import store_status as show_status

    return show_status(asking)
