"""What `tillday till` does about shared tills: place guests' sales, give a till to another terminal."""

from __future__ import annotations

from collections.abc import Sequence

from tillday_contracts.messages import Done
from tillday_contracts.sharing_messages import CoverGuests, GuestReach, MoveTill, TillMoved
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.service_client import CommandRefused


class BadGuest(ValueError):
    """Text that names no guest; the text says how to write it."""


def read_guest(text: str) -> GuestReach:
    """Return the guest of `T2`, or of `T2=T2-AB12C-17` with its last receipt there; raises BadGuest."""
    terminal, _, through = text.partition("=")
    try:
        return GuestReach(terminal=terminal, through=through.upper() or None)
    except ValueError:
        raise BadGuest(f"{text[:40]!r} names no guest: write T2, or T2=T2-AB12C-17") from None


async def place_guests(asking: Asking, *, session: str, reason: str, guests: Sequence[GuestReach]) -> int:
    """Say which sales of guests a count covered."""
    named = {"session_id": session, "reason": reason, "guests": tuple(guests)}
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(CoverGuests.model_validate({**asking.command(), **named}), Done)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    named_guests = ", ".join(guest.terminal for guest in guests)
    asking.show(answer, f"The sales of {named_guests} are placed: what was not in the drawer is late money.")
    return 0


async def move_till(asking: Asking, *, till: str, terminal: str) -> int:
    """Let two terminals exchange their tills."""
    named = {"till": till, "terminal": terminal}
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(MoveTill.model_validate({**asking.command(), **named}), TillMoved)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    hosts = ", ".join(f"{moved.till} at {moved.terminal}" for moved in answer.tills)
    asking.show(answer, f"Now: {hosts}.")
    return 0
