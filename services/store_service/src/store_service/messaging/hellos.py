"""HELLO, as far as it concerns this service: does the terminal hold what we want it to hold?"""

from datetime import timedelta
from typing import Final

import structlog
from pydantic import ValidationError

from service_kit.alarms import Alarms, Condition, Subject
from service_kit.database import Connection, Database
from store_service.domain.revisions import Raise, compare_held
from store_service.messaging.work import Clockwork, locked_work
from store_service.persistence.desired import publish_desired_again, raise_desired, read_desired, wake
from store_service.persistence.identities import read_keys
from store_service.persistence.stores import Change, publish_settings_again, read_settings, save_settings
from store_service.persistence.terminals import save_contact
from tillday_contracts.alarm_messages import StoreAlarmCleared, StoreAlarmRaised
from tillday_contracts.journal import MalformedBytes, message_mac, same, strict_json
from tillday_contracts.link import Hello, Sealed
from tillday_contracts.topics import TerminalAddress, address_of
from tillday_contracts.wishes import Revision, SettingsContent

log = structlog.get_logger()

STALE_FOR: Final = timedelta(minutes=2)
THIS_SERVICE: Final = "STORE-SERVICE"
UNREADABLE: Final = (ValidationError, MalformedBytes, ValueError)


class Hellos:
    """Compares what a terminal holds with what it should hold, and sees to it that it gets it."""

    def __init__(self, database: Database, clockwork: Clockwork) -> None:
        self._database = database
        self._clockwork = clockwork
        self._alarms = Alarms(StoreAlarmRaised, StoreAlarmCleared, clockwork.new_id)

    async def handle(self, subject: str, body: bytes) -> None:
        """Take a HELLO; one that is unreadable or whose MAC fails is logged and left."""
        address = address_of(subject)
        async with self._database.transaction() as connection:
            hello = await _verified(connection, address, body)
            if hello is None:
                return
            await save_contact(connection, address.store, address.terminal, hello, at=self._clockwork.now())
            await self._compare(connection, address, hello)

    async def _compare(self, connection: Connection, address: TerminalAddress, hello: Hello) -> None:
        desired = await read_desired(connection, address.store, address.terminal)
        settings = await read_settings(connection, address.store)
        if desired is None or settings is None:
            return
        ours = Revision(rev=settings.rev, digest=settings.digest)
        both = (compare_held(desired.revision, hello.desired), compare_held(ours, hello.settings))
        await self._notice_stale(connection, address, hello, is_stale="behind" in both)
        if both != ("same", "same"):
            await self._repair(connection, address, hello)

    async def _notice_stale(
        self, connection: Connection, address: TerminalAddress, hello: Hello, *, is_stale: bool
    ) -> None:
        """A terminal that stays behind while it says HELLO is not reached by what we publish."""
        about = Subject(address.store, address.terminal)
        if not is_stale and "stale_retained" not in await self._alarms.known(connection, about):
            return
        held = "/".join(str(one.rev) if one is not None else "-" for one in (hello.desired, hello.settings))
        text = f"It holds the desired state and settings {held}, which are older than those published."
        found = Condition(text, held, STALE_FOR) if is_stale else None
        await self._alarms.look(connection, about, "stale_retained", found, at=self._clockwork.now())

    async def _repair(self, connection: Connection, address: TerminalAddress, hello: Hello) -> None:
        """Compare again with the store locked, and raise or publish what differs."""
        work = await locked_work(connection, self._clockwork, address.store)
        desired = await read_desired(connection, address.store, address.terminal)
        if work is None or desired is None:
            return
        await _repair_desired(connection, address, compare_held(desired.revision, hello.desired))
        ours = Revision(rev=work.settings.rev, digest=work.settings.digest)
        content = SettingsContent.model_validate(work.settings.model_dump())
        change = Change(THIS_SERVICE, work.at)
        await _repair_settings(connection, content, compare_held(ours, hello.settings), change)
        await wake(connection)


async def _repair_desired(connection: Connection, address: TerminalAddress, found: Raise | str) -> None:
    where = {"store": address.store, "terminal": address.terminal}
    if isinstance(found, Raise):
        log.warning(
            "terminal holds a desired state that we do not know: ours is raised", rev=found.rev, **where
        )
        await raise_desired(connection, address.store, address.terminal, found.rev)
    elif found == "behind":
        await publish_desired_again(connection, address.store, address.terminal)
    elif found == "absurd":
        log.error("terminal names an impossible revision", **where)


async def _repair_settings(
    connection: Connection, content: SettingsContent, found: Raise | str, change: Change
) -> None:
    if isinstance(found, Raise):
        log.warning("terminal holds settings that we do not know: ours are raised", rev=found.rev)
        await save_settings(connection, content, change, at_least=found.rev)
    elif found == "behind":
        await publish_settings_again(connection, content.store)


async def _verified(connection: Connection, address: TerminalAddress, body: bytes) -> Hello | None:
    where = {"store": address.store, "terminal": address.terminal}
    keys = [held for held in await read_keys(connection, address) if not held.compromised]
    if not keys:
        log.warning("HELLO of an unknown terminal", **where)
        return None
    try:
        sealed = Sealed.model_validate_json(body)
        if not any(same(message_mac(held.key, sealed.data), sealed.mac) for held in keys):
            log.error("HELLO with a wrong MAC", **where)
            return None
        return Hello.model_validate(strict_json(sealed.data))
    except UNREADABLE as error:
        log.warning("HELLO that cannot be read", reason=type(error).__name__, **where)
        return None
