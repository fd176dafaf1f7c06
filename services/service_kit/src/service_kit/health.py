"""Health, readiness, metrics and version: a small ASGI application, without a framework."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[bool]]
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = Callable[[], Awaitable[tuple[int, str, bytes]]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

CHECK_TIMEOUT: Final = 3.0
JSON_TYPE: Final = "application/json"
HARDENED: Final = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


def release() -> str:
    """The version of the installed kit, which is the version of all services."""
    try:
        return version("tillday-service-kit")
    except PackageNotFoundError:
        return "0+source"


class Health:
    """/healthz: the process answers. /readyz: every named check holds. /metrics, /version."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._checks: dict[str, Check] = {}
        self._routes: dict[str, Answer] = {
            "/healthz": self._alive,
            "/readyz": self._ready,
            "/metrics": self._metrics,
            "/version": self._version,
        }
        self._beside: Application | None = None

    def serve_beside(self, application: Application) -> None:
        """Have every other address answered by an ASGI application, on the same port."""
        self._beside = application

    def check(self, name: str, check: Check) -> None:
        """Ready only while this holds; an exception counts as no."""
        self._checks[name] = check

    async def readiness(self) -> dict[str, bool]:
        """Every check by name."""
        results = await asyncio.gather(*(_holds(check) for check in self._checks.values()))
        return dict(zip(self._checks, results, strict=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self._beside is not None and scope["path"] not in self._routes:
            await self._beside(scope, receive, send)
            return
        answer = self._routes.get(scope["path"], _unknown)
        if scope["method"] not in ("GET", "HEAD"):
            answer = _read_only
        status, kind, body = await answer()
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body)), *HARDENED]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _alive(self) -> tuple[int, str, bytes]:
        return 200, JSON_TYPE, b'{"alive":true}'

    async def _ready(self) -> tuple[int, str, bytes]:
        checks = await self.readiness()
        ready = all(checks.values())
        return 200 if ready else 503, JSON_TYPE, json.dumps({"ready": ready, "checks": checks}).encode()

    async def _metrics(self) -> tuple[int, str, bytes]:
        return 200, CONTENT_TYPE_LATEST, generate_latest()

    async def _version(self) -> tuple[int, str, bytes]:
        return 200, JSON_TYPE, json.dumps({"service": self._service, "version": release()}).encode()


async def _holds(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            return await check()
    except Exception:
        return False


async def _unknown() -> tuple[int, str, bytes]:
    return 404, "application/problem+json", b'{"title":"Not found","status":404}'


async def _read_only() -> tuple[int, str, bytes]:
    return 405, "application/problem+json", b'{"title":"Only GET is answered here","status":405}'
