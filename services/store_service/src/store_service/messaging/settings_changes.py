"""Changing a store's settings: the one way is to say all of them again."""

from collections.abc import Sequence

from store_service.domain import refusals
from store_service.domain.store_settings import problems_of, problems_of_change, problems_of_removal
from store_service.domain.tills import KnownSession, newest
from store_service.messaging.work import StoreWork, locked_work
from store_service.messaging.workshop import Workshop
from store_service.persistence.days import has_opened
from store_service.persistence.desired import wake
from store_service.persistence.stores import Change, add_store, lock_store, read_settings, save_settings
from store_service.persistence.terminals import read_terminals
from store_service.persistence.tills import read_sessions
from tillday_contracts.ids import TillCode
from tillday_contracts.messages import Command, Refused
from tillday_contracts.store_messages import DefineStore, Revised, StoreDefined
from tillday_contracts.wishes import SettingsContent


class SettingsChanges:
    """Takes new settings, or says everything that is wrong with them."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def define_store(self, command: DefineStore) -> bytes:
        """Create a store or change its settings."""
        async with self._workshop.database.transaction() as connection:
            work = await locked_work(connection, self._workshop.clockwork, command.settings.store)
            if work is not None:
                return await work.earlier_reply(command) or await self._change(work, command)
        return await self._create(command)

    async def _create(self, command: DefineStore) -> bytes:
        settings = command.settings.model_copy(update={"catalogue_rev": 0})
        problems = problems_of(settings, ())
        if problems:
            return refusals.wrong_settings(problems).model_dump_json().encode()
        async with self._workshop.database.transaction() as connection:
            await add_store(connection, settings.store)
            await lock_store(connection, settings.store)
            if await read_settings(connection, settings.store) is None:
                change = Change(command.by, self._workshop.clockwork.now())
                await save_settings(connection, settings, change)
            work = await locked_work(connection, self._workshop.clockwork, settings.store)
            assert work is not None
            # Somebody else may have created it meanwhile; then this is a change like any other.
            return await work.earlier_reply(command) or await self._change(work, command)

    async def _change(self, work: StoreWork, command: DefineStore) -> bytes:
        management = await work.management()
        refusal = management.refused(command.by) or await self._refusal(work, command)
        if refusal is not None:
            return await work.reply(command, refusal)
        # The catalogue's revision is ours, whatever they say.
        content = command.settings.model_copy(update={"catalogue_rev": work.store.catalogue_rev})
        return await work.reply(command, Revised(revision=await change_settings(work, command, content)))

    async def _refusal(self, work: StoreWork, command: DefineStore) -> Refused | None:
        before, after = work.settings, command.settings
        if command.changes is not None and command.changes != before.rev:
            return refusals.changed_meanwhile(before.name, made_from=command.changes, revision=before.rev)
        tills = [terminal.till for terminal in await read_terminals(work.connection, after.store)]
        problems = problems_of(after, tills)
        if await has_opened(work.connection, after.store):
            problems += problems_of_change(before, after)
            problems += problems_of_removal(before, after, await _newest_sessions(work, tills))
        return refusals.wrong_settings(problems) if problems else None


async def _newest_sessions(work: StoreWork, tills: Sequence[TillCode]) -> list[KnownSession]:
    found = [newest(till, await read_sessions(work.connection, work.store.store, till)) for till in tills]
    return [session for session in found if session is not None]


async def change_settings(work: StoreWork, cause: Command, content: SettingsContent) -> int:
    """Save new settings, announce them and let terminals know; returns their revision."""
    revision = await save_settings(work.connection, content, Change(cause.by, work.at))
    await work.announce(cause, StoreDefined, settings=content, revision=revision.rev)
    await wake(work.connection)
    return revision.rev
