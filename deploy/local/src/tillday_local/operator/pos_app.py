"""The commands of whoever stands at a terminal: `tillday pos`. Money without a sale is in `pos_money_app`.

What a command needs is imported when it is called, so that `--help` stays fast.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from tillday_local.operator.options import Step, at_counter, read_date, readable_text

if TYPE_CHECKING:
    from tillday_local.operator.counts import Approving

pos_app = typer.Typer(
    help="Work at one terminal by hand: sign in, count the drawer, sell, cash up.", no_args_is_help=True
)

Pieces = Annotated[
    str, typer.Option("--count", help="Coins and notes, VALUExQUANTITY in minor units: 5000x2,100x3.")
]
Approve = Annotated[str | None, typer.Option(help="The supervisor who lets a difference pass; asks the PIN.")]
Reason = Annotated[str, typer.Option(help="Why the difference passes.")]


@at_counter(pos_app, "status")
def pos_status() -> Step:
    """Show what the terminal says of itself."""
    from tillday_local.operator import pos

    return pos.status


@at_counter(pos_app, "people")
def pos_people() -> Step:
    """Show who may sign in."""
    from tillday_local.operator import pos

    return pos.people


@at_counter(pos_app, "catalogue")
def pos_catalogue() -> Step:
    """Show what can be sold."""
    from tillday_local.operator import pos

    return pos.catalogue


@at_counter(pos_app, "sign-in")
def pos_sign_in(
    person: Annotated[str, typer.Argument(help="For example CASHIER-1. The PIN is asked for.")],
) -> Step:
    """Sign a person in; TILLDAY_PIN may hold the PIN."""
    from tillday_local.operator import pos

    return pos.signing_in(person)


@at_counter(pos_app, "sign-out")
def pos_sign_out() -> Step:
    """Sign out."""
    from tillday_local.operator import pos

    return pos.sign_out


@at_counter(pos_app, "open")
def pos_open(
    business_date: Annotated[
        date, typer.Argument(parser=read_date, metavar="DATE", help="The business date.")
    ],
) -> Step:
    """Open the terminal itself, as a supervisor, when the back office cannot."""
    from tillday_local.operator import pos

    return pos.opening(business_date.isoformat())


@at_counter(pos_app, "start")
def pos_start() -> Step:
    """Start the till: the drawer opens for the initial count."""
    from tillday_local.operator import pos

    return pos.start_till


@at_counter(pos_app, "count")
def pos_count(
    *,
    count: Pieces,
    approve: Approve = None,
    reason: Reason = "Counted twice",
) -> Step:
    """Confirm the initial count; the till is open then."""
    from tillday_local.operator import counts, pos

    pieces = readable_text(pos.read_pieces, count)
    return counts.counting(pieces, _approving(approve, reason))


@at_counter(pos_app, "sell")
def pos_sell(
    products: Annotated[list[str], typer.Argument(help="SKU, or SKUxQUANTITY: COF-01 BAK-01x2.")],
    *,
    tendered: Annotated[
        str | None, typer.Option(help="What the customer gives, e.g. 20.00; exact if not said.")
    ] = None,
    tender: Annotated[str, typer.Option(help="How it is paid: cash, card, cash_usd.")] = "cash",
) -> Step:
    """Sell, paid by one tender."""
    from tillday_local.operator import pos

    amount = None if tendered is None else readable_text(pos.read_amount, tendered)
    lines = pos.read_lines(products)
    return pos.selling(lines, tender=tender, tendered=amount)


@at_counter(pos_app, "cash-up")
def pos_cash_up(
    *,
    count: Pieces,
    total: Annotated[
        list[str] | None, typer.Option(help="Another tender's total, card=12.50; as expected if not said.")
    ] = None,
    foreign: Annotated[
        list[str] | None, typer.Option(help="Foreign coins and notes, cash_usd=2000x1,100x3.")
    ] = None,
    approve: Approve = None,
    reason: Reason = "Counted twice",
) -> Step:
    """Count the drawer at the end and close the till; the report is printed."""
    from tillday_local.operator import counts, pos

    abroad = dict(readable_text(pos.read_foreign, one) for one in foreign or ())
    counted = counts.CashUpCount(
        pieces={counts.CASH: readable_text(pos.read_pieces, count), **abroad},
        totals=dict(readable_text(pos.read_total, one) for one in total or ()),
    )
    return counts.cashing_up(counted, _approving(approve, reason))


@at_counter(pos_app, "cancel-cash-up")
def pos_cancel_cash_up() -> Step:
    """Go back to selling, as long as nothing was confirmed."""
    from tillday_local.operator import counts

    return counts.cancel_cash_up


def _approving(person: str | None, reason: str) -> Approving | None:
    from tillday_local.operator.counts import Approving

    return None if person is None else Approving(person=person, reason=reason)
