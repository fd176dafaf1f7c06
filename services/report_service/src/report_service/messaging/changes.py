"""Telling whoever shows reports that they show more than before."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import structlog

from service_kit.failures import describe
from service_kit.links import NatsLink
from tillday_contracts.messages import Event
from tillday_contracts.report_progress_messages import ReportsChanged
from tillday_contracts.store_messages import StoreDefined

log = structlog.get_logger()


class Changes:
    """Announces what was folded, once it can be asked for."""

    def __init__(self, link: NatsLink, *, now: Callable[[], datetime]) -> None:
        self._link = link
        self._now = now

    async def tell(self, folded: Sequence[Event]) -> None:
        """Name the stores that these events are about. Nobody hears it while the broker is away."""
        changed = ReportsChanged.follow(
            folded[-1], message_id=uuid4(), at=self._now(), stores=stores_of(folded)
        )
        if not self._link.connected:
            return
        try:
            await self._link.publish(changed.subject, changed.model_dump_json().encode())
        except Exception as error:  # what was folded is committed: a hint never stands in its way
            log.info("nobody heard that reports changed", stores=changed.stores, reason=describe(error))


def stores_of(events: Sequence[Event]) -> tuple[str, ...]:
    """Return the stores that events are about; none where one of them concerns every store."""
    stores = {_store(event) for event in events}
    return () if None in stores else tuple(sorted(store for store in stores if store))


def _store(event: Event) -> str | None:
    return event.settings.store if isinstance(event, StoreDefined) else getattr(event, "store", None)
