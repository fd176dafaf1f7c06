"""nats-py's client, for a broker whose TLS handshake may fail on the way."""

import asyncio
import contextlib
import ssl
import time
from typing import Final

from nats.aio.client import DEFAULT_BUFFER_SIZE, Client, Srv
from nats.aio.transport import TcpTransport

CLOSING_SECONDS: Final = 0.5


class BoundedTransport(TcpTransport):
    """A transport whose end is not waited for without limit.

    asyncio hands a connection over to TLS and never tells the plain stream below of its end; the client would
    wait for that for ever after a handshake that failed.
    """

    async def wait_closed(self) -> None:
        with contextlib.suppress(TimeoutError, OSError, ssl.SSLError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await super().wait_closed()  # type: ignore[no-untyped-call]


class PatientClient(Client):
    """A client that gets over every handshake that fails and tries again."""

    async def _connect_to_server(self, s: Srv) -> None:
        s.last_attempt = time.monotonic()
        self._transport = BoundedTransport()  # type: ignore[no-untyped-call]
        await self._transport.connect(
            s.uri, buffer_size=DEFAULT_BUFFER_SIZE, connect_timeout=self.options["connect_timeout"]
        )
