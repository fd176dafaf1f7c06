"""The commands of `tillday pos` at a till that several terminals share."""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.options import Step, at_counter
from tillday_local.operator.pos_money_app import pos_app

__all__ = ["pos_app"]


@at_counter(pos_app, "join")
def pos_join(
    till: Annotated[str, typer.Argument(help="The till of another terminal, open there.")],
) -> Step:
    """Sell into the till of another terminal, which counts it."""
    from tillday_local.operator import pos_sharing

    return pos_sharing.joining(till)


@at_counter(pos_app, "leave")
def pos_leave() -> Step:
    """Sell into the other till no longer."""
    from tillday_local.operator import pos_sharing

    return pos_sharing.leave


@at_counter(pos_app, "guests")
def pos_guests() -> Step:
    """At the cash-up of a shared till: take in what guests sold, before the first tender is counted."""
    from tillday_local.operator import pos_sharing

    return pos_sharing.count_guests
