"""Work ordered at a terminal: what stands in its desired state, and how far it came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from tillday_contracts.command_messages import CommandOutcome, CommandState, OrderReprint
from tillday_contracts.wishes import Command

LASTS: Final = timedelta(hours=24)
MOST_STANDING: Final = 16
"""At one terminal: all of them travel in each of its retained messages."""


@dataclass(frozen=True, slots=True)
class TerminalCommand:
    """A command as it was ordered, the revision that brought it to the terminal, and how it ended."""

    command_id: str
    store: str
    terminal: str
    kind: Literal["reprint", "send_journal"]
    document: str | None
    ordered_by: str
    ordered_at: datetime
    not_after: datetime
    rev: int | None = None
    finished_at: datetime | None = None
    outcome: CommandOutcome | None = None
    reason: str | None = None


def stands(command: TerminalCommand, *, at: datetime) -> bool:
    """Say whether a terminal is still to obey a command."""
    return command.finished_at is None and at <= command.not_after


def reprint_ordered(
    order: OrderReprint, known: Iterable[TerminalCommand], *, at: datetime
) -> TerminalCommand | None:
    """Return the command for a copy: the one that stands for it already, else a new one; None: too many."""
    standing = [command for command in known if stands(command, at=at)]
    same = next((one for one in standing if one.document == order.document), None)
    if same is not None or len(standing) >= MOST_STANDING:
        return same
    return TerminalCommand(
        command_id=order.message_id.hex,
        store=order.store,
        terminal=order.terminal,
        kind="reprint",
        document=order.document,
        ordered_by=order.by,
        ordered_at=at,
        not_after=at + LASTS,
    )


def standing_commands(known: Iterable[TerminalCommand], *, at: datetime) -> tuple[Command, ...]:
    """Return what a terminal is told to do, oldest first."""
    told = sorted(
        (command for command in known if stands(command, at=at)),
        key=lambda command: (command.ordered_at, command.command_id),
    )
    return tuple(
        Command(command_id=one.command_id, kind=one.kind, not_after=one.not_after, document=one.document)
        for one in told
    )


def state_of(command: TerminalCommand, *, held_rev: int | None, at: datetime) -> CommandState:
    """Return how far a command came; `held_rev` is the desired state that its terminal said it holds."""
    if command.outcome is not None:
        return command.outcome
    if at > command.not_after:
        return "expired"
    if command.rev is not None and held_rev is not None and held_rev >= command.rev:
        return "delivered"
    return "queued"
