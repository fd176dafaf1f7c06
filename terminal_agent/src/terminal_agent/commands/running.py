"""What an agent that runs on this machine says of itself."""

import asyncio
import fcntl
import json
import urllib.request
from dataclasses import dataclass
from typing import Final

from terminal_agent.enrolment import TOKEN_FILE
from terminal_agent.journal.lock import LOCK_FILE
from terminal_agent.settings import AgentSettings

_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class RunningAgent:
    """An agent that works this folder; what it did not answer is empty."""

    pid: str
    online: bool = False
    alarms: tuple[str, ...] = ()
    printer: str = "the agent does not answer"


async def running_agent(settings: AgentSettings) -> RunningAgent | None:
    """Return the agent that holds the data folder, None where none does."""
    path = settings.data / LOCK_FILE
    try:
        with path.open("rb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = lock.read(20).decode("ascii", "replace").strip()
                return await asyncio.to_thread(_answer, settings, pid)
    except OSError:
        return None
    return None


def _answer(settings: AgentSettings, pid: str) -> RunningAgent:
    try:
        token = (settings.data / TOKEN_FILE).read_text(encoding="ascii").strip()
        url = f"http://127.0.0.1:{settings.http_port}/api/v1/status"
        request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(request, timeout=_SECONDS) as answer:
            status = json.load(answer)
    except (OSError, ValueError) as error:
        return RunningAgent(pid, alarms=(f"Its API does not answer ({error}).",))
    alarms = tuple(str(alarm["text"]) for alarm in status["alarms"])
    return RunningAgent(pid, bool(status["link"]["online"]), alarms, str(status["printer"]["state"]))
