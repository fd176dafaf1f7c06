"""Selling into another terminal's till: asking for it, leaving it, and counting what guests brought."""

from typing import Final

from terminal_agent.core.commands import JoinTill, LeaveTill
from terminal_agent.desk.refused import refused
from terminal_agent.screens.show_sharing import letters_of
from terminal_agent.screens.stage import Actions, Stage
from terminal_agent.screens.visit import Form


async def join(stage: Stage, form: Form) -> None:
    """Ask to sell into another till; the terminal joins by itself as soon as it may."""
    digits = form.get("digits", "").strip()
    till = form.get("till", "").strip().upper() or (letters_of(stage.book.till) + digits if digits else "")
    if not till:
        raise refused("no_till", "Type the number of the till first.")
    await stage.act(JoinTill(stage.by, till))
    stage.visit.guest_of = None
    stage.visit.go("share")


async def leave(stage: Stage, _: Form) -> None:
    """Sell into the other till no longer, or wait for it no longer."""
    await stage.act(LeaveTill(stage.by))
    stage.visit.guest_of = None
    stage.visit.go("")
    stage.good("This terminal sells into no other till.")


async def next_customer(stage: Stage, _: Form) -> None:
    """The change is given: what the last receipt said is no longer needed."""
    stage.selling.done = None


async def count_guests(stage: Stage, _: Form) -> None:
    """Ask the back office again what guests brought into this session."""
    await stage.parts.sharing.count_guests(stage.by)


ACTIONS: Final[Actions] = {
    "join": join,
    "leave": leave,
    "next-customer": next_customer,
    "count-guests": count_guests,
}
