"""Catalogues: replaced as a whole when the last part is there, and cut into pages for whoever asks."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from service_kit.database import Connection, Database
from store_service.domain import refusals
from store_service.domain.paging import pages_of
from store_service.messaging.settings_changes import change_settings
from store_service.messaging.work import StoreWork
from store_service.messaging.workshop import Workshop
from store_service.persistence.catalogue import add_part, read_catalogue, replace_catalogue
from store_service.persistence.stores import StoreRow, raise_catalogue, read_store
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.messages import Command, Refused
from tillday_contracts.store_messages import (
    MOST_PRODUCTS,
    Catalogue,
    CatalogueAnswer,
    ImportCatalogue,
    Revised,
)
from tillday_contracts.wishes import SettingsContent

KEEP_SECONDS: Final = 60.0


class Imports:
    """Takes catalogues."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    async def handle(self, command: ImportCatalogue) -> bytes:
        """Replace a store's catalogue once it is there as a whole; an equal one changes nothing."""
        async with self._workshop.begin(command.store) as work:
            earlier = await work.earlier_reply(command)
            return earlier or await work.reply(command, await self._take(work, command))

    async def _take(self, work: StoreWork, command: ImportCatalogue) -> Refused | Revised:
        management = await work.management()
        refusal = management.refused(command.by) or _overtaken(work, command)
        if refusal is not None:
            return refusal
        items: Sequence[CatalogueItem] | None = command.items
        if command.parts > 1:
            items = await add_part(work.connection, command, at=work.at)
        if items is None:
            return Revised(revision=work.store.catalogue_rev)
        return _refusal(items) or await replace_products(work, command, items)


async def replace_products(work: StoreWork, cause: Command, items: Sequence[CatalogueItem]) -> Revised:
    """Replace the catalogue of a store, unless it is so already; returns the catalogue's revision."""
    store = work.store.store
    if await read_catalogue(work.connection, store) == list(items):
        return Revised(revision=work.store.catalogue_rev)
    await replace_catalogue(work.connection, store, items)
    revision = await raise_catalogue(work.connection, store)
    content = SettingsContent.model_validate(work.settings.model_dump())
    await change_settings(work, cause, content.model_copy(update={"catalogue_rev": revision}))
    return Revised(revision=revision)


def _overtaken(work: StoreWork, command: ImportCatalogue) -> Refused | None:
    revision = work.store.catalogue_rev
    if command.changes is None or command.changes == revision:
        return None
    return refusals.catalogue_changed_meanwhile(
        work.settings.name, made_from=command.changes, revision=revision
    )


def _refusal(items: Sequence[CatalogueItem]) -> Refused | None:
    if len(items) > MOST_PRODUCTS:
        return refusals.too_many_products(len(items))
    sku = _first_twice([item.sku for item in items])
    if sku is not None:
        return refusals.double_sku(sku)
    barcode = _first_twice([item.barcode for item in items if item.barcode is not None])
    return None if barcode is None else refusals.double_barcode(barcode)


def _first_twice(values: Sequence[str]) -> str | None:
    return next((value for value, times in Counter(values).items() if times > 1), None)


@dataclass(frozen=True, slots=True)
class CutCatalogue:
    """A store's catalogue in pages, as it was read at an instant of the monotonic clock."""

    revision: int
    pages: list[tuple[CatalogueItem, ...]]
    at: float


class CataloguePages:
    """Cuts catalogues into pages and keeps them a while: all terminals ask for the same within seconds."""

    def __init__(self) -> None:
        self._cut: dict[str, CutCatalogue] = {}

    async def of(self, connection: Connection, store: StoreRow) -> list[tuple[CatalogueItem, ...]]:
        """Return the pages of a store's catalogue at its revision."""
        cut = self._cut.get(store.store)
        now = time.monotonic()
        if cut is None or cut.revision != store.catalogue_rev or now - cut.at > KEEP_SECONDS:
            pages = pages_of(await read_catalogue(connection, store.store), json_length)
            cut = self._cut[store.store] = CutCatalogue(store.catalogue_rev, pages, now)
        return cut.pages


class CatalogueView:
    """Answers what is in a catalogue."""

    def __init__(self, database: Database, pages: CataloguePages) -> None:
        self._database = database
        self._pages = pages

    async def handle(self, question: Catalogue) -> CatalogueAnswer | Refused:
        """Return one page; one that does not exist is empty."""
        async with self._database.transaction(isolation="repeatable_read") as connection:
            store = await read_store(connection, question.store)
            if store is None:
                return refusals.unknown_store(question.store)
            pages = await self._pages.of(connection, store)
        items = pages[question.page] if 0 <= question.page < len(pages) else ()
        return CatalogueAnswer(
            revision=store.catalogue_rev, page=question.page, pages=len(pages), items=items
        )


def json_length(item: BaseModel) -> int:
    """Return how many bytes an item adds to a message."""
    return len(item.model_dump_json().encode()) + 1
