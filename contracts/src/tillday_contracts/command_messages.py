"""Work that the back office orders at a terminal: asked for, listed with how far it came, finished."""

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from tillday_contracts.ids import PersonId, SessionId, StoreCode, TerminalCode
from tillday_contracts.messages import Command, Done, Event, Question
from tillday_contracts.model import Fact
from tillday_contracts.parts import PrintedNumber, Text

CommandState = Literal["queued", "delivered", "done", "failed", "expired"]
CommandOutcome = Literal["done", "failed"]


class OrderReprint(Command):
    """Have a terminal print a document of its own again, marked as a copy.

    A copy of the same document that is ordered already and not printed yet is this one: it is not doubled.
    """

    subject: ClassVar[str] = "tillday.store.order_reprint.v1"

    store: StoreCode
    terminal: TerminalCode
    document: PrintedNumber


class CommandOrdered(Done):
    """The command stands in the terminal's desired state until it is done, or past `not_after`."""

    command_id: SessionId
    not_after: AwareDatetime


class TerminalCommands(Question):
    """Ask for the newest commands of a store's terminals and how far they came."""

    subject: ClassVar[str] = "tillday.store.terminal_commands.v1"

    store: StoreCode


class OrderedCommand(Fact):
    """One command. `delivered`: the terminal said that it holds it; `reason` why it failed."""

    command_id: SessionId
    terminal: TerminalCode
    kind: Literal["reprint", "send_journal"]
    document: Text | None = None
    ordered_by: PersonId
    ordered_at: AwareDatetime
    not_after: AwareDatetime
    state: CommandState
    finished_at: AwareDatetime | None = None
    reason: str | None = None


class TerminalCommandList(Done):
    """The commands, newest first."""

    store: StoreCode
    commands: tuple[OrderedCommand, ...]


class CommandFinished(Event):
    """The ledger holds a terminal's word on how a command went."""

    subject: ClassVar[str] = "tillday.event.till.command_finished.v1"

    store: StoreCode
    terminal: TerminalCode
    command_id: SessionId
    outcome: CommandOutcome
    reason: str | None = None


EVENTS: tuple[type[Event], ...] = (CommandFinished,)
