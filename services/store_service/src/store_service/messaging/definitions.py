"""Defining terminals and people."""

from dataclasses import replace
from typing import Final

from store_service.domain import refusals
from store_service.domain.codes import refusal_of_terminal
from store_service.domain.people import Person
from store_service.domain.pins import refusal_of_pin
from store_service.domain.wishes import Terminal, wish_new
from store_service.messaging.till_service import Tills
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.histories import add_person_change, person_changed_at
from store_service.persistence.people import save_person
from store_service.persistence.terminals import (
    TerminalSecrets,
    add_secrets,
    read_some_terminals,
    read_terminal,
    save_terminals,
)
from store_service.pins import PinHasher
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import (
    DefinePerson,
    PersonDefined,
    RegisterTerminal,
    Revised,
    TerminalAdded,
    TerminalRegistered,
)

SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8


class Definitions:
    """Keeps who works at a store and on which terminals, and lets the terminals know."""

    def __init__(self, workshop: Workshop, tills: Tills, pins: PinHasher, *, any_pin: bool = False) -> None:
        self._any_pin = any_pin
        self._workshop = workshop
        self._tills = tills
        self._pins = pins

    async def define_person(self, command: DefinePerson) -> bytes:
        """Create or change a person; every terminal of the store is told at once that its list is old."""
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await self._define_person(work, command))

    async def _define_person(self, work: StoreWork, command: DefinePerson) -> Revised | Refused:
        management = await work.management()
        refusal = management.refused(command.by)
        if refusal is not None:
            return refusal
        before = await work.person(command.person)
        after = await self._person(command, before)
        refusal = await _changed_meanwhile(work, command) or management.left_alone(after)
        if refusal is None and not self._any_pin:
            refusal = refusal_of_pin(before, after, command.pin)
        if refusal is not None:
            return refusal
        if after == before:
            return Revised(revision=work.store.people_rev)
        return Revised(revision=await keep_person(work, command, after))

    async def _person(self, command: DefinePerson, before: Person | None) -> Person:
        pin = None if before is None else before.pin
        if command.pin is not None:
            pin = await self._pins.keep(command.pin, pin)
        rights = tuple(sorted(set(command.rights)))
        return Person(command.person, command.name, command.role, rights, pin)

    async def register_terminal(self, command: RegisterTerminal) -> bytes:
        """Create a terminal with its till. A repeat, also under another identity, gets the same secrets.

        The secrets never enter the table of replies. The answer is given when the till service has the key.
        """
        async with self._workshop.begin(command.store) as work:
            codes = (command.terminal, command.till)
            known = await read_some_terminals(work.connection, command.store, terminals=codes, tills=codes)
            management = await work.management()
            refusal = management.refused(command.by) or refusal_of_terminal(
                known, command.terminal, command.till
            )
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


async def keep_person(work: StoreWork, command: DefinePerson, after: Person) -> int:
    """Save a person, announce them and let terminals know; returns the people's revision."""
    await save_person(work.connection, command.store, after)
    await work.announce(
        command, PersonDefined, store=command.store, person=after.person, name=after.name, role=after.role
    )
    revision = await work.tell_people_changed()
    await add_person_change(work.connection, command, after, revision=revision, at=work.at)
    return revision


async def _changed_meanwhile(work: StoreWork, command: DefinePerson) -> Refused | None:
    if command.changes is None:
        return None
    changed_at = await person_changed_at(work.connection, command.store, command.person)
    return refusals.person_changed_meanwhile(command.person) if changed_at > command.changes else None
