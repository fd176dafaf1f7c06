"""The commands for master data: `tillday settings`, `tillday catalogue`, `tillday people`.

What a command needs is imported when it is called, so that `--help` stays fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tillday_local.operator_options import By, Data, Json, ReadyFile, Store, asking_of, end

settings_app = typer.Typer(
    help="Show and change a store's settings: tenders, floats, tolerances, counts.", no_args_is_help=True
)
catalogue_app = typer.Typer(help="Import what a store sells from CSV, and show it.", no_args_is_help=True)
people_app = typer.Typer(
    help="Show and change who works at a store and what they may do.", no_args_is_help=True
)


@settings_app.command("show")
def settings_show(
    *,
    revision: Annotated[int | None, typer.Option(help="A former revision; the history names them.")] = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show a store's settings."""
    from tillday_local.operator_settings import show_settings

    end(show_settings(asking_of(data, ready_file, store=store, as_json=as_json), revision))


@settings_app.command("history")
def settings_history(
    *,
    most: Annotated[int, typer.Option(min=1, max=100, help="How many changes, newest first.")] = 10,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show who changed which setting, and when."""
    from tillday_local.operator_settings import show_history

    end(show_history(asking_of(data, ready_file, store=store, as_json=as_json), most))


@settings_app.command("set")
def settings_set(
    setting: Annotated[str, typer.Argument(help="Any other word lists the settings there are.")],
    values: Annotated[list[str] | None, typer.Argument(help="Amounts are money: 150.00")] = None,
    *,
    store: Store = "S1",
    by: By = "OPERATOR",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Set one setting: name, rollover, keep, float, tolerance, rate, denominations, …

    \b
    settings set keep cash fixed 150.00
    settings set tolerance cash cash-up 5.00
    settings set float TILL1 200.00
    settings set rate cash_usd 0.92
    settings set blind-count on
    """
    from tillday_local.operator_settings import set_setting

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(set_setting(asking, setting, values or []))


@catalogue_app.command("import")
def catalogue_import(
    file: Annotated[Path, typer.Argument(help="CSV: sku,name,price_minor,tax_percent[,barcode,category]")],
    *,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out the bad lines instead of importing nothing.")
    ] = False,
    store: Store = "S1",
    by: By = "OPERATOR",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Replace the store's catalogue by the products of a file."""
    from tillday_local.operator_catalogue import import_catalogue

    asking = asking_of(data, ready_file, store=store, by=by, as_json=as_json)
    end(import_catalogue(asking, file, skip_bad=skip_bad))


@catalogue_app.command("show")
def catalogue_show(
    *,
    find: Annotated[
        str | None, typer.Option(help="Only products whose SKU, name or category holds it.")
    ] = None,
    store: Store = "S1",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Show what the store sells."""
    from tillday_local.operator_catalogue import show_catalogue

    end(show_catalogue(asking_of(data, ready_file, store=store, as_json=as_json), find=find))


@people_app.command("show")
def people_show(
    *, store: Store = "S1", as_json: Json = False, data: Data = None, ready_file: ReadyFile = None
) -> None:
    """Show who works at the store."""
    from tillday_local.operator_people import show_people

    end(show_people(asking_of(data, ready_file, store=store, as_json=as_json)))


@people_app.command("set")
def people_set(
    person: Annotated[str, typer.Argument(help="The person's code, for example CASHIER-2.")],
    *,
    name: Annotated[str | None, typer.Option(help="How they are called.")] = None,
    role: Annotated[str | None, typer.Option(metavar="cashier|supervisor|manager")] = None,
    grant: Annotated[list[str] | None, typer.Option(metavar="RIGHT", help="Give a right, or all.")] = None,
    revoke: Annotated[list[str] | None, typer.Option(metavar="RIGHT", help="Take a right, or all.")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Set a new PIN; it is asked for.")] = False,
    store: Store = "S1",
    by: By = "OPERATOR",
    as_json: Json = False,
    data: Data = None,
    ready_file: ReadyFile = None,
) -> None:
    """Define a person, or change what is named; TILLDAY_NEW_PIN may hold the new PIN."""
    from tillday_local.operator_people import PersonChange, set_person

    change = PersonChange(
        person=person, name=name, role=role, grant=grant or (), revoke=revoke or (), new_pin=pin
    )
    end(set_person(asking_of(data, ready_file, store=store, by=by, as_json=as_json), change))
