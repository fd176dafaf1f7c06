"""A misused credential is an alarm: raised once, cleared once, shown by the reports."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from integration.store_service.store_world import store_settings
from report_service.messaging.feeds import fold_store
from report_service.persistence.alarms import read
from servers import Broker, FreshDatabase
from service_kit.feed import FeedEvent
from service_kit.service import Service
from store_service.domain.admission import Turned
from store_service.messaging.misuses import Misuses
from store_service.messaging.work import Clockwork
from tillday_contracts.topics import TerminalAddress

TOLD = "SELECT subject, body FROM store.outbox WHERE subject LIKE 'tillday.event.store.alarm%' ORDER BY id"
WRONG = Turned("wrong_secret", TerminalAddress("S1", "T1"))


class Clock:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def test_a_misused_credential_is_an_alarm_until_nobody_tries_any_more(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    await fresh_database.with_tables_of("store_service", "report_service")
    database = Service("store_service", store_settings(fresh_database, broker)).database
    await database.start()
    owner, clock = await fresh_database.connect(), Clock()
    misuses = Misuses(database, Clockwork(lambda: clock.now, lambda size: uuid4().bytes[:size]))

    async def told(minutes: int, *, tried: bool) -> list[str]:
        clock.now += timedelta(minutes=minutes)
        if tried:
            misuses.note(WRONG, "192.0.2.7")
        await misuses.write_down()
        await misuses.pass_time()
        return [row["subject"].split(".")[3] for row in await owner.fetch(TOLD)]

    assert await told(0, tried=False) == [], "the control: nothing is told where nobody tried"
    assert await told(0, tried=True) == ["alarm_raised"]
    assert await told(6, tried=True) == ["alarm_raised"], "told once, however often somebody tries"
    assert await told(6, tried=False) == ["alarm_raised"], "ten minutes from the last attempt, not the first"
    assert await told(5, tried=False) == ["alarm_raised", "alarm_cleared"]
    assert await told(60, tried=False) == ["alarm_raised", "alarm_cleared"]

    rows = await owner.fetch(TOLD)
    events = [FeedEvent("store", 1, n, row["subject"], uuid4(), row["body"]) for n, row in enumerate(rows, 1)]
    await owner.execute("SET search_path = report")
    await fold_store(owner, events[:1])
    (shown,) = await read(owner, "S1", cleared=False)
    assert (shown.kind, shown.terminal, shown.page) == (
        "credential_misuse",
        "T1",
        "docs/runbooks/credential-misuse.md",
    )
    assert "with a wrong password from 192.0.2.7" in shown.text
    await fold_store(owner, events[1:])
    assert await read(owner, "S1", cleared=False) == ()
    await owner.close()
    await database.stop()
