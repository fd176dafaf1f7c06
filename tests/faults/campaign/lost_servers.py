"""What befalls the servers of a running system: the broker's store is wiped, the database is set back."""

import asyncio
import os
import shutil
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg

from tillday_local.database import DATABASE, OWNER, DatabaseAddress, connect
from tillday_local.postgres import SUPERUSER, find_programs
from tillday_local.system import LocalSystem

COPY = f"{DATABASE}_restored"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"


async def wipe_the_broker(system: LocalSystem) -> None:
    """Kill the broker and remove everything it stored, before it is started again."""
    pid = system.pids["broker"]
    os.kill(pid, signal.SIGSTOP)
    shutil.rmtree(system.folder.broker / "jetstream")
    os.kill(pid, signal.SIGKILL)


@dataclass
class Backup:
    """A backup of the database, and the way back to it while everybody is connected."""

    file: Path

    async def take(self, system: LocalSystem) -> None:
        """Write the backup."""
        await _program(_administrator(system), "pg_dump", "--format=custom", f"--file={self.file}", DATABASE)

    async def restore(self, system: LocalSystem) -> None:
        """Put the backup in the place of the database, in one moment, as after a failover."""
        administrator = _administrator(system)
        connection = await connect(administrator)
        try:
            await connection.execute(f"CREATE DATABASE {COPY} OWNER {OWNER} TEMPLATE template0")
            await _program(administrator, "pg_restore", f"--dbname={COPY}", str(self.file))
            await _swap(connection)
        finally:
            await connection.close()


async def _swap(connection: asyncpg.Connection) -> None:
    await connection.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false")
    await connection.execute(CUT, DATABASE)
    for _ in range(50):
        try:
            await connection.execute(f"ALTER DATABASE {DATABASE} RENAME TO {DATABASE}_before")
            break
        except asyncpg.ObjectInUseError:
            await asyncio.sleep(0.1)
    await connection.execute(f"ALTER DATABASE {COPY} RENAME TO {DATABASE}")


def _administrator(system: LocalSystem) -> DatabaseAddress:
    word = system.folder.secret(f"database-{SUPERUSER}")
    return replace(system.database, user=SUPERUSER, password=word, database="postgres")


async def _program(server: DatabaseAddress, name: str, *arguments: str) -> None:
    where = {"PGHOST": server.host, "PGPORT": f"{server.port}", "PGUSER": server.user}
    started = await asyncio.create_subprocess_exec(
        str(find_programs() / name),
        *arguments,
        env={**os.environ, **where, "PGPASSWORD": server.password},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await started.communicate()
    assert started.returncode == 0, said.decode()
