"""Is this terminal well? Each thing that a technician would look at, with what to do where it is not."""

import asyncio
import shutil
import socket
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from terminal_agent.agent import device_of
from terminal_agent.commands.journal_copy import copy_journal, verdict_on, waiting
from terminal_agent.commands.running import RunningAgent, running_agent
from terminal_agent.desk.standing import STOP_BYTES, WARN_BYTES
from terminal_agent.enrolment import ENROLMENT_FILE, NotEnrolled, identity_of, read_bundle
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.journal.failures import JournalError
from terminal_agent.journal.opening import JOURNAL_FILE
from terminal_agent.settings import AgentSettings
from tillday_contracts.enrolment import EnrolmentBundle

Verdict = Literal["ok", "warn", "bad"]
_OLDEST_CLOCK: Final = datetime(2025, 1, 1, tzinfo=UTC)
_CONNECT_SECONDS: Final = 3.0
_FOREIGN_RIGHTS: Final = stat.S_IRWXG | stat.S_IRWXO
_MQTT_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `remedy` says what to do, and is empty where nothing is to be done."""

    what: str
    verdict: Verdict
    text: str
    remedy: str = ""


async def findings(settings: AgentSettings, now: datetime) -> AsyncIterator[Finding]:
    """Look at everything, one thing after the other; a terminal that is not enrolled ends the round."""
    yield _clock(now)
    yield _disk(settings.data)
    try:
        bundle = read_bundle(settings.data / ENROLMENT_FILE)
    except NotEnrolled as error:
        yield Finding("enrolment", "bad", str(error), "Enrol this terminal.")
        return
    yield _enrolment(settings.data, bundle)
    agent = await running_agent(settings)
    looks: tuple[Callable[[], Coroutine[Any, Any, Finding]], ...] = (
        lambda: _journal(settings, bundle),
        lambda: _outbox(settings),
        lambda: _agent(agent),
        lambda: _broker(bundle, agent),
        lambda: _printer(settings, agent),
    )
    for look in looks:
        yield await look()


def _clock(now: datetime) -> Finding:
    if now < _OLDEST_CLOCK:
        return Finding("clock", "bad", f"It says {now:%Y-%m-%d}.", "Set the clock, look at its battery.")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _disk(folder: Path) -> Finding:
    there = next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))
    free = shutil.disk_usage(there).free
    text = f"{free // 1024**2} MB free at {there}"
    if free < STOP_BYTES:
        return Finding("disk", "bad", text, "Free some space: no new sale is started.")
    return Finding("disk", "warn" if free < WARN_BYTES else "ok", text)


def _enrolment(folder: Path, bundle: EnrolmentBundle) -> Finding:
    text = f"terminal {bundle.terminal} of store {bundle.store}"
    wide = [path for path in (folder, folder / ENROLMENT_FILE) if path.stat().st_mode & _FOREIGN_RIGHTS]
    if wide:
        names = ", ".join(str(path) for path in wide)
        return Finding("enrolment", "warn", f"{text}; others may read {names}", f"chmod go= {names}")
    return Finding("enrolment", "ok", text)


async def _journal(settings: AgentSettings, bundle: EnrolmentBundle) -> Finding:
    if not (settings.data / JOURNAL_FILE).exists():
        return Finding("journal", "ok", "There is none yet: it begins with the first start.")
    try:
        with tempfile.TemporaryDirectory(prefix="tillday-doctor-") as room:
            copy = Path(room) / JOURNAL_FILE
            await asyncio.to_thread(copy_journal, settings.data, copy)
            found = await verdict_on(copy, identity_of(bundle), settings.anchor_file)
    except JournalError as error:
        return Finding("journal", "bad", str(error), "Call support; delete nothing.")
    if found.state == "damaged":
        return Finding("journal", "bad", found.text, "Call support; delete nothing.")
    if found.state == "rolled_back":
        return Finding("journal", "warn", found.text, "The next start goes on in a new epoch.")
    if settings.anchor_file.parent.stat().st_dev == settings.data.stat().st_dev:
        return Finding(
            "journal", "ok", "sound; its anchor is on the same disk (TILLDAY_AGENT_ANCHOR moves it)"
        )
    return Finding("journal", "ok", "sound")


async def _outbox(settings: AgentSettings) -> Finding:
    try:
        left = sum(part.entries for part in await asyncio.to_thread(waiting, settings.data))
    except JournalError:
        left = 0
    return Finding("outbox", "ok", f"{left} entries wait for the back office")


async def _agent(agent: RunningAgent | None) -> Finding:
    if agent is None:
        return Finding("agent", "warn", "It is not running.", "systemctl start tillday-agent")
    if agent.alarms:
        return Finding("agent", "warn", " ".join(agent.alarms), "See docs/terminal.md.")
    return Finding("agent", "ok", f"runs as process {agent.pid}")


async def _broker(bundle: EnrolmentBundle, agent: RunningAgent | None) -> Finding:
    if agent is not None and agent.online:
        return Finding("back office", "ok", "It answers.")
    parts = urlsplit(bundle.mqtt_url)
    host, port = parts.hostname or "", parts.port or _MQTT_PORTS.get(parts.scheme, 8883)
    try:
        connection = await asyncio.to_thread(socket.create_connection, (host, port), _CONNECT_SECONDS)
    except OSError as error:
        return Finding(
            "back office",
            "warn",
            f"{host}:{port} is not reached ({error.strerror or error}).",
            "Look at cable, network and firewall; selling goes on.",
        )
    connection.close()
    return Finding("back office", "ok", f"{host}:{port} takes connections")


async def _printer(settings: AgentSettings, agent: RunningAgent | None) -> Finding:
    if settings.printer is None:
        return Finding("printer", "warn", "None is set up.", "Set TILLDAY_AGENT_PRINTER.")
    obstacle = agent.printer if agent is not None else await _asked(settings)
    if obstacle in ("", "ok"):
        return Finding("printer", "ok", f"{settings.printer} is ready")
    return Finding("printer", "bad", f"{settings.printer}: {obstacle}", "Look at power, cable and paper.")


async def _asked(settings: AgentSettings) -> str:
    device = device_of(settings)
    try:
        return (await device.status()).obstacle
    finally:
        if isinstance(device, LinePrinter):
            await device.close()
