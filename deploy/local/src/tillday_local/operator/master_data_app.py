"""The commands for master data: `tillday settings`, `tillday catalogue`, `tillday people`.

What a command needs is imported when it is called, so that `--help` stays fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Work, asks

settings_app = typer.Typer(
    help="Show and change a store's settings: tenders, floats, tolerances, counts.", no_args_is_help=True
)
catalogue_app = typer.Typer(help="Import what a store sells from CSV, and show it.", no_args_is_help=True)
people_app = typer.Typer(
    help="Show and change who works at a store and what they may do.", no_args_is_help=True
)


@asks(settings_app, "show")
def settings_show(
    asking: Asking,
    *,
    revision: Annotated[int | None, typer.Option(help="A former revision; the history names them.")] = None,
) -> Work:
    """Show a store's settings."""
    from tillday_local.operator.settings import show_settings

    return show_settings(asking, revision)


@asks(settings_app, "history")
def settings_history(
    asking: Asking,
    *,
    most: Annotated[int, typer.Option(min=1, max=100, help="How many changes, newest first.")] = 10,
) -> Work:
    """Show who changed which setting, and when."""
    from tillday_local.operator.settings import show_history

    return show_history(asking, most)


@asks(settings_app, "set", by="SUPERVISOR-1")
def settings_set(
    asking: Asking,
    setting: Annotated[str, typer.Argument(help="Any other word lists the settings there are.")],
    values: Annotated[list[str] | None, typer.Argument(help="Amounts are money: 150.00")] = None,
) -> Work:
    """Set one setting: name, rollover, keep, float, tolerance, rate, denominations, …

    \b
    settings set keep cash fixed 150.00
    settings set tolerance cash cash-up 5.00
    settings set float TILL1 200.00
    settings set rate cash_usd 0.92
    settings set blind-count on
    """
    from tillday_local.operator.settings import set_setting

    return set_setting(asking, setting, values or [])


@asks(catalogue_app, "import", by="SUPERVISOR-1")
def catalogue_import(
    asking: Asking,
    file: Annotated[Path, typer.Argument(help="CSV: sku,name,price_minor,tax_percent[,barcode,category]")],
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out the bad lines instead of importing nothing.")
    ] = False,
) -> Work:
    """Replace the store's catalogue by the products of a file."""
    from tillday_local.operator.catalogue import import_catalogue

    return import_catalogue(asking, file, skip_bad=skip_bad)


@asks(catalogue_app, "show")
def catalogue_show(
    asking: Asking,
    *,
    find: Annotated[
        str | None, typer.Option(help="Only products whose SKU, name or category holds it.")
    ] = None,
) -> Work:
    """Show what the store sells."""
    from tillday_local.operator.catalogue import show_catalogue

    return show_catalogue(asking, find=find)


@asks(people_app, "show")
def people_show(asking: Asking) -> Work:
    """Show who works at the store."""
    from tillday_local.operator.people import show_people

    return show_people(asking)


@asks(people_app, "set", by="SUPERVISOR-1")
def people_set(
    asking: Asking,
    person: Annotated[str, typer.Argument(help="The person's code, for example CASHIER-2.")],
    *,
    name: Annotated[str | None, typer.Option(help="How they are called.")] = None,
    role: Annotated[str | None, typer.Option(metavar="cashier|supervisor|manager")] = None,
    grant: Annotated[list[str] | None, typer.Option(metavar="RIGHT", help="Give a right, or all.")] = None,
    revoke: Annotated[list[str] | None, typer.Option(metavar="RIGHT", help="Take a right, or all.")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Set a new PIN; it is asked for.")] = False,
) -> Work:
    """Define a person, or change what is named; TILLDAY_NEW_PIN may hold the new PIN."""
    from tillday_local.operator.people import PersonChange, set_person

    change = PersonChange(
        person=person, name=name, role=role, grant=grant or (), revoke=revoke or (), new_pin=pin
    )
    return set_person(asking, change)
