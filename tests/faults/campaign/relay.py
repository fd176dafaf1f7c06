"""A TCP relay before the broker: it finds a broker that answers, and can leave connections half open."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

CHUNK: Final = 64 * 1024


@dataclass
class Line:
    """One connection through the relay, both directions. While `still`, nothing passes and nothing ends."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    moving: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self) -> None:
        """End both sides at once."""
        self.near.transport.abort()
        self.far.transport.abort()


@dataclass
class Relay:
    """`port` is where clients connect; each gets the first target that takes the connection."""

    targets: Sequence[int]
    port: int = 0
    lines: list[Line] = field(default_factory=list)

    def freeze(self) -> list[Line]:
        """Leave every present connection half open; new ones work. Returns the frozen ones."""
        for line in self.lines:
            line.moving.clear()
        return list(self.lines)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection to its end."""
        far = await self._reach()
        if far is None:
            writer.transport.abort()
            return
        line = Line(writer, far[1])
        line.moving.set()
        self.lines.append(line)
        pumps = [
            asyncio.create_task(_pump(reader, far[1], line)),
            asyncio.create_task(_pump(far[0], writer, line)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            line.cut()
            self.lines.remove(line)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for target in self.targets:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", target)
        return None


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            await line.moving.wait()
            writer.write(data)
            await writer.drain()
        await line.moving.wait()


@asynccontextmanager
async def relay(*targets: int) -> AsyncIterator[Relay]:
    """A relay to these ports, the first one that answers."""
    made = Relay(targets)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            await made.accept(reader, writer)
        finally:
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
