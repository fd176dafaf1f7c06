"""What people ask of master data: a store's settings with their history, and its people."""

from typing import Final

from service_kit.database import Connection, Database
from store_service.domain import refusals
from store_service.persistence.people import read_people
from store_service.persistence.stores import read_former_settings, read_history, read_settings
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import People, PeopleAnswer, Person, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent

MOST_REVISIONS: Final = 200


class MasterData:
    """Answers from what is kept; secrets are no part of any answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, question: StoreSettings) -> SettingsAnswer | Refused:
        """Return a store's settings of now, or those of a former revision."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            newest = await read_settings(connection, question.store)
            if newest is None:
                return refusals.unknown_store(question.store)
            revision = question.revision if question.revision is not None else newest.rev
            content: SettingsContent | None = newest
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
            if await read_settings(connection, question.store) is None:
                return refusals.unknown_store(question.store)
            return PeopleAnswer(people=await _people(connection, question.store))


async def _people(connection: Connection, store: str) -> tuple[Person, ...]:
    return tuple(
        Person(person=person.person, name=person.name, role=person.role, rights=person.rights)
        for person in await read_people(connection, store)
    )
