"""What people ask of master data: settings, people and terminals of a store, and how each came about."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from service_kit.database import Connection, Database
from store_service.domain import refusals
from store_service.persistence.histories import read_known_terminals, read_person_changes, read_steps
from store_service.persistence.people import read_people
from store_service.persistence.stores import (
    read_former_settings,
    read_history,
    read_settings,
    read_store,
)
from tillday_contracts.master_data_messages import (
    PeopleChanges,
    PeopleHistory,
    StoreTerminalList,
    StoreTerminals,
)
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, PeopleAnswer, Person, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent

MOST_REVISIONS: Final = 200
MOST_CHANGES: Final = 200


class MasterData:
    """Answers from what is kept; secrets are no part of any answer."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    async def settings(self, question: StoreSettings) -> SettingsAnswer | Refused:
        """Return a store's settings of now, or those of a former revision."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            newest = await read_settings(connection, question.store)
            if newest is None:
                return refusals.unknown_store(question.store)
            revision = question.revision if question.revision is not None else newest.rev
            content: SettingsContent | None = newest
            if not 0 < revision <= newest.rev:
                return refusals.unknown_revision(question.store, revision)
            if revision != newest.rev:
                content = await read_former_settings(connection, question.store, revision)
            if content is None:
                return refusals.unknown_revision(question.store, revision)
            history = await read_history(connection, question.store, most=MOST_REVISIONS)
        # Revision and digest are the envelope's, not the content's.
        settings = SettingsContent.model_validate(content.model_dump())
        return SettingsAnswer(settings=settings, revision=revision, history=history)

    async def people(self, question: People) -> PeopleAnswer | Refused:
        """Return who works at a store and what they may do."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await read_store(connection, question.store)
            if store is None:
                return refusals.unknown_store(question.store)
            people = await _people(connection, question.store)
        return PeopleAnswer(people=people, revision=store.people_rev)

    async def people_history(self, question: PeopleHistory) -> PeopleChanges | Refused:
        """Return how people became what they are."""
        async with self._database.connection() as connection:
            if await read_store(connection, question.store) is None:
                return refusals.unknown_store(question.store)
            changes = await read_person_changes(
                connection, question.store, question.person, most=MOST_CHANGES
            )
        return PeopleChanges(changes=changes)

    async def terminals(self, question: StoreTerminals) -> StoreTerminalList | Refused:
        """Return a store's terminals with their identities; of a code only until when it is good."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            if await read_store(connection, question.store) is None:
                return refusals.unknown_store(question.store)
            return StoreTerminalList(
                terminals=await read_known_terminals(connection, question.store, at=self._now()),
                steps=await read_steps(connection, question.store, most=MOST_CHANGES),
            )


async def _people(connection: Connection, store: str) -> tuple[Person, ...]:
    return tuple(
        Person(person=person.person, name=person.name, role=person.role, rights=person.rights)
        for person in await read_people(connection, store)
    )
