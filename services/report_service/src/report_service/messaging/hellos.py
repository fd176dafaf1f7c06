"""Who said HELLO when. Heard by one replica each, written down once a second."""

from collections.abc import Callable
from datetime import datetime

import structlog
from pydantic import ValidationError

from report_service.domain.presence import went_on
from report_service.domain.rows import Sighting, TerminalKey
from report_service.persistence import sightings
from service_kit.database import Database
from tillday_contracts.journal import MalformedBytes, strict_json
from tillday_contracts.link import Hello, Sealed
from tillday_contracts.topics import address_of

log = structlog.get_logger()


class Lookout:
    """Keeps the last HELLO of each terminal until it is written.

    The topic says who spoke; the MAC is the ledger's to check, nothing but a "last seen" hangs on it here.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._heard: dict[TerminalKey, Sighting] = {}

    async def hear(self, subject: str, body: bytes) -> None:
        """Take one HELLO; what cannot be read is the ledger's alarm, not ours."""
        try:
            address = address_of(subject)
            hello = Hello.model_validate(strict_json(Sealed.model_validate_json(body).data))
        except (ValidationError, MalformedBytes, ValueError):
            log.info("ignored a hello that cannot be read", subject=subject[:80])
            return
        key = TerminalKey(address.store, address.terminal)
        self._heard[key] = Sighting(address.store, address.terminal, self._now(), hello.pending)

    async def go_on(self) -> None:
        """Note that HELLOs are heard until now; after a pause that begins anew."""
        async with self._database.transaction() as connection:
            before = await sightings.lock_listening(connection)
            await sightings.save_listening(connection, went_on(before, self._now()))

    async def write_down(self) -> None:
        """Store what was heard since the last time; kept for the next time when the database is away."""
        heard = dict(self._heard)
        if not heard:
            return
        async with self._database.transaction() as connection:
            await sightings.save(connection, heard.values())
        for key, sighting in heard.items():
            if self._heard.get(key) is sighting:
                del self._heard[key]
