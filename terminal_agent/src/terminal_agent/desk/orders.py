"""Commands of the back office: each obeyed once, its result an entry of the journal."""

import asyncio
from contextlib import suppress
from typing import Final

import structlog

from terminal_agent.core.terminal import due_commands
from terminal_agent.desk.book import Book
from terminal_agent.desk.refused import Refused
from terminal_agent.desk.reports import Reports
from terminal_agent.hardware.ports import Outcome
from terminal_agent.journal.failures import JournalError
from tillday_contracts.entries import CommandDone
from tillday_contracts.wishes import Command

log = structlog.get_logger()
AGAIN_SECONDS: Final = 20.0
LONGEST_REASON: Final = 120


class Orders:
    """Does what stands in the desired state. What the printer cannot take now is tried again until it can."""

    def __init__(self, book: Book, reports: Reports, *, again: float = AGAIN_SECONDS) -> None:
        self._book = book
        self._reports = reports
        self._again = again
        self._changed = asyncio.Event()
        self._copies: dict[str, int] = {}
        self._rests: dict[str, float] = {}
        book.on_change(self._changed.set)

    async def run(self) -> None:
        """Obey until cancelled."""
        while True:
            self._changed.clear()
            for command in self._due():
                try:
                    await self._obey(command)
                except JournalError as error:
                    log.error("a command's result could not be kept", reason=str(error))
                    self._rest(command)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._again):
                    await self._changed.wait()

    def _due(self) -> list[Command]:
        memory, now = self._book.memory, self._book.world.monotonic()
        due = due_commands(memory.terminal, memory.desired, self._book.world.now())
        return [command for command in due if self._rests.get(command.command_id, now) <= now]

    def _rest(self, command: Command) -> None:
        self._rests[command.command_id] = self._book.world.monotonic() + self._again

    async def _obey(self, command: Command) -> None:
        match command.kind:
            case "reprint":
                await self._reprint(command)
            case "send_journal":
                # The journal is sent as soon as there is a link, whoever asks; there is nothing else to do.
                await self._finish(CommandDone(command_id=command.command_id, outcome="done"))

    async def _reprint(self, command: Command) -> None:
        done = CommandDone(command_id=command.command_id, outcome="done")
        number, known = command.document or "", self._copies.get(command.command_id)
        try:
            copy, result = await self._reports.copy_for(number, done, copy=known)
        except Refused as refused:
            await self._finish(_failed(command, str(refused)))
            return
        self._copies[command.command_id] = copy
        if result.outcome is Outcome.NOTHING_SENT:
            self._rest(command)
        elif result.outcome is Outcome.UNKNOWN:
            await self._finish(_failed(command, f"Nobody knows whether it came out: {result.reason}"))

    async def _finish(self, result: CommandDone) -> None:
        async with self._book.turn:
            await self._book.write((result,))


def _failed(command: Command, reason: str) -> CommandDone:
    return CommandDone(command_id=command.command_id, outcome="failed", reason=reason[:LONGEST_REASON])
