"""One consistent view of the read models of one store."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from report_service.domain.board import unknown_store
from report_service.domain.rows import StoreRow
from report_service.persistence import store_rows
from service_kit.database import Connection, Database
from tillday_contracts.messages import Refused

Seen = TypeVar("Seen")


async def seen_in(
    database: Database, code: str, look: Callable[[Connection, StoreRow], Awaitable[Seen]]
) -> Seen | Refused:
    """Return what `look` sees of a store in one snapshot; a refusal where nobody knows the store."""
    async with database.transaction(isolation="repeatable_read") as connection:
        store = await store_rows.find_store(connection, code)
        return unknown_store(code) if store is None else await look(connection, store)
