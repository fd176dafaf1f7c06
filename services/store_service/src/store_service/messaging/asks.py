"""Asks of terminals that this service answers: the catalogue and the people, page by page."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from pydantic import BaseModel, ValidationError

from service_kit.database import Connection, Database
from service_kit.links import NatsLink
from store_service.domain.paging import pages_of
from store_service.domain.people import person_for_terminal
from store_service.persistence.catalogue import read_catalogue
from store_service.persistence.people import read_people
from store_service.persistence.stores import StoreRow, read_store
from store_service.persistence.terminals import read_secrets
from tillday_contracts.link import Ask, AskFailed, CatalogueItem, CataloguePage, PeoplePage, Reply
from tillday_contracts.topics import TerminalAddress, address_of

log = structlog.get_logger()

KEEP_SECONDS: Final = 60.0

Content = CataloguePage | PeoplePage | AskFailed
Make = Callable[[TerminalAddress, Ask], Awaitable[Content]]


@dataclass(frozen=True, slots=True)
class CutCatalogue:
    """A store's catalogue in pages, as it was read at an instant of the monotonic clock."""

    revision: int
    pages: list[tuple[CatalogueItem, ...]]
    at: float


class Asks:
    """Answers asks on the terminal's reply topic; a lost answer is asked for again."""

    def __init__(self, database: Database, nats: NatsLink) -> None:
        self._database = database
        self._nats = nats
        self._cut: dict[str, CutCatalogue] = {}

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
            pages = await self._pages(connection, store)
        if ask.page >= len(pages):
            return _no_page(ask, len(pages))
        return CataloguePage.model_validate(
            {**_place(ask, store.catalogue_rev, len(pages)), "items": pages[ask.page]}
        )

    async def _pages(self, connection: Connection, store: StoreRow) -> list[tuple[CatalogueItem, ...]]:
        """Return the catalogue in pages; all terminals ask for the same ones within seconds."""
        cut = self._cut.get(store.store)
        now = time.monotonic()
        if cut is None or cut.revision != store.catalogue_rev or now - cut.at > KEEP_SECONDS:
            pages = pages_of(await read_catalogue(connection, store.store), _length)
            cut = self._cut[store.store] = CutCatalogue(store.catalogue_rev, pages, now)
        return cut.pages

    async def _people_page(self, address: TerminalAddress, ask: Ask) -> Content:
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await read_store(connection, address.store)
            secrets = await read_secrets(connection, address.store, address.terminal)
            if store is None or secrets is None:
                return _unknown(ask)
            people = await read_people(connection, address.store)
        known = [person_for_terminal(person, secrets.pepper) for person in people]
        pages = pages_of([person for person in known if person is not None], _length)
        if ask.page >= len(pages):
            return _no_page(ask, len(pages))
        return PeoplePage.model_validate(
            {**_place(ask, store.people_rev, len(pages)), "people": pages[ask.page]}
        )


def _place(ask: Ask, revision: int, pages: int) -> dict[str, object]:
    return {"request_id": ask.request_id, "revision": revision, "page": ask.page, "pages": pages}


def _length(item: BaseModel) -> int:
    return len(item.model_dump_json().encode()) + 1


def _no_page(ask: Ask, pages: int) -> AskFailed:
    text = f"There is no page {ask.page}: the last one is {pages - 1}."
    return AskFailed(request_id=ask.request_id, text=text)


def _unknown(ask: Ask) -> AskFailed:
    return AskFailed(request_id=ask.request_id, text="This terminal is not registered at this store.")
