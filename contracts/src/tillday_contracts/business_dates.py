"""Which business date it is at a store: its time zone and rollover decide, not anybody's midnight."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def business_today(at: datetime, *, time_zone: str, rollover: str) -> date:
    """Return the business date of an instant: before `rollover` (HH:MM, local) it is still the day before.

    So trading past midnight is normal.
    """
    local = at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    return local.date() - timedelta(days=local.time() < time.fromisoformat(rollover))


def begin_of(business_date: date, *, time_zone: str, rollover: str) -> datetime:
    """Return the first instant of a business date, in UTC."""
    local = datetime.combine(business_date, time.fromisoformat(rollover), ZoneInfo(time_zone))
    return local.astimezone(UTC)
