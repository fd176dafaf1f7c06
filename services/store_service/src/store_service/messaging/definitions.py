"""Defining stores, terminals, people and catalogues."""

from collections import Counter
from dataclasses import replace
from typing import Final

from store_service.domain import refusals
from store_service.domain.people import Person
from store_service.domain.time_zones import is_time_zone
from store_service.domain.wishes import Terminal, wish_new
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork, locked_work
from store_service.messaging.workshop import Workshop
from store_service.persistence.catalogue import read_catalogue, replace_catalogue
from store_service.persistence.desired import wake
from store_service.persistence.people import save_person
from store_service.persistence.stores import (
    add_store,
    raise_catalogue,
    raise_people,
    read_settings,
    save_settings,
)
from store_service.persistence.terminals import (
    TerminalSecrets,
    add_secrets,
    read_host,
    read_terminal,
    save_terminals,
)
from store_service.pins import PinHasher
from tillday_contracts.link import SettingsContent
from tillday_contracts.messages import Command, Refused
from tillday_contracts.store_messages import (
    DefinePerson,
    DefineStore,
    ImportCatalogue,
    PersonDefined,
    RegisterTerminal,
    Revised,
    StoreDefined,
    TerminalAdded,
    TerminalRegistered,
)

SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8


class Definitions:
    """Keeps what people define of stores, and lets terminals know."""

    def __init__(self, workshop: Workshop, tills: Tills, pins: PinHasher) -> None:
        self._workshop = workshop
        self._tills = tills
        self._pins = pins

    async def define_store(self, command: DefineStore) -> bytes:
        """Create a store or change its settings; the catalogue's revision is ours, whatever they say."""
        if not is_time_zone(command.settings.time_zone):
            return refusals.unknown_time_zone(command.settings.time_zone).model_dump_json().encode()
        store = command.settings.store
        async with self._workshop.database.transaction() as connection:
            await add_store(connection, store)
            if await read_settings(connection, store) is None:
                await save_settings(connection, command.settings.model_copy(update={"catalogue_rev": 0}))
            work = await locked_work(connection, self._workshop.clockwork, store)
            assert work is not None
            return await work.earlier_reply(command) or await self._define(work, command)

    async def _define(self, work: StoreWork, command: DefineStore) -> bytes:
        content = command.settings.model_copy(update={"catalogue_rev": work.store.catalogue_rev})
        revision = await self._change_settings(work, command, content)
        return await work.reply(command, Revised(revision=revision))

    async def _change_settings(self, work: StoreWork, cause: Command, content: SettingsContent) -> int:
        revision = await save_settings(work.connection, content)
        await work.announce(cause, StoreDefined, settings=content, revision=revision.rev)
        await wake(work.connection)
        return revision.rev

    async def import_catalogue(self, command: ImportCatalogue) -> bytes:
        """Replace a store's catalogue; an equal one changes nothing."""
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await self._import(work, command))

    async def _import(self, work: StoreWork, command: ImportCatalogue) -> Refused | Revised:
        skus = [item.sku for item in command.items]
        twice = [sku for sku, times in Counter(skus).items() if times > 1]
        if twice:
            return refusals.double_sku(twice[0])
        if await read_catalogue(work.connection, command.store) == list(command.items):
            return Revised(revision=work.store.catalogue_rev)
        await replace_catalogue(work.connection, command.store, command.items)
        revision = await raise_catalogue(work.connection, command.store)
        content = SettingsContent.model_validate(work.settings.model_dump())
        await self._change_settings(work, command, content.model_copy(update={"catalogue_rev": revision}))
        return Revised(revision=revision)

    async def define_person(self, command: DefinePerson) -> bytes:
        """Create or change a person; every terminal of the store is told at once that its list is old."""
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await self._define_person(work, command))

    async def _define_person(self, work: StoreWork, command: DefinePerson) -> Revised:
        before = await work.person(command.person)
        pin = None if before is None else before.pin
        if command.pin is not None:
            pin = await self._pins.keep(command.pin, pin)
        rights = tuple(sorted(set(command.rights)))
        after = Person(command.person, command.name, command.role, rights, pin)
        if after == before:
            return Revised(revision=work.store.people_rev)
        await save_person(work.connection, command.store, after)
        await work.announce(
            command, PersonDefined, store=command.store, person=after.person, name=after.name, role=after.role
        )
        return Revised(revision=await self._tell_terminals(work, command))

    async def _tell_terminals(self, work: StoreWork, command: DefinePerson) -> int:
        revision = await raise_people(work.connection, command.store)
        renewed = await locked_work(work.connection, self._workshop.clockwork, command.store)
        assert renewed is not None
        await renewed.tell_terminals(await renewed.book())
        return revision

    async def register_terminal(self, command: RegisterTerminal) -> bytes:
        """Create a terminal with its till. A repeat, also under another identity, gets the same secrets.

        The secrets never enter the table of replies. The answer is given when the till service has the key.
        """
        async with self._workshop.begin(command.store) as work:
            refusal = await _refusal_of_terminal(work, command)
            if refusal is not None:
                return refusal.model_dump_json().encode()
            secrets = await self._add_terminal(work, command)
        journal_key = secrets.journal_key.hex()
        names = {"store": command.store, "terminal": command.terminal, "till": command.till}
        key = {"key_id": secrets.key_id, "journal_key": journal_key}
        await self._tills.register_key(command, {**names, **key})
        answer = TerminalRegistered(
            key_id=secrets.key_id, journal_key=journal_key, pepper=secrets.pepper.hex()
        )
        return answer.model_dump_json().encode()

    async def _add_terminal(self, work: StoreWork, command: RegisterTerminal) -> TerminalSecrets:
        before = await read_terminal(work.connection, command.store, command.terminal)
        if before is None or before.name != command.name:
            await self._save_terminal(work, command, before)
        return await add_secrets(work.connection, command.store, command.terminal, self._draw())

    async def _save_terminal(
        self, work: StoreWork, command: RegisterTerminal, before: Terminal | None
    ) -> None:
        names = {"terminal": command.terminal, "till": command.till, "name": command.name}
        await work.announce(command, TerminalAdded, store=command.store, **names)
        added = Terminal(command.store, command.terminal, command.till, command.name)
        named = added if before is None else replace(before, name=command.name)
        await save_terminals(work.connection, [named], at=work.at)
        book = await work.book()
        wished = wish_new(named, book) if before is None else named
        await work.save_wishes(command, book, [(named, wished)])

    def _draw(self) -> TerminalSecrets:
        draw = self._workshop.clockwork.random_bytes
        return TerminalSecrets(draw(KEY_ID_BYTES).hex(), draw(SECRET_BYTES), draw(SECRET_BYTES))


async def _refusal_of_terminal(work: StoreWork, command: RegisterTerminal) -> Refused | None:
    known = await read_terminal(work.connection, command.store, command.terminal)
    if known is not None and known.till != command.till:
        return refusals.other_till(command.terminal, known.till)
    host = await read_host(work.connection, command.store, command.till)
    if host is not None and host != command.terminal:
        return refusals.till_taken(command.till, host)
    return None
