"""Talk to one terminal's local API, as its front end does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

TOKEN_FILE = "api-token"  # noqa: S105 - the name of the file, not what is in it
_RETRY_SECONDS = 0.2


class TerminalAway(Exception):
    """The terminal's agent does not answer."""


class TerminalRefused(Exception):
    """The terminal answered with a problem document."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"))
        self.status = status
        self.problem = problem


class TerminalClient:
    """One front end of one terminal: `data` is the agent's folder, where its API token lies."""

    def __init__(
        self, url: str, data: Path, *, patience: float = 0.0, person_session: str | None = None
    ) -> None:
        self.url = url
        self.person_session = person_session
        self._token_file = data / TOKEN_FILE
        self._patience = patience
        self._http = httpx.AsyncClient(base_url=url, timeout=15.0, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def status(self) -> dict[str, Any]:
        """Return what the terminal says of itself."""
        return await self.get("/api/v1/status")

    async def sign_in(self, person: str, pin: str) -> None:
        """Sign a person in; what follows is done in that person's name."""
        answer = await self.post("/api/v1/sign-in", {"person": person, "pin": pin})
        self.person_session = str(answer["person_session"])

    async def get(self, path: str) -> dict[str, Any]:
        """Read; raises TerminalRefused or TerminalAway."""
        return await self._call("GET", path, None, {})

    async def post(self, path: str, body: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """Act; a repeat under the same idempotency key has no second effect."""
        return await self._call("POST", path, body, {"Idempotency-Key": key or uuid4().hex})

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        response = await self._patiently(lambda: self._send(method, path, body, headers))
        if response.status_code >= 400:
            raise TerminalRefused(response.status_code, _problem(response))
        answer: dict[str, Any] = response.json()
        return answer

    async def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response:
        identity = {"Authorization": f"Bearer {self._token()}"}
        if self.person_session is not None:
            identity["X-Tillday-Person"] = self.person_session
        return await self._http.request(method, path, json=body, headers={**identity, **headers})

    async def _patiently(self, send: Callable[[], Any]) -> httpx.Response:
        """Try until the agent answers or patience (seconds) ends: an agent that restarts is no error."""
        deadline = asyncio.get_running_loop().time() + self._patience
        while True:
            try:
                response: httpx.Response = await send()
            except httpx.TransportError as error:
                if asyncio.get_running_loop().time() >= deadline:
                    raise TerminalAway(f"the terminal at {self.url} does not answer ({error})") from None
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return response

    def _token(self) -> str:
        try:
            return self._token_file.read_text().strip()
        except OSError as error:
            raise TerminalAway(f"cannot read the terminal's API token: {error}") from None


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        content = response.json()
    except ValueError:
        return {"detail": response.text[:200]}
    return content if isinstance(content, dict) else {"detail": str(content)[:200]}
