"""The commands of the people who run a store: `tillday store` and `tillday pos`.

What a command needs is imported when it is called, so that `--help` stays fast.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tillday_local.operator_options import Data, Day, Json, ReadyFile, Store, asking_of, end, read_date

if TYPE_CHECKING:
    from tillday_local.operator_counts import Approving
    from tillday_local.operator_pos import Counter

store_app = typer.Typer(help="Open and close a store, and see how its days stand.", no_args_is_help=True)
pos_app = typer.Typer(
    help="Work at one terminal by hand: sign in, count the drawer, sell, cash up.", no_args_is_help=True
)

By = Annotated[str, typer.Option(help="Who asks for it; needs the right.")]
Terminal = Annotated[str | None, typer.Option(help="The terminal's code; the first one if not named.")]
Pieces = Annotated[
    str, typer.Option("--count", help="Coins and notes, VALUExQUANTITY in minor units: 5000x2,100x3.")
]
Approve = Annotated[str | None, typer.Option(help="The supervisor who lets a difference pass; asks the PIN.")]
Reason = Annotated[str, typer.Option(help="Why the difference passes.")]


@store_app.command("open")
def store_open(
    *,
    business_date: Day = None,
    store: Store = "S1",
    by: By = "SUPERVISOR-1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Open the store for a business date, today if none is named."""
    from tillday_local.operator_store import open_store

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(open_store(asking, business_date))


@store_app.command("close")
def store_close(
    *,
    business_date: Day = None,
    waive: Annotated[
        str | None, typer.Option(metavar="REASON", help="Go on without the terminals that do not answer.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for the terminals.")] = 20.0,
    store: Store = "S1",
    by: By = "SUPERVISOR-1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Close the store's business date, the open one if none is named."""
    from tillday_local.operator_store import close_store

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(close_store(asking, business_date, waive=waive, patience=wait))


@store_app.command("cancel")
def store_cancel(
    *,
    business_date: Day = None,
    reason: Annotated[str, typer.Option(help="Why the date was not meant.")],
    store: Store = "S1",
    by: By = "SUPERVISOR-1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Take back a date that was opened by mistake, the open one if none is named: no till was started yet."""
    from tillday_local.operator_store import cancel_day

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(cancel_day(asking, business_date, reason))


@store_app.command("finish-task")
def store_finish_task(
    number: Annotated[int, typer.Argument(min=1, help="The task's number, as the status shows it.")],
    *,
    note: Annotated[str, typer.Option(help="What came of it.")],
    store: Store = "S1",
    by: By = "SUPERVISOR-1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Say that you have looked at something that waited for a supervisor."""
    from tillday_local.operator_store import finish_task

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(finish_task(asking, number, note))


@store_app.command("days")
def store_days(
    *, store: Store = "S1", as_json: Json = False, data: Data = None, ready_file: ReadyFile = None
) -> None:
    """Show every day of the store, newest first."""
    from tillday_local.operator_store import store_days as show_days

    end(show_days(asking_of(data, ready_file, store=store, as_json=as_json)))


@store_app.command("status")
def store_status(
    *, store: Store = "S1", as_json: Json = False, data: Data = None, ready_file: ReadyFile = None
) -> None:
    """Show how the store stands: its newest days, and what waits for a supervisor."""
    from tillday_local.operator_store import store_status as show_status

    end(show_status(asking_of(data, ready_file, store=store, as_json=as_json)))


@pos_app.command("status")
def pos_status(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Show what the terminal says of itself."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.status)


@pos_app.command("people")
def pos_people(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Show who may sign in."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.people)


@pos_app.command("catalogue")
def pos_catalogue(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Show what can be sold."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.catalogue)


@pos_app.command("sign-in")
def pos_sign_in(
    person: Annotated[str, typer.Argument(help="For example CASHIER-1. The PIN is asked for.")],
    *,
    terminal: Terminal = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Sign a person in; TILLDAY_PIN may hold the PIN."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.signing_in(person))


@pos_app.command("sign-out")
def pos_sign_out(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Sign out."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.sign_out)


@pos_app.command("open")
def pos_open(
    business_date: Annotated[
        date, typer.Argument(parser=read_date, metavar="DATE", help="The business date.")
    ],
    *,
    terminal: Terminal = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Open the terminal itself, as a supervisor, when the back office cannot."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.opening(business_date.isoformat()))


@pos_app.command("start")
def pos_start(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Start the till: the drawer opens for the initial count."""
    from tillday_local import operator_pos

    at_terminal(terminal, data, as_json, operator_pos.start_till)


@pos_app.command("count")
def pos_count(
    *,
    count: Pieces,
    approve: Approve = None,
    reason: Reason = "Counted twice",
    terminal: Terminal = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Confirm the initial count; the till is open then."""
    from tillday_local import operator_counts, operator_pos

    pieces = readable_text(operator_pos.read_pieces, count)
    at_terminal(terminal, data, as_json, operator_counts.counting(pieces, _approving(approve, reason)))


@pos_app.command("sell")
def pos_sell(
    products: Annotated[list[str], typer.Argument(help="SKU, or SKUxQUANTITY: COF-01 BAK-01x2.")],
    *,
    tendered: Annotated[
        str | None, typer.Option(help="What the customer gives, e.g. 20.00; exact if not said.")
    ] = None,
    tender: Annotated[str, typer.Option(help="How it is paid: cash, card, voucher.")] = "cash",
    terminal: Terminal = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Sell, paid by one tender."""
    from tillday_local import operator_pos

    amount = None if tendered is None else readable_text(operator_pos.read_amount, tendered)
    lines = operator_pos.read_lines(products)
    at_terminal(terminal, data, as_json, operator_pos.selling(lines, tender=tender, tendered=amount))


@pos_app.command("cash-up")
def pos_cash_up(
    *,
    count: Pieces,
    total: Annotated[
        list[str] | None, typer.Option(help="Another tender's total, card=12.50; as expected if not said.")
    ] = None,
    approve: Approve = None,
    reason: Reason = "Counted twice",
    terminal: Terminal = None,
    as_json: Json = False,
    data: Data = None,
) -> None:
    """Count the drawer at the end and close the till; the report is printed."""
    from tillday_local import operator_counts, operator_pos

    pieces = readable_text(operator_pos.read_pieces, count)
    totals = dict(readable_text(operator_pos.read_total, one) for one in total or ())
    at_terminal(
        terminal, data, as_json, operator_counts.cashing_up(pieces, totals, _approving(approve, reason))
    )


@pos_app.command("cancel-cash-up")
def pos_cancel_cash_up(*, terminal: Terminal = None, as_json: Json = False, data: Data = None) -> None:
    """Go back to selling, as long as nothing was confirmed."""
    from tillday_local import operator_counts

    at_terminal(terminal, data, as_json, operator_counts.cancel_cash_up)


def at_terminal(
    terminal: str | None,
    data: Path | None,
    as_json: bool,
    step: Callable[..., Coroutine[Any, Any, None]],
) -> NoReturn:
    """Do a step at a terminal and leave with its exit code."""
    from tillday_local.command_end import say
    from tillday_local.operator_connection import Where
    from tillday_local.operator_pos import Counter

    counter: Counter = Counter(where=Where(data=data), terminal=terminal, as_json=as_json, say=say)
    end(counter.run(step))


def _approving(person: str | None, reason: str) -> Approving | None:
    from tillday_local.operator_counts import Approving

    return None if person is None else Approving(person=person, reason=reason)


def readable_text(read: Callable[[str], Any], text: str) -> Any:
    """Return what a text says, or refuse it as bad use with what `read` says of it."""
    try:
        return read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
