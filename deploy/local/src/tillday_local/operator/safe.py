"""What `tillday safe` does: show what lies in a store's safe, and how it came there."""

from __future__ import annotations

from collections.abc import Mapping

from tillday_contracts.money import plain_minor
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from tillday_contracts.till_messages import Safe, SafeBalance, SafeMovement
from tillday_contracts.wishes import SettingsContent, Tender
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import minute, rows_table
from tillday_local.service_client import CommandRefused

KINDS: Mapping[str, str] = {
    "cash_up": "cash-up",
    "loan": "loan to the till",
    "pickup": "pickup from the till",
    "float": "float of the till",
}


async def show_safe(asking: Asking, *, most: int, tender: str | None) -> int:
    """Show the balance by tender and the newest movements, all of one moment."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            settings = (await client.ask(StoreSettings(store=asking.store), SettingsAnswer)).settings
            safe = await client.ask(SafeBalance(store=asking.store), Safe)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    shown = _chosen(safe, tender)
    title = f"The safe of {settings.name} ({settings.store})"
    balance = [(_name(settings, one), _amount(settings, one, sum_)) for one, sum_ in shown.balance.items()]
    tables = [rows_table(title, ("Tender", "Total"), balance)]
    if most and shown.movements:
        columns = ("When", "Terminal", "What", "Tender", "Amount", "Session")
        rows = [_row(settings, moved) for moved in shown.movements[:most]]
        tables.append(rows_table("Newest movements", columns, rows))
    asking.show(shown.model_copy(update={"movements": shown.movements[:most]}), *tables)
    return 0


def _chosen(safe: Safe, tender: str | None) -> Safe:
    if tender is None:
        return safe
    movements = tuple(moved for moved in safe.movements if moved.tender == tender)
    return safe.model_copy(update={"balance": {tender: safe.balance.get(tender, 0)}, "movements": movements})


def _row(settings: SettingsContent, moved: SafeMovement) -> tuple[str, ...]:
    amount = _amount(settings, moved.tender, moved.amount)
    signed = f"+{amount}" if moved.amount > 0 else amount
    what = KINDS[moved.kind]
    when = minute(moved.recorded_at)
    return when, moved.terminal, what, _name(settings, moved.tender), signed, moved.session_id


def _amount(settings: SettingsContent, tender: str, amount: int) -> str:
    known = _tender(settings, tender)
    return plain_minor(amount, settings.currency if known is None else known.currency)


def _name(settings: SettingsContent, tender: str) -> str:
    known = _tender(settings, tender)
    return tender if known is None else f"{known.name} {known.currency}"


def _tender(settings: SettingsContent, tender: str) -> Tender | None:
    return next((one for one in settings.tenders if one.tender == tender), None)
