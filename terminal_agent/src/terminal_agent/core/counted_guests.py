"""Guests at the host's cash-up: what they brought is asked of the ledger, before the first tender counts."""

from collections.abc import Iterable

from terminal_agent.core.commands import TakeGuests
from terminal_agent.core.refusal import Decision, refuse
from terminal_agent.core.till import ClosingCount, Till
from tillday_contracts.entries import GuestsTold, ManifestMember


def take_guests(till: Till, command: TakeGuests) -> Decision:
    """Expect in the closing count what the ledger says that guests brought."""
    phase = till.phase
    if not isinstance(phase, ClosingCount):
        return refuse("no_cash_up", "No cash-up is under way: start it first.")
    if phase.confirmed:
        return refuse("tender_confirmed", "A tender is already confirmed: the guests were counted with it.")
    if phase.guests is not None and command.guests == phase.guests:
        return Decision()
    told = GuestsTold(session_id=phase.session.session_id, by=command.by.person, guests=command.guests)
    return Decision((told,))


def counted_guests(phase: ClosingCount) -> tuple[ManifestMember, ...]:
    """Return how far the count goes in the guests' journals."""
    return tuple(
        ManifestMember(terminal=guest.terminal, epoch=at.epoch, to_seq=at.seq, to_hash=at.hash)
        for guest in phase.guests or ()
        for at in guest.positions
    )


def not_counted(phase: ClosingCount, members: Iterable[str]) -> tuple[str, ...]:
    """Return the guests of whom nobody could be asked."""
    counted = {guest.terminal for guest in phase.guests or ()}
    return tuple(sorted(set(members) - counted))
