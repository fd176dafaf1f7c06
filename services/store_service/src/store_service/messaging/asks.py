"""Asks of terminals that this service answers: the catalogue and the people, page by page."""

from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError

from service_kit.database import Database
from service_kit.links import NatsLink
from store_service.domain.paging import pages_of
from store_service.domain.people import person_for_terminal
from store_service.messaging.catalogues import CataloguePages, json_length
from store_service.persistence.people import read_people
from store_service.persistence.stores import read_store
from store_service.persistence.terminals import read_secrets
from tillday_contracts.asks import Ask, AskFailed, CataloguePage, PeoplePage, Reply
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()

Content = CataloguePage | PeoplePage | AskFailed
Make = Callable[[TerminalAddress, Ask], Awaitable[Content]]


class Asks:
    """Answers asks on the terminal's reply topic; a lost answer is asked for again."""

    def __init__(self, database: Database, nats: NatsLink, catalogue_pages: CataloguePages) -> None:
        self._database = database
        self._nats = nats
        self._catalogue_pages = catalogue_pages

    async def catalogue(self, subject: str, body: bytes) -> None:
        """Send one page of the catalogue."""
        await self._answer(subject, body, self._catalogue_page)

    async def people(self, subject: str, body: bytes) -> None:
        """Send one page of the people, with verifiers that work at this terminal alone."""
        await self._answer(subject, body, self._people_page)

    async def _answer(self, subject: str, body: bytes, make: Make) -> None:
        address = address_of(subject)
        try:
            ask = Ask.model_validate_json(body)
        except ValidationError:
            log.warning("ask that cannot be read", store=address.store, terminal=address.terminal)
            return
        reply = Reply(content=await make(address, ask))
        await self._nats.publish(address.subject("reply"), reply.model_dump_json().encode())

    async def _catalogue_page(self, address: TerminalAddress, ask: Ask) -> Content:
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await read_store(connection, address.store)
            if store is None:
                return _unknown(ask)
            pages = await self._catalogue_pages.of(connection, store)
        if ask.page >= len(pages):
            return _no_page(ask, len(pages))
        return CataloguePage.model_validate(
            {**_place(ask, store.catalogue_rev, len(pages)), "items": pages[ask.page]}
        )

    async def _people_page(self, address: TerminalAddress, ask: Ask) -> Content:
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await read_store(connection, address.store)
            secrets = await read_secrets(connection, address.store, address.terminal)
            if store is None or secrets is None:
                return _unknown(ask)
            people = await read_people(connection, address.store)
        known = [person_for_terminal(person, secrets.pepper) for person in people]
        pages = pages_of([person for person in known if person is not None], json_length)
        if ask.page >= len(pages):
            return _no_page(ask, len(pages))
        return PeoplePage.model_validate(
            {**_place(ask, store.people_rev, len(pages)), "people": pages[ask.page]}
        )


def _place(ask: Ask, revision: int, pages: int) -> dict[str, object]:
    return {"request_id": ask.request_id, "revision": revision, "page": ask.page, "pages": pages}


def _no_page(ask: Ask, pages: int) -> AskFailed:
    text = f"There is no page {ask.page}: the last one is {pages - 1}."
    return AskFailed(request_id=ask.request_id, text=text)


def _unknown(ask: Ask) -> AskFailed:
    return AskFailed(request_id=ask.request_id, text="This terminal is not registered at this store.")
