"""A service reaches its broker also when the way there fails in the middle of a handshake."""

import asyncio
from contextlib import suppress
from pathlib import Path

from guarded_broker import guarded_broker, password
from service_kit.links import BrokerAddress, NatsLink


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def test_a_handshake_that_fails_is_tried_again(tmp_path: Path) -> None:
    came: list[int] = []
    async with guarded_broker(tmp_path) as broker:

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came.append(len(came))
            if len(came) == 1:
                writer.write(b"this is no TLS")
                writer.close()
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", broker.nats)
            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

        server = await asyncio.start_server(relay, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        user = "till_service"
        link = NatsLink(BrokerAddress(f"tls://127.0.0.1:{port}", user, password(user), "x", None, broker.ca))
        try:
            async with asyncio.timeout(30):
                await link.start()
            assert link.connected
        finally:
            await link.stop()
            server.close()
    assert len(came) > 1
