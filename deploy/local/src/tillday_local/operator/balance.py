"""What `tillday balance` does: show what a store took on a date, and what is not closed yet."""

from __future__ import annotations

from datetime import date

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.balance_messages import Balance, StoreBalance
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from tillday_contracts.wishes import SettingsContent
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.rescue_tables import amounts
from tillday_local.operator.tables import rows_table
from tillday_local.service_client import CommandRefused


async def show_balance(asking: Asking, *, day: date | None) -> int:
    """Show the balance of a date by session."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(StoreBalance(store=asking.store, business_date=day), Balance)
            settings = (await client.ask(StoreSettings(store=asking.store), SettingsAnswer)).settings
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, *balance_tables(answer, settings))
    return 0


def balance_tables(answer: Balance, settings: SettingsContent) -> list[RenderableType]:
    """Return what each session took, and the sums."""
    if answer.business_date is None:
        return [Text(f"No till was started in {answer.store} yet.")]
    rows = [
        (one.till, one.kind, one.status.replace("_", " "), amounts(one.tenders, settings), one.session_id)
        for one in answer.sessions
    ]
    sums = [
        ("In the balance", amounts(answer.balance, settings)),
        ("Not closed yet", amounts(answer.waiting, settings)),
    ]
    title = f"{answer.store}, {answer.business_date.isoformat()}"
    return [
        rows_table(title, ("Till", "Kind", "Status", "Took", "Session"), rows),
        rows_table("Balance", ("", "Total"), sums),
    ]
