"""Who may talk to the API at all: this machine under its own names, no foreign page, a token, bodies of a
size.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal_agent.core.refusal import Refusal
from terminal_agent.http.problems import problem

MAX_BODY_BYTES: Final = 64 * 1024
OPEN_PATHS: Final = frozenset({"/healthz", "/readyz", "/version", "/openapi.json"})
SCREEN_PATHS: Final = ("/screens/", "/ui/")
"""The terminal's own screens have a cookie of their own, which they look at themselves."""


@dataclass(frozen=True, slots=True)
class Door:
    """What opens the API: the port it listens on, and the token of this installation."""

    port: int
    token: str

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which a front end may call. Any other is a page that rebinds its own name to us."""
        names = ("127.0.0.1", "localhost", "[::1]")
        return frozenset({f"{name}:{self.port}" for name in names} | set(names))


class Guard:
    """Stands before the application and lets through what may pass."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI asks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        refusal = self._refusal(headers, scope["path"])
        if refusal is not None:
            await problem(refusal)(scope, receive, send)
            return
        await self._app(scope, _limited(receive), send)

    def _refusal(self, headers: dict[str, str], path: str) -> Refusal | None:
        if headers.get("host", "") not in self._door.hosts:
            return Refusal("foreign_host", "This API answers under 127.0.0.1 and localhost only.")
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] not in self._door.hosts:
            return Refusal("foreign_origin", "Pages from elsewhere may not use this API.")
        if int(headers.get("content-length", "0") or "0") > MAX_BODY_BYTES:
            return Refusal("too_large", f"A request has at most {MAX_BODY_BYTES} bytes: split it.")
        if path in OPEN_PATHS or path == "/" or path.startswith(SCREEN_PATHS):
            return None
        if self._has_token(headers.get("authorization", "")):
            return None
        return Refusal("no_token", "Send the token of this installation: Authorization: Bearer <token>.")

    def _has_token(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        same = hmac.compare_digest(token.strip().encode(), self._door.token.encode())
        return scheme.lower() == "bearer" and same


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


class BodyTooLarge(Exception):
    """More came than was announced or allowed."""


def _limited(receive: Receive) -> Receive:
    """Count what comes: a body without a length is held to the same limit."""
    taken = 0

    async def count() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MAX_BODY_BYTES:
            raise BodyTooLarge
        return message

    return count
