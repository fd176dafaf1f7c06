"""Which business date it is at a store: its time zone and rollover decide, not the server's midnight."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def is_time_zone(name: str) -> bool:
    """Say whether the time zone is known here."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def business_today(at: datetime, *, time_zone: str, rollover: str) -> date:
    """Return the business date of an instant: before `rollover` (HH:MM, local) it is still the day before."""
    local = at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    return (local.date() - timedelta(days=1)) if local.time() < time.fromisoformat(rollover) else local.date()
