"""The commands of whoever looks at a store's money: `tillday safe` and `tillday balance`."""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Day, Work


def balance(asking: Asking, *, day: Day = None) -> Work:
    """Show what a store took on a date, by session; rescue sessions count once they are closed."""
    from tillday_local.operator.balance import show_balance

    return show_balance(asking, day=day)


def safe(
    asking: Asking,
    *,
    movements: Annotated[
        int, typer.Option(min=0, max=100, help="How many of the newest movements to show.")
    ] = 20,
    tender: Annotated[str | None, typer.Option(help="Only this tender: cash, voucher, …")] = None,
) -> Work:
    """Show what lies in a store's safe by tender, and the money that went in and out."""
    from tillday_local.operator.safe import show_safe

    return show_safe(asking, most=movements, tender=tender)
