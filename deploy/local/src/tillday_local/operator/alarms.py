"""What `tillday alarms` does: show what is wrong, and which page helps."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import headed_table, minute


async def show_alarms(asking: Asking, *, cleared: bool) -> int:
    """Show a store's alarms, those that are over too when asked."""
    async with find_broker_login(asking.where).connect() as client:
        answer = await client.ask(Alarms(store=asking.store, cleared=cleared), AlarmList)
    asking.show(answer, alarms_table(answer))
    return 0


def alarms_table(answer: AlarmList) -> RenderableType:
    """Return the alarms, the newest first."""
    if not answer.alarms:
        return Text(f"Nothing is wrong in {answer.store}, as far as anybody knows.")
    table = headed_table(
        f"Alarms of {answer.store}", "Alarm", "Terminal", "Since", "Until", "What", "What to do"
    )
    for alarm in answer.alarms:
        about = alarm.terminal or ("everything" if alarm.store is None else "")
        until = minute(alarm.cleared_at)
        table.add_row(alarm.kind, about, minute(alarm.raised_at), until, alarm.text, alarm.page)
    table.caption = "The back office shows these pages under /runbooks."
    return table
