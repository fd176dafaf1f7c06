"""A store's catalogue as a whole: asked for page by page, sent in parts."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import uuid5

from backoffice_service.messaging.services import ServiceAway, Services
from tillday_contracts.catalogue_parts import parts_of
from tillday_contracts.store_messages import Catalogue, CatalogueAnswer, ImportCatalogue

AT_ONCE: Final = 10
TRIES: Final = 3


async def whole_catalogue(services: Services, store: str) -> CatalogueAnswer:
    """Return all pages of one revision as one. Raises ServiceRefused or ServiceAway."""
    for _ in range(TRIES):
        pages = [await services.ask(Catalogue(store=store), CatalogueAnswer)]
        for first in range(1, pages[0].pages, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, pages[0].pages))
            pages += await asyncio.gather(
                *(services.ask(Catalogue(store=store, page=number), CatalogueAnswer) for number in numbers)
            )
        if len({page.revision for page in pages}) == 1:
            items = tuple(item for page in pages for item in page.items)
            return pages[0].model_copy(update={"pages": 1, "items": items})
    raise ServiceAway(f"the catalogue of {store} is replaced again and again")


def cut(command: ImportCatalogue) -> Sequence[ImportCatalogue]:
    """Return an import as messages that fit; the same import is cut into the same ones."""
    parts = list(parts_of(command.items))
    return [
        command.model_copy(
            update={
                "message_id": uuid5(command.message_id, str(number)) if number else command.message_id,
                "items": part,
                "part": number,
                "parts": len(parts),
            }
        )
        for number, part in enumerate(parts)
    ]
