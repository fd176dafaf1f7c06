"""The cable between a terminal and the broker: pulled, nothing passes; plugged in again, all does."""

from __future__ import annotations

import asyncio

from tillday_local.cuttable_link import CuttableLink


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1024):
        writer.write(data)
        await writer.drain()
    writer.close()


async def says(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(1024), 5)
    finally:
        writer.close()


async def ended(reader: asyncio.StreamReader) -> bool:
    """A cut connection ends or is reset, as the kernel likes."""
    try:
        return await asyncio.wait_for(reader.read(1024), 5) == b""
    except ConnectionError:
        return True


async def passes(port: int) -> bool:
    try:
        return await says(port, b"three") == b"three"
    except ConnectionError:
        return False


async def test_a_cut_link_drops_what_is_open_and_refuses_what_is_new_until_it_is_healed() -> None:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with CuttableLink(server.sockets[0].getsockname()[1]) as link:
        assert await says(link.port, b"one") == b"one"

        reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
        writer.write(b"two")
        assert await reader.read(1024) == b"two"
        link.cut()
        assert await ended(reader)
        assert not await passes(link.port)
        writer.close()

        link.heal()
        assert await says(link.port, b"four") == b"four"
    server.close()
