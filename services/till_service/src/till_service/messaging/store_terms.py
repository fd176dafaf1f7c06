"""What posting asks of the store service: the store's tenders, and which products its catalogue knows."""

from typing import Protocol

from service_kit.failures import TransientError
from service_kit.links import NatsLink
from till_service.messaging.asking import Told, ask
from tillday_contracts.messages import Question, Refused
from tillday_contracts.store_messages import Catalogue, CatalogueAnswer, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent


class StoreTerms(Protocol):
    """The store service, as posting speaks of it. Both raise TransientError when nobody can tell."""

    async def settings(self, store: str) -> SettingsContent:
        """Return the settings of a store as they are now."""

    async def catalogued(self, store: str, skus: frozenset[str]) -> frozenset[str]:
        """Return which of these products stand in the store's catalogue."""


class StoreTermsClient:
    """Asks over NATS; the catalogue only for products that stock does not know."""

    def __init__(self, nats: NatsLink) -> None:
        self._nats = nats

    async def settings(self, store: str) -> SettingsContent:
        """Return the settings of a store as they are now."""
        return (await self._ask(StoreSettings(store=store), SettingsAnswer)).settings

    async def catalogued(self, store: str, skus: frozenset[str]) -> frozenset[str]:
        """Return which of these products stand in the store's catalogue."""
        found: set[str] = set()
        page = pages = 0
        while page <= pages - 1 or page == 0:
            answer = await self._ask(Catalogue(store=store, page=page), CatalogueAnswer)
            found |= {item.sku for item in answer.items} & skus
            page, pages = page + 1, answer.pages
        return frozenset(found)

    async def _ask(self, question: Question, expect: type[Told]) -> Told:
        told = await ask(self._nats, question, expect)
        if isinstance(told, Refused):
            raise TransientError(f"the store service does not tell: {told.text}")
        return told
