"""The service's own HTTP port, in the same process and event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Generator
from typing import Any, Final

import uvicorn

STOP_SECONDS: Final = 2
BACKLOG: Final = 128


class PortTaken(Exception):
    """The HTTP port cannot be used; the text says which variable to change."""


def listen(host: str, port: int) -> socket.socket:
    """Bind at once, so that a taken port is known before anything else starts. Port 0: any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise PortTaken(
            f"cannot listen on {host}:{port} ({error.strerror}): "
            "set TILLDAY_HTTP_HOST and TILLDAY_HTTP_PORT to an address of this machine and a free port"
        ) from None
    made.setblocking(False)
    return made


class _Server(uvicorn.Server):
    """The process's signals are the service's business, not the web server's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class HttpPort:
    """Serves one ASGI application on a bound socket."""

    def __init__(self, application: Any, bound: socket.socket) -> None:
        configuration = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
            server_header=False,
        )
        self._server = _Server(configuration)
        self._bound = bound
        self._task: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        host, port = self._bound.getsockname()[:2]
        return f"http://{host}:{port}"

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._bound]))

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(STOP_SECONDS + 0.5):
                    await self._task
        self._bound.close()
