"""Creating a store like one that there is: its settings, its first person and its catalogue at once."""

from service_kit.database import Connection
from store_service.domain import refusals
from store_service.domain.founding import first_person, first_settings, refused_founding
from store_service.domain.managing import Management
from store_service.domain.people import Person
from store_service.messaging.catalogues import replace_products
from store_service.messaging.definitions import keep_person
from store_service.messaging.settings_changes import change_settings
from store_service.messaging.work import StoreWork, locked_work
from store_service.messaging.workshop import Workshop
from store_service.persistence.catalogue import read_catalogue
from store_service.persistence.people import read_managers
from store_service.persistence.stores import Change, add_store, lock_store, read_settings, save_settings
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import CreateStore, Revised


class Foundings:
    """Creates stores."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def create(self, command: CreateStore) -> bytes:
        """Create a store, or say why not: of two that want the same code one gets it."""
        async with self._workshop.database.transaction() as connection:
            refusal = await _refusal(connection, command)
            if refusal is not None:
                return refusal.model_dump_json().encode()
            is_new = await self._place(connection, command)
            work = await locked_work(connection, self._workshop.clockwork, command.settings.store)
            assert work is not None
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await _found(work, command, is_new=is_new))

    async def _place(self, connection: Connection, command: CreateStore) -> bool:
        """Take the code; returns whether it was free."""
        settings = first_settings(command)
        if not await add_store(connection, settings.store):
            return False
        await lock_store(connection, settings.store)
        await save_settings(connection, settings, Change(command.by, self._workshop.clockwork.now()))
        return True


async def _refusal(connection: Connection, command: CreateStore) -> Refused | None:
    pattern = await read_settings(connection, command.store)
    if pattern is None:
        return refusals.unknown_store(command.store)
    managers = await read_managers(connection, command.store)
    return refused_founding(command, Management(pattern.name, managers))


async def _found(work: StoreWork, command: CreateStore, *, is_new: bool) -> Revised | Refused:
    if not is_new:
        return refusals.store_exists(work.settings)
    revision = await change_settings(work, command, first_settings(command))
    wish = first_person(command)
    await keep_person(work, wish, Person(wish.person, wish.name, wish.role, wish.rights))
    if command.catalogue:
        await replace_products(work, command, await read_catalogue(work.connection, command.store))
    return Revised(revision=revision)
