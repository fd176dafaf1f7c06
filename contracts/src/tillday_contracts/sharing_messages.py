"""Shared tills between services: guests come and go, a person places their sales, a till changes its host."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode, TillCode
from tillday_contracts.messages import Command, Done, Event
from tillday_contracts.model import Fact
from tillday_contracts.parts import Count, PrintedNumber, Text


class GuestChanged(Event):
    """A terminal asked to join a till, became a guest of its session, or left."""

    subject: ClassVar[str] = "tillday.event.till.guest_changed.v1"

    store: StoreCode
    terminal: TerminalCode
    till: TillCode
    state: Literal["asked", "joined", "left"]
    session_id: SessionId | None = None
    by: PersonId | None = None


class GuestReach(Fact):
    """How far a count goes in a guest's journal: its last receipt in the drawer, or what the ledger holds."""

    terminal: TerminalCode
    through: PrintedNumber | None = None


class CoverGuests(Command):
    """Say, per guest that a cash-up did not count, which of its sales lay in the drawer."""

    subject: ClassVar[str] = "tillday.till.cover_guests.v1"

    store: StoreCode
    session_id: SessionId
    reason: Text
    guests: Annotated[tuple[GuestReach, ...], Field(min_length=1, max_length=50)]


class HostTurn(Fact):
    """A till, the terminal that gets it, and how often it changed hands then."""

    till: TillCode
    terminal: TerminalCode
    turn: Count


class MoveHost(Command):
    """Let another terminal host a till from `turn` on, unless a session of it runs. Repeats are harmless.

    `in_return` changes hands with it, both or none.
    """

    subject: ClassVar[str] = "tillday.till.move_host.v1"

    store: StoreCode
    till: TillCode
    terminal: TerminalCode
    turn: Count
    in_return: HostTurn | None = None


class MoveTill(Command):
    """Give a till to another terminal of the store, which gives its own one in return."""

    subject: ClassVar[str] = "tillday.store.move_till.v1"

    store: StoreCode
    till: TillCode
    terminal: TerminalCode


class HostedTill(Fact):
    """A till and the terminal that has it."""

    till: TillCode
    terminal: TerminalCode


class TillMoved(Done):
    """Who has which till now."""

    tills: tuple[HostedTill, ...]


EVENTS: tuple[type[Event], ...] = (GuestChanged,)
