"""Example messages of alarms."""

from pydantic import BaseModel

from tillday_contracts import alarm_messages
from tillday_contracts.example_entries import MORNING, STORE, TERMINAL
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID

_SAID: dict[str, object] = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "causation_id": CAUSATION_ID,
    "occurred_at": MORNING,
    "store": STORE,
    "terminal": TERMINAL,
}
_SKEW: dict[str, object] = {"kind": "clock_skew", "text": "Its clock is 600 seconds ahead of the server's."}
_STALE: dict[str, object] = {"kind": "stale_retained", "text": "It holds the desired state 3, 4 is wanted."}


def alarm_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    alarm = alarm_messages.Alarm(
        kind="clock_skew",
        store=STORE,
        terminal=TERMINAL,
        text="Its clock is 600 seconds ahead of the server's.",
        raised_at=MORNING,
        page=alarm_messages.runbook_of("clock_skew"),
    )
    return {
        "request.alarms": alarm_messages.Alarms(store=STORE),
        "reply.alarm_list": alarm_messages.AlarmList(store=STORE, alarms=(alarm,)),
        "event.alarm_raised": alarm_messages.AlarmRaised.model_validate({**_SAID, **_SKEW}),
        "event.alarm_cleared": alarm_messages.AlarmCleared.model_validate({**_SAID, **_SKEW}),
        "event.store_alarm_raised": alarm_messages.StoreAlarmRaised.model_validate({**_SAID, **_STALE}),
        "event.store_alarm_cleared": alarm_messages.StoreAlarmCleared.model_validate({**_SAID, **_STALE}),
    }
