"""The agent as its own process, as a supervisor of processes starts it."""

import asyncio
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from agent_shop import NOON, PINS, bundle
from read_before import Program, begin
from server_processes import free_port
from terminal_agent.enrolment import place_bundle
from tillday_contracts.replay_clock import set_clock


@dataclass
class AgentProcess:
    """One agent; `start` may be called again after its end."""

    folder: Path
    mqtt_url: str
    user: str
    word: str
    printer: Path | None = None
    port: int = field(default_factory=free_port)
    process: Program | None = None
    http: httpx.AsyncClient | None = None
    person: str | None = None

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "TILLDAY_AGENT_DATA": str(self.folder),
            "TILLDAY_AGENT_HTTP_PORT": str(self.port),
            "TILLDAY_AGENT_CLOCK_FILE": str(self._clock()),
            "TILLDAY_LOG_FORMAT": "console",
        }
        if self.printer is not None:
            own["TILLDAY_AGENT_PRINTER"] = str(self.printer)
        return {**os.environ, **own, **more}

    def _clock(self) -> Path:
        """It is noon whenever the agent is started."""
        file = self.folder.with_name(f"{self.folder.name}.clock")
        set_clock(file, NOON)
        return file

    def launch(self, **more: str) -> Program:
        """Start the process and say no more about it."""
        place_bundle(bundle(self.mqtt_url, self.user, self.word), self.folder)
        variables, log = self.environment(**more), self.folder / "log"
        self.process = begin("terminal_agent", "run", environment=variables, err=log)
        return self.process

    async def start(self, **more: str) -> "AgentProcess":
        """Start and wait until it is ready."""
        self.launch(**more)
        assert self.process is not None
        if self.http is not None:
            await self.http.aclose()
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=10)
        for _ in range(200):
            if self.process.poll() is not None:
                raise AssertionError(self.log)
            try:
                if (await self.http.get("/readyz")).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
        token = (self.folder / "api-token").read_text()
        self.http.headers["Authorization"] = f"Bearer {token}"
        return self

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    async def status(self) -> dict[str, Any]:
        assert self.http is not None
        answer: dict[str, Any] = (await self.http.get("/api/v1/status")).json()
        return answer

    async def until(self, holds: Any, seconds: float = 15.0) -> dict[str, Any]:
        """Wait until the status is as it should be."""
        status: dict[str, Any] = {}
        for _ in range(int(seconds / 0.05)):
            status = await self.status()
            if holds(status):
                return status
            await asyncio.sleep(0.05)
        raise AssertionError(f"{status}\n{self.log[-3000:]}")

    async def post(self, path: str, body: Any = None, key: str = "") -> httpx.Response:
        assert self.http is not None
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post(f"/api/v1{path}", json={} if body is None else body, headers=headers)

    async def knows_its_people(self) -> None:
        """Wait until somebody can sign in: people are asked for once the terminal is online."""
        assert self.http is not None
        for _ in range(300):
            if (await self.http.get("/api/v1/people")).json()["people"]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(self.log[-3000:])

    async def sign_in(self, person: str = "CASHIER-1") -> None:
        assert self.http is not None
        await self.knows_its_people()
        answer = await self.post("/sign-in", {"person": person, "pin": PINS[person]})
        assert answer.status_code == 200, answer.text
        self.http.headers["X-Tillday-Person"] = answer.json()["person_session"]

    async def open_till(self) -> None:
        await self.sign_in()
        await self.post("/till/start")
        approval = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"], "reason": "first float"}
        counted = [{"value": 5000, "quantity": 3}]
        answer = await self.post("/till/initial-count", {"denominations": counted, "approval": approval})
        assert answer.status_code == 200, answer.text

    async def sell(self, key: str) -> httpx.Response:
        lines = [{"sku": "COF-01", "quantity": 1}]
        body = {"lines": lines, "payments": [{"tender": "cash", "tendered": 200}]}
        return await self.post("/sales", body, key)

    def halt(self) -> None:
        """End it politely; its front end stays."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(10)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(5)

    async def stop(self) -> float:
        """End it politely and return how long that took."""
        assert self.process is not None
        if self.http is not None:
            await self.http.aclose()
        if self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.terminate()
        await asyncio.to_thread(self.process.wait, 10)
        return time.monotonic() - began
