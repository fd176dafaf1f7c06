"""The till service on real servers."""

from collections.abc import AsyncIterator

import nats
import pytest
from nats.aio.msg import Msg

from integration.till_service.terminals import ask, key_of, made_service, running
from servers import Broker, FreshDatabase
from service_kit.service import Service
from till_service.settings import TillSettings
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.store_messages import (
    Catalogue,
    CatalogueAnswer,
    People,
    SettingsAnswer,
    StoreSettings,
)
from unit.till_service.back_office import KnownPeople
from unit.till_service.journals import WrittenJournal
from unit.till_service.store_terms import KnownTerms


@pytest.fixture
async def migrated(fresh_database: FreshDatabase, broker: Broker) -> FreshDatabase:
    broker.stop()
    broker.wipe()
    broker.start()
    await fresh_database.with_tables_of("till_service")
    return fresh_database


@pytest.fixture
async def till_service(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[Service[TillSettings]]:
    async with running(made_service(migrated, broker)) as service:
        yield service


@pytest.fixture
async def journal(till_service: Service[TillSettings]) -> WrittenJournal:
    """A journal whose key the till service knows."""
    written = WrittenJournal()
    assert (await ask(till_service, key_of(written)))["outcome"] == "done"
    return written


@pytest.fixture
async def store_terms(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[KnownTerms]:
    """Stands in for the store service where it is asked for settings and catalogue."""
    password = broker.password_of("store_service")
    client = await nats.connect(broker.nats_url, user="store_service", password=password)
    terms = KnownTerms()

    async def settings(message: Msg) -> None:
        question = StoreSettings.model_validate_json(message.data)
        answer = SettingsAnswer(revision=1, settings=await terms.settings(question.store), history=())
        await message.respond(answer.model_dump_json().encode())

    async def catalogue(message: Msg) -> None:
        items = tuple(
            CatalogueItem(sku=sku, name=sku, price=100, tax_rate=700) for sku in sorted(terms.catalogue)
        )
        page = Catalogue.model_validate_json(message.data).page
        answer = CatalogueAnswer(revision=1, page=page, pages=2, items=items[page : page + 1])
        await message.respond(answer.model_dump_json().encode())

    await client.subscribe(StoreSettings.subject, cb=settings)
    await client.subscribe(Catalogue.subject, cb=catalogue)
    await client.flush()
    try:
        yield terms
    finally:
        await client.close()


@pytest.fixture
async def store_people(migrated: FreshDatabase, broker: Broker) -> AsyncIterator[None]:
    """Stands in for the store service where it is asked who works at a store."""
    password = broker.password_of("store_service")
    client = await nats.connect(broker.nats_url, user="store_service", password=password)

    async def tell(message: Msg) -> None:
        question = People.model_validate_json(message.data)
        await message.respond((await KnownPeople().of(question.store)).model_dump_json().encode())

    await client.subscribe(People.subject, cb=tell)
    await client.flush()
    try:
        yield
    finally:
        await client.close()
