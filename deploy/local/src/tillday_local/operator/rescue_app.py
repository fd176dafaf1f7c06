"""The commands of whoever reviews what came late to closed tills: `tillday rescue`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tillday_local.operator.asking import Asking
from tillday_local.operator.options import Listed, Which, Work, asks, readable_text

rescue_app = typer.Typer(
    help="What came late to a closed till: show it, accept, repair or reject it, close it.",
    no_args_is_help=True,
)

Name = Annotated[
    str, typer.Argument(metavar="RESCUE", help="Its name, with or without the word RESCUE, or its session.")
]
Entries = Annotated[
    list[str] | None, typer.Argument(metavar="ENTRY...", help="Receipt numbers, or starts of entries.")
]
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="A receipt number, or the start of an entry.")]
All = Annotated[bool, typer.Option("--all", help="Everything undecided but what a lost journal told.")]
Why = Annotated[str, typer.Option(help="Why; it stays with the entry.")]
Lay = Annotated[
    str | None,
    typer.Option(
        "--counted-in", metavar="COUNT", help="Where its money lay: cash_up:SESSION or opening:SESSION."
    ),
]


@asks(rescue_app, "list")
def rescue_list(asking: Asking, *, state: Which = Listed.OPEN) -> Work:
    """List the rescue sessions of a store."""
    from tillday_local.operator.rescue import list_rescues

    return list_rescues(asking, state.value)


@asks(rescue_app, "show")
def rescue_show(asking: Asking, rescue: Name) -> Work:
    """Show one: orders with their cashiers, payments, why they are here, what was decided."""
    from tillday_local.operator.rescue import show_rescue

    return show_rescue(asking, rescue)


@asks(rescue_app, "journals")
def rescue_journals(asking: Asking, rescue: Name, entry: Entry) -> Work:
    """Show where an entry's money may have lain: the till's counts, and both journals side by side."""
    from tillday_local.operator.rescue import show_journals

    return show_journals(asking, rescue, entry)


@asks(rescue_app, "accept", by="SUPERVISOR-1")
def rescue_accept(
    asking: Asking,
    rescue: Name,
    entry: Entries = None,
    *,
    everything: All = False,
    reason: Annotated[str | None, typer.Option(help="Why; it stays with the entry.")] = None,
    counted_in: Lay = None,
) -> Work:
    """Let late entries count as they are."""
    from tillday_local.operator.rescue import accept
    from tillday_local.operator.rescue_choices import Choice, read_count

    count = None if counted_in is None else readable_text(read_count, counted_in)
    return accept(asking, rescue, Choice(tuple(entry or ()), everything), reason=reason, count=count)


@asks(rescue_app, "reject", by="SUPERVISOR-1")
def rescue_reject(
    asking: Asking,
    rescue: Name,
    entry: Entries = None,
    *,
    reason: Why,
    no_cash: Annotated[bool, typer.Option("--no-cash", help="Nobody paid: nothing is asked for.")] = False,
    counted_in: Lay = None,
) -> Work:
    """Decide that late entries are no sales. What was paid for them is an unidentified receipt."""
    from tillday_local.operator.rescue import Rejection, reject
    from tillday_local.operator.rescue_choices import Choice, read_count

    count = None if counted_in is None else readable_text(read_count, counted_in)
    return reject(asking, rescue, Choice(tuple(entry or ())), Rejection(reason, no_cash, count))


@asks(rescue_app, "repair", by="SUPERVISOR-1")
def rescue_repair(
    asking: Asking,
    rescue: Name,
    entry: Entry,
    *,
    body: Annotated[Path, typer.Option(help="A JSON file with the right body; - reads standard input.")],
    approved_by: Annotated[str, typer.Option(help="Who else looked at it and agrees.")],
    reason: Why,
    counted_in: Lay = None,
) -> Work:
    """Let a late entry count with another body. Its bytes stay; the repair is linked to them."""
    from tillday_local.operator.rescue import Repair, repair
    from tillday_local.operator.rescue_choices import read_count

    count = None if counted_in is None else readable_text(read_count, counted_in)
    return repair(asking, rescue, entry, Repair(body, approved_by, reason, count))


@asks(rescue_app, "close", by="SUPERVISOR-1")
def rescue_close(asking: Asking, rescue: Name) -> Work:
    """Close it under a number of its own, once everything in it is decided."""
    from tillday_local.operator.rescue import close

    return close(asking, rescue)
