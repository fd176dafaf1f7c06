"""What `tillday settings` does: show a store's settings, their history, and set one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import uuid4

from pydantic import BaseModel
from rich.console import Group, RenderableType
from rich.text import Text

from tillday_contracts.denominations import Denomination
from tillday_contracts.link import SettingsContent, Tender
from tillday_contracts.money import exponent, plain_minor
from tillday_contracts.store_messages import DefineStore, Revised, SettingsAnswer, StoreSettings
from tillday_local.operator_connection import find_broker_login
from tillday_local.operator_setting_edits import edit_settings, setting_named
from tillday_local.operator_store import Asking
from tillday_local.operator_tables import minute, rows_table
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
    changes = tuple(differences(before, after))
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
    found = list(differences(before, after))
    more = len(found) - SHOWN_CHANGES
    return "\n".join(found[:SHOWN_CHANGES] + ([f"and {more} more"] if more > 0 else [])) or "sent again"


def differences(before: SettingsContent, after: SettingsContent) -> Iterator[str]:
    """Yield what differs between two revisions, one `place: before → after` each."""
    old, new = dict(_leaves(_by_name(before))), dict(_leaves(_by_name(after)))
    for place in sorted(old.keys() | new.keys()):
        if old.get(place) != new.get(place):
            yield f"{place}: {_word(old.get(place))} → {_word(new.get(place))}"


def _by_name(settings: SettingsContent) -> dict[str, Any]:
    content = settings.model_dump(mode="json")
    return {**content, "tenders": {tender["tender"]: tender for tender in content["tenders"]}}


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield place, ", ".join(f"{piece['value']} {piece['kind']}" for piece in value)
    else:
        yield place, value


def _word(value: Any) -> str:
    if value is None or value in ([], {}):
        return "none"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)


def settings_tables(answer: SettingsAnswer) -> RenderableType:
    """Return a store's settings for people."""
    settings = answer.settings
    title = f"{settings.name} ({settings.store}), revision {answer.revision}"
    return Group(
        rows_table(title, ("Setting", "Value"), _facts(settings)),
        rows_table(
            "Tenders",
            ("Tender", "Name", "Kind", "Currency", "Rate", "Kept", "Tolerance initial", "cash-up"),
            [_tender_row(tender, settings.currency) for tender in settings.tenders],
        ),
        Text("\n".join(_coins_and_notes(settings))),
    )


def _facts(settings: SettingsContent) -> list[tuple[str, str]]:
    policies = settings.policies
    floats = (f"{till} {plain_minor(a, settings.currency)}" for till, a in sorted(settings.floats.items()))
    return [
        ("currency", settings.currency),
        ("time-zone", settings.time_zone),
        ("rollover", settings.rollover),
        ("locale", settings.locale),
        ("cash-rounding", str(policies.cash_rounding or "none")),
        ("blind-count", _word(policies.blind_count)),
        ("initial-count", policies.initial_count.replace("_", "-")),
        ("own-count-approval", policies.own_count_approval.replace("_", "-")),
        ("max-offline-days", str(policies.max_offline_days)),
        ("people-max-age-days", str(policies.people_max_age_days)),
        ("float", ", ".join(floats) or "none"),
        ("catalogue", f"revision {settings.catalogue_rev}"),
    ]


def _tender_row(tender: Tender, own: str) -> tuple[str, ...]:
    keep = tender.keep
    amount = f" {plain_minor(keep.amount, tender.currency)}" if keep.mode == "fixed" else ""
    tolerances = (tender.initial_tolerance, tender.cash_up_tolerance)
    return (
        tender.tender,
        tender.name,
        tender.kind.replace("_", " "),
        tender.currency,
        "" if tender.rate is None else rate_text(tender.rate, own=own, foreign=tender.currency),
        keep.mode.replace("_", "-") + amount,
        *(plain_minor(tolerance, tender.currency) for tolerance in tolerances),
    )


def rate_text(rate: int, *, own: str, foreign: str) -> str:
    """Return a rate as people write it: how much of the store's money for one of the other."""
    per_one = Decimal(rate).scaleb(exponent(foreign) - exponent(own) - 6)
    return f"{per_one.normalize():f}"


def _coins_and_notes(settings: SettingsContent) -> Iterator[str]:
    yield _pieces(settings.currency, settings.denominations)
    for tender in settings.tenders:
        if tender.denominations:
            yield _pieces(tender.currency, tender.denominations)


def _pieces(currency: str, pieces: Sequence[Denomination]) -> str:
    by_kind = {
        kind: ", ".join(plain_minor(piece.value, currency) for piece in pieces if piece.kind == kind)
        for kind in ("coin", "note")
    }
    return f"{currency}: coins {by_kind['coin'] or 'none'}; notes {by_kind['note'] or 'none'}"
