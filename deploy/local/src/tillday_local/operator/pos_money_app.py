"""The commands of `tillday pos` that move money without a sale and print what is known."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from tillday_local.operator.options import Step, at_counter, readable_text
from tillday_local.operator.pos_app import pos_app

__all__ = ["pos_app"]

Allow = Annotated[str | None, typer.Option(help="The supervisor who allows it; asks the PIN.")]
Why = Annotated[str, typer.Option(help="Why; it is kept with who did it.")]


class Kind(StrEnum):
    """How money moves without a sale."""

    PAID_IN = "paid-in"
    PAID_OUT = "paid-out"
    LOAN = "loan"
    PICKUP = "pickup"


@at_counter(pos_app, "refund")
def pos_refund(
    products: Annotated[
        list[str] | None, typer.Argument(help="SKU, or SKUxQUANTITY; all that is left of --of if none.")
    ] = None,
    *,
    of: Annotated[str | None, typer.Option(help="The number on the receipt that comes back.")] = None,
    pay: Annotated[
        list[str] | None, typer.Option(help="How it is paid out, card=12.50; in cash if not said.")
    ] = None,
    allow: Allow = None,
) -> Step:
    """Take products back and pay the money out."""
    from tillday_local.operator import pos, pos_money

    payments = [readable_text(pos.read_total, one) for one in pay or ()]
    lines = pos.read_lines(products or ())
    return pos_money.refunding(lines, of=of, payments=payments, allowed_by=allow)


@at_counter(pos_app, "move")
def pos_move(
    kind: Annotated[Kind, typer.Argument(help="From or to somebody, or from or to the safe.")],
    amount: Annotated[str, typer.Argument(help="For example 50.00.")],
    *,
    reason: Why,
    tender: Annotated[str, typer.Option(help="Which money: cash, voucher, foreign cash.")] = "cash",
    allow: Allow = None,
) -> Step:
    """Move money into or out of the till without a sale."""
    from tillday_local.operator import pos, pos_money

    text = readable_text(pos.read_amount, amount)
    name = kind.value.replace("-", "_")
    return pos_money.moving(name, tender, text, reason=reason, allowed_by=allow)


@at_counter(pos_app, "no-sale")
def pos_no_sale(
    *,
    reason: Why,
) -> Step:
    """Open the drawer without a transaction."""
    from tillday_local.operator import pos_money

    return pos_money.opening_drawer(reason)


@at_counter(pos_app, "x-report")
def pos_x_report(
    *,
    on_paper: Annotated[bool, typer.Option("--print", help="Print it at the terminal too.")] = False,
) -> Step:
    """Show how the running session stands, without closing it."""
    from tillday_local.operator import pos_money

    return pos_money.x_report(on_paper=on_paper)


@at_counter(pos_app, "flash")
def pos_flash() -> Step:
    """Print what this terminal sold on its business date, as a supervisor and on-line."""
    from tillday_local.operator import pos_money

    return pos_money.flash


@at_counter(pos_app, "reprint")
def pos_reprint(
    number: Annotated[str, typer.Argument(help="The number on the receipt or the cash-up report.")],
) -> Step:
    """Print a document again, marked as a copy."""
    from tillday_local.operator import pos_money

    return pos_money.reprinting(number)
