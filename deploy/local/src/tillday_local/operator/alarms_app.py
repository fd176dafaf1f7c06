"""The command of whoever wants to know what is wrong: `tillday alarms`."""

from __future__ import annotations

from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Work, asks


def add_alarms(app: typer.Typer) -> None:
    """Add the command to the others."""

    @asks(app, "alarms")
    def alarms(
        asking: Asking,
        *,
        cleared: Annotated[bool, typer.Option("--cleared", help="Those that are over, too.")] = False,
    ) -> Work:
        """Show what is wrong in a store and does not mend itself, and the page that helps."""
        from tillday_local.operator.alarms import show_alarms

        return show_alarms(asking, cleared=cleared)
