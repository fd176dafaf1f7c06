"""The technician's commands, from the settings and the command line to the exit code."""

import asyncio
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from terminal_agent.agent import device_of
from terminal_agent.commands import answers
from terminal_agent.commands.backup import BackupRefused, back_up, restore
from terminal_agent.commands.calibration import CalibrationFailed, calibrate
from terminal_agent.commands.doctor import Finding, findings
from terminal_agent.commands.journal_copy import waiting, waiting_entries
from terminal_agent.commands.running import running_agent
from terminal_agent.commands.shown_settings import shown_settings
from terminal_agent.commands.support_bundle import write_bundle
from terminal_agent.enrolment import enrolled
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.settings import AgentSettings

UNWELL: Final = 1
REFUSALS: Final = (BackupRefused, CalibrationFailed)


def _doctor(settings: AgentSettings, asked: Namespace) -> int:
    found = asyncio.run(_all_findings(settings, told=not asked.json))
    if asked.json:
        answers.write_json([asdict(one) for one in found])
    return UNWELL if any(one.verdict == "bad" for one in found) else 0


async def _all_findings(settings: AgentSettings, *, told: bool) -> list[Finding]:
    found = []
    async for one in findings(settings, _now()):
        found.append(one)
        if told:
            answers.write_lines(answers.finding_lines(one))
    return found


def _outbox(settings: AgentSettings, asked: Namespace) -> int:
    parts, entries = waiting(settings.data), waiting_entries(settings.data, max(0, asked.entries))
    if asked.json:
        answers.write_json(answers.outbox_json(parts, entries))
    else:
        answers.write_lines(answers.outbox_lines(parts, entries))
    return 0


def _back_up(settings: AgentSettings, asked: Namespace) -> int:
    made = asyncio.run(back_up(settings.data, enrolled(settings.data), asked.file, _now()))
    answers.write_lines([f"{asked.file} holds {made.terminal}'s journal up to entry {made.head_seq}."])
    return 0


def _restore(settings: AgentSettings, asked: Namespace) -> int:
    taken = asyncio.run(restore(settings.data, enrolled(settings.data), asked.file, _now()))
    answers.write_lines(
        [
            f"The journal is that of {taken.made_at} (entry {taken.head_seq}) now; the former one is kept "
            f"beside it. Start the agent: it asks the back office for what is missing."
        ]
    )
    return 0


def _support_bundle(settings: AgentSettings, asked: Namespace) -> int:
    found = asyncio.run(_all_findings(settings, told=False))
    names = write_bundle(settings, found, asked.file, now=_now())
    answers.write_lines([f"{asked.file} holds {', '.join(names)}. It holds no secret; look into it."])
    return 0


def _config(settings: AgentSettings, asked: Namespace) -> int:
    shown = shown_settings(settings)
    if asked.json:
        answers.write_json([asdict(one) for one in shown])
    else:
        answers.write_lines(answers.setting_lines(shown))
    return 0


def _calibrate(settings: AgentSettings, _: Namespace) -> int:
    sensor = asyncio.run(_calibrated(settings))
    answers.write_lines([f"TILLDAY_AGENT_DRAWER_SENSOR={sensor}"])
    return 0


async def _calibrated(settings: AgentSettings) -> str:
    if await running_agent(settings) is not None:
        raise CalibrationFailed("The agent has the printer: stop it first (systemctl stop tillday-agent).")
    device = device_of(settings.model_copy(update={"drawer_sensor": "high"}))
    if not isinstance(device, LinePrinter):
        raise CalibrationFailed("No printer is set up, so no drawer: set TILLDAY_AGENT_PRINTER.")
    try:
        return await calibrate(device, _ask)
    finally:
        await device.close()


async def _ask(wish: str) -> None:
    try:
        await asyncio.to_thread(input, f"{wish}, then press Enter. ")
    except EOFError:
        raise CalibrationFailed("Nobody is there to look at the drawer: run this in a terminal.") from None


def _now() -> datetime:
    return datetime.now(UTC)


ANSWERS: Final[Mapping[str, Callable[[AgentSettings, Namespace], int]]] = {
    "doctor": _doctor,
    "outbox": _outbox,
    "backup": _back_up,
    "restore": _restore,
    "support-bundle": _support_bundle,
    "config": _config,
    "drawer-calibrate": _calibrate,
}
