"""In which order a broker reads what a client of the services says."""

import asyncio
import contextlib

import nats
import nats.errors

from guarded_broker import heard_out

GREETING = (
    b'INFO {"server_id":"S","version":"2.15.1","headers":true,"max_payload":524288,"jetstream":true}\r\n'
)


async def said_by_a_client_that(*, asks: bool) -> list[str]:
    """Subscribe, then flush or ask; return what a broker that answers nothing but PING was told, in order."""
    said: list[str] = []
    settled = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GREETING)
        while line := await reader.readline():
            word = line.decode().partition(" ")[0].strip()  # empty for the body of a request that has none
            said.append(word)
            if word == "PING":
                writer.write(b"PONG\r\n")
            if {"SUB", "PUB" if asks else "PING"} <= set(said[2:]):
                settled.set()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False)
    await client.subscribe("tillday.store.do.v1")
    async with asyncio.timeout(15):
        if asks:
            with contextlib.suppress(nats.errors.TimeoutError):  # nobody answers requests here
                await heard_out(client, timeout=0.2)
        else:
            await client.flush()
        await settled.wait()
    await client.close()
    server.close()
    await server.wait_closed()
    return [word for word in said[2:] if word in ("SUB", "PUB", "PING")]


async def test_a_request_reaches_the_broker_behind_the_subscription_made_before_it() -> None:
    said = await said_by_a_client_that(asks=True)

    assert said.index("SUB") < said.index("PUB")


async def test_a_flush_overtakes_the_subscription_made_before_it() -> None:
    """The control: once this fails, the library has been mended and `flush` may be trusted."""
    said = await said_by_a_client_that(asks=False)

    assert said[:2] == ["PING", "SUB"]
