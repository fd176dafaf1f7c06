"""The supervision of real broker and database, and of stand-ins for the rest."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import nats
import pytest

from local_stand_ins import TERMINAL, system_at, use_stand_ins
from tillday_local.certificates import client_context
from tillday_local.database import connect
from tillday_local.folder import FolderUnusable
from tillday_local.ports import PortTaken, free_port
from tillday_local.servers import SettingsWrong
from tillday_local.settings import LauncherSettings
from tillday_local.supervisor import Incident
from tillday_local.system import LocalSystem, Watchers

EVERY_PART = (
    "broker",
    "database",
    "store_service",
    "till_service",
    "report_service",
    "terminal-T1",
    "printer-T1",
)


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    use_stand_ins(monkeypatch.setattr)


async def soon(holds: Callable[[], Awaitable[bool]], *, within: float = 10.0) -> None:
    async with asyncio.timeout(within):
        while not await holds():
            await asyncio.sleep(0.05)


async def database_works(system: LocalSystem) -> bool:
    try:
        connection = await connect(system.database)
    except (OSError, asyncpg.PostgresError):
        return False
    try:
        return bool(await connection.fetchval("SELECT count(*) > 0 FROM migration.applied"))
    finally:
        await connection.close()


async def broker_works(system: LocalSystem) -> bool:
    try:
        connection = await nats.connect(
            system.nats_url,
            user="tillday",
            password=system.operator_password,
            inbox_prefix=b"_INBOX.tillday",
            allow_reconnect=False,
            connect_timeout=1,
            tls=client_context(system.folder.broker_ca),
            tls_handshake_first=True,
        )
    except (OSError, nats.errors.Error, TimeoutError):
        return False
    await connection.close()
    return True


async def test_a_killed_part_comes_back_whichever_it_is(new_folder: Path) -> None:
    incidents: list[Incident] = []
    async with system_at(new_folder, Watchers(incident=incidents.append)) as system:
        first = dict(system.pids)
        assert set(first) == set(EVERY_PART)
        for name in EVERY_PART:
            os.kill(first[name], signal.SIGKILL)

        async def all_new() -> bool:
            pids = system.pids
            return set(pids) == set(EVERY_PART) and not set(pids.values()) & set(first.values())

        await soon(all_new)
        await soon(lambda: broker_works(system))
        await soon(lambda: database_works(system))
        assert {incident.name for incident in incidents} >= set(EVERY_PART)


async def test_the_next_start_finds_the_data_the_ports_and_the_secrets(data_folder: Path) -> None:
    async with system_at(data_folder) as system:
        connection = await connect(system.database)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        await connection.close()
        ports, password = system.ports, system.guest_password(TERMINAL)

    began = time.monotonic()
    async with system_at(data_folder) as system:
        took = time.monotonic() - began
        connection = await connect(system.database)
        assert await connection.fetchval("SELECT answer FROM kept") == 42
        await connection.close()
        assert (system.ports, system.guest_password(TERMINAL)) == (ports, password)
    assert took < 6


async def test_nothing_runs_after_the_end(data_folder: Path) -> None:
    async with system_at(data_folder) as system:
        pids = dict(system.pids)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    for pid in pids.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_stubborn_parts_cannot_hold_up_the_end(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_stand_ins(monkeypatch.setattr, "stubborn")
    async with system_at(data_folder):
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def test_a_second_system_on_the_folder_is_refused_and_the_first_goes_on(data_folder: Path) -> None:
    async with system_at(data_folder) as system:
        with pytest.raises(FolderUnusable, match="another Tillday runs on"):
            async with system_at(data_folder):
                pass
        assert await broker_works(system)


async def test_a_taken_port_is_named(new_folder: Path) -> None:
    async with asyncio.timeout(20):
        port = free_port()
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", port)
        async with server:
            with pytest.raises(PortTaken, match=f"port {port} for nats is taken"):
                async with system_at(new_folder, ports={"nats": port}):
                    pass


async def test_half_an_external_broker_is_refused(new_folder: Path) -> None:
    settings = LauncherSettings(nats_url="tls://broker.example:4222")
    with pytest.raises(SettingsWrong, match="TILLDAY_NATS_URL and TILLDAY_MQTT_URL both, or neither"):
        async with system_at(new_folder, settings=settings):
            pass


async def test_the_database_keeps_every_promise_of_durability(data_folder: Path) -> None:
    async with system_at(data_folder) as system:
        connection = await connect(system.database)
        settings = {
            name: await connection.fetchval("SELECT current_setting($1)", name)
            for name in ("fsync", "full_page_writes", "synchronous_commit", "password_encryption")
        }
        await connection.close()
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "password_encryption": "scram-sha-256",
    }


async def test_the_database_asks_everybody_for_a_password(data_folder: Path) -> None:
    async with system_at(data_folder) as system:
        for user in ("postgres", "tillday_owner", "till_service"):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await connect(system.database.as_user(user, "guess"))


async def test_a_database_of_ones_own_serves_instead_of_the_embedded_one(data_folder: Path) -> None:
    async with system_at(data_folder) as host:
        admin = f"postgresql://postgres@127.0.0.1:{host.ports['database']}/postgres"
        settings = LauncherSettings(
            database_admin_url=admin,
            database_admin_password=host.folder.secret("database-postgres"),  # type: ignore[arg-type]
        )
        connection = await asyncpg.connect(admin, password=host.folder.secret("database-postgres"))
        await connection.execute("DROP DATABASE tillday")
        await connection.execute(
            "DROP ROLE tillday_owner, store_service, till_service, report_service, backoffice_service"
        )
        await connection.close()

        async with system_at(data_folder.with_name("guest"), settings=settings) as guest:
            assert "database" not in guest.pids
            assert await database_works(guest)
