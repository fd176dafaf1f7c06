"""Small questions that show whether a child does its work yet."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from pathlib import Path

Probe = Callable[[], Awaitable[bool]]


async def http_ok(port: int, path: str, *, host: str = "127.0.0.1") -> bool:
    """True when GET answers 200. Written out: importing an HTTP client costs more than the start may."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(
                    f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
                )
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return status.split()[1:2] == [b"200"]


def http_probe(port: int, path: str) -> Probe:
    """A probe for a child that speaks HTTP."""
    return functools.partial(http_ok, port, path)


def exists_probe(path: Path) -> Probe:
    """A probe for a child that makes a file when it is ready; what a former run left is removed first."""
    path.unlink(missing_ok=True)

    async def answers() -> bool:
        return path.exists()

    return answers
