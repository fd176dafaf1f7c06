"""The demo's history is made before its first start: a system of its own works the past days and stops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from tillday_contracts.business_dates import business_today
from tillday_contracts.topics import TerminalAddress
from tillday_local.cuttable_link import CuttableLink
from tillday_local.day.clock import ReplayedClock
from tillday_local.day.stuck import DayStuck
from tillday_local.demo_store import SETTINGS, demo_content
from tillday_local.folder import DataFolder
from tillday_local.history.newer import NEWER, write_what_is_too_long
from tillday_local.history.plan import past_days
from tillday_local.history.store import MADE, SECOND_STORE, TERMINALS, second_content
from tillday_local.history.work import Past, work_day
from tillday_local.preparation import prepare_store
from tillday_local.service_client import CommandRefused, ServiceUnavailable
from tillday_local.settings import LauncherSettings
from tillday_local.system import SET_UP, LocalSystem, Plan, Watchers
from tillday_local.terminal_client import TerminalAway, TerminalRefused

UNDER_WAY: Final = "history-under-way"
CLOCK: Final = "history-clock"
_ENDS_WITHIN: Final = 30.0
"""The demo begins at once in the same folder."""
_STUCK: Final = (DayStuck, TerminalAway, TerminalRefused, CommandRefused, ServiceUnavailable)


@dataclass(frozen=True, kw_only=True)
class HistoryPlan:
    """Where past days are worked: on which ports, where some are named, and who hears of each step."""

    settings: LauncherSettings
    ports: Mapping[str, int] = field(default_factory=dict)
    step: Callable[[str], None]


async def begin_with_history(folder: DataFolder, plan: HistoryPlan, *, fresh: bool) -> None:
    """Work the past days in a folder that is empty or to be emptied; one in use keeps what it has.

    Where a day gets stuck the folder is emptied: the demo begins without. Raises what LocalSystem raises.
    """
    folder.claim(fresh=fresh or (folder.root / UNDER_WAY).exists())
    used = (folder.root / SET_UP).exists()
    if not used:
        (folder.root / UNDER_WAY).touch()
    folder.release()
    if used:
        return
    try:
        await _work(folder, plan)
    except _STUCK as error:
        plan.step(f"The past days could not be worked, so there are none: {error}")
        folder.claim(fresh=True)
    else:
        folder.claim()
        (folder.root / MADE).touch()
        (folder.root / UNDER_WAY).unlink()
    folder.release()


async def _work(folder: DataFolder, plan: HistoryPlan) -> None:
    now = datetime.now(UTC)
    days = past_days(business_today(now, time_zone=SETTINGS.time_zone, rollover=SETTINGS.rollover))
    clock = ReplayedClock(folder.root / CLOCK, days[0].begin, rate=None)
    own = demo_content(1)
    async with AsyncExitStack() as stack:
        cables: list[CuttableLink] = []

        async def prepare(system: LocalSystem) -> None:
            port = urlsplit(system.mqtt_url).port
            assert port is not None
            cables.append(await stack.enter_async_context(CuttableLink(port)))
            for content in (own, second_content()):
                await prepare_store(system, content, mqtt_url_of=partial(_url, system, cables[0]))

        running = LocalSystem(
            folder,
            Plan(
                terminals=(*own.terminals(1), *TERMINALS),
                prepare=prepare,
                clock=clock.file,
                ports=plan.ports,
                ends_within=_ENDS_WITHIN,
                guests=(NEWER,),
                settings=plan.settings,
            ),
            Watchers(step=plan.step),
        )
        system = await stack.enter_async_context(running)
        client = await stack.enter_async_context(system.operator())
        past = Past(
            system=system, client=client, clock=clock, cable=cables[0], stores=(own, second_content())
        )
        for day in days:
            plan.step(f"Working through {day.business_date}")
            await work_day(past, day)
        await write_what_is_too_long(system, at=clock.now())


def _url(system: LocalSystem, cable: CuttableLink, address: TerminalAddress) -> str:
    """Where a terminal finds the broker: those of the second store behind a cable that can be pulled."""
    return f"mqtts://127.0.0.1:{cable.port}" if address.store == SECOND_STORE else system.mqtt_url
