"""What `tillday settings` does: show a store's settings, their history, and set one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pydantic import BaseModel

from tillday_contracts.setting_edits import edit_settings, setting_named
from tillday_contracts.setting_words import differences
from tillday_contracts.store_messages import DefineStore, Revised, SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.settings_tables import settings_tables
from tillday_local.operator.tables import minute, rows_table
from tillday_local.service_client import CommandRefused, ServiceClient

TRIES: Final = 3
CHANGED_MEANWHILE: Final = "changed_meanwhile"
SHOWN_CHANGES: Final = 4


class SettingSet(BaseModel):
    """What `settings set` did."""

    revision: int
    changes: tuple[str, ...]
    takes_effect: str


async def show_settings(asking: Asking, revision: int | None) -> int:
    """Show the settings of now, or those of a former revision."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(StoreSettings(store=asking.store, revision=revision), SettingsAnswer)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, settings_tables(answer))
    return 0


async def show_history(asking: Asking, most: int) -> int:
    """Show who changed what and when, newest first."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(StoreSettings(store=asking.store), SettingsAnswer)
            contents = await _contents(client, answer, most + 1)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    rows = []
    for number, change in enumerate(answer.history[:most]):
        former = contents[number + 1] if number + 1 < len(contents) else None
        what = "the settings as they were then" if former is None else _told(former, contents[number])
        rows.append((change.revision, minute(change.changed_at), change.by, what))
    columns = ("Revision", "Changed", "By", "What")
    asking.show(answer, rows_table(f"Settings of {answer.settings.name}", columns, rows))
    return 0


async def set_setting(asking: Asking, name: str, values: Sequence[str]) -> int:
    """Set one setting; a change that somebody else made meanwhile stays."""
    effect = setting_named(name).effect
    try:
        async with find_broker_login(asking.where).connect() as client:
            before, after, revision = await _change(client, asking, name, values)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    changes = tuple(str(one) for one in differences(before, after))
    done = SettingSet(revision=revision, changes=changes, takes_effect=effect)
    if not changes:
        asking.show(done, f"It is so already: revision {revision}.")
        return 0
    asking.show(done, "\n".join((*changes, f"Revision {revision}. It takes effect {effect}.")))
    return 0


async def _change(
    client: ServiceClient, asking: Asking, name: str, values: Sequence[str]
) -> tuple[SettingsContent, SettingsContent, int]:
    for attempt in range(1, TRIES + 1):
        now = await client.ask(StoreSettings(store=asking.store), SettingsAnswer)
        after = edit_settings(now.settings, name, values)
        if after == now.settings:
            return now.settings, after, now.revision
        try:
            revised = await client.ask(_define(asking, after, now.revision), Revised)
        except CommandRefused as error:
            if error.refusal.code != CHANGED_MEANWHILE or attempt == TRIES:
                raise
            continue
        return now.settings, after, revised.revision
    raise AssertionError("the last try returns or raises")


def _define(asking: Asking, settings: SettingsContent, changes: int) -> DefineStore:
    message_id = uuid4()
    return DefineStore(
        message_id=message_id,
        correlation_id=message_id,
        occurred_at=datetime.now(UTC),
        by=asking.by,
        settings=settings,
        changes=changes,
    )


async def _contents(client: ServiceClient, answer: SettingsAnswer, most: int) -> list[SettingsContent]:
    contents = []
    for change in answer.history[:most]:
        question = StoreSettings(store=answer.settings.store, revision=change.revision)
        contents.append((await client.ask(question, SettingsAnswer)).settings)
    return contents


def _told(before: SettingsContent, after: SettingsContent) -> str:
    found = [str(one) for one in differences(before, after)]
    more = len(found) - SHOWN_CHANGES
    return "\n".join(found[:SHOWN_CHANGES] + ([f"and {more} more"] if more > 0 else [])) or "sent again"
