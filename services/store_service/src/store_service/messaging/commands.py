"""Ordering work at terminals, and saying how far it came."""

from store_service.domain import refusals
from store_service.domain.commands import TerminalCommand, reprint_ordered, state_of
from store_service.domain.people import supervises
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.commands import (
    add_command,
    read_held_revisions,
    read_newest_commands,
    read_open_commands,
    set_revision,
)
from store_service.persistence.desired import wake
from store_service.persistence.stores import read_settings
from store_service.persistence.terminals import read_terminal
from tillday_contracts.command_messages import (
    CommandOrdered,
    OrderedCommand,
    OrderReprint,
    TerminalCommandList,
    TerminalCommands,
)
from tillday_contracts.messages import Refused


class Commands:
    """Takes orders for terminals into their desired state."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def order_reprint(self, order: OrderReprint) -> bytes:
        """Have a terminal print a copy; a repeat gets the same answer and no second copy."""
        async with self._workshop.begin(order.store) as work:
            earlier = await work.earlier_reply(order)
            return earlier or await work.reply(order, await self._order(work, order))

    async def _order(self, work: StoreWork, order: OrderReprint) -> CommandOrdered | Refused:
        if not supervises(await work.person(order.by)):
            return refusals.not_a_supervisor(order.by, work.settings.name)
        terminal = await read_terminal(work.connection, order.store, order.terminal)
        if terminal is None:
            return refusals.unknown_terminal(work.settings.name, order.terminal)
        known = await read_open_commands(work.connection, order.store, order.terminal, at=work.at)
        command = reprint_ordered(order, known, at=work.at)
        if command is None:
            return refusals.too_many_commands(order.terminal, len(known))
        await add_command(work.connection, command)
        rev = await work.save_desired(await work.book(), terminal)
        await set_revision(work.connection, command.command_id, rev)
        await wake(work.connection)
        return CommandOrdered(command_id=command.command_id, not_after=command.not_after)

    async def listed(self, question: TerminalCommands) -> TerminalCommandList | Refused:
        """Return the newest commands of a store with how far they came."""
        now = self._workshop.clockwork.now()
        async with self._workshop.database.transaction(isolation="repeatable_read") as connection:
            if await read_settings(connection, question.store) is None:
                return refusals.unknown_store(question.store)
            commands = await read_newest_commands(connection, question.store)
            held = await read_held_revisions(connection, question.store)
        told = (_told(one, state_of(one, held_rev=held.get(one.terminal), at=now)) for one in commands)
        return TerminalCommandList(store=question.store, commands=tuple(told))


def _told(command: TerminalCommand, state: str) -> OrderedCommand:
    return OrderedCommand.model_validate(
        {
            "command_id": command.command_id,
            "terminal": command.terminal,
            "kind": command.kind,
            "document": command.document,
            "ordered_by": command.ordered_by,
            "state": state,
            "ordered_at": command.ordered_at,
            "not_after": command.not_after,
            "finished_at": command.finished_at,
            "reason": command.reason,
        }
    )
