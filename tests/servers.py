"""Real servers for tests: named in the environment, else in containers, else embedded; one set per run.

`broker` and `postgres` are shared by the run, `fresh_database` is new and empty for each test.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from broker_server import USERS, Broker, EmbeddedBroker, nats_server
from database_server import OWNER, SERVICES, EmbeddedPostgres, FreshDatabase, Postgres, postgres_programs
from server_processes import free_port

__all__ = [
    "OWNER",
    "SERVICES",
    "USERS",
    "Broker",
    "EmbeddedBroker",
    "EmbeddedPostgres",
    "FreshDatabase",
    "Postgres",
    "free_port",
    "nats_server",
    "postgres_programs",
    "service_environment",
]

MEMORY: Final = Path("/dev/shm")
PLENTY: Final = 4 * 1024**3


def container_engine_answers() -> bool:
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


def _quick_folder() -> Path | None:
    """Memory where there is plenty: hundreds of databases are made and dropped, and no power is cut here."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= PLENTY:
        return MEMORY
    return None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the run. A test that stops it must start it again."""
    named = os.environ.get("TILLDAY_TEST_DATABASE_URL")
    if named:
        parts = urlsplit(named)
        word = os.environ.get("TILLDAY_TEST_DATABASE_PASSWORD") or parts.password or ""
        yield Postgres(parts.hostname or "127.0.0.1", parts.port or 5432, parts.username or "postgres", word)
        return
    if container_engine_answers():
        yield from _postgres_in_a_container()
        return
    folder = Path(tempfile.mkdtemp(prefix="tillday-postgres-", dir=_quick_folder()))
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


@pytest.fixture
async def fresh_database(postgres: Postgres) -> AsyncIterator[FreshDatabase]:
    """Created empty, owned by tillday_owner, dropped afterwards. Passwords change with every test."""
    async with new_database(postgres) as made:
        yield made


@asynccontextmanager
async def new_database(postgres: Postgres) -> AsyncIterator[FreshDatabase]:
    """An empty database in this server until the end of the block."""
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
    trust = {} if broker.ca is None else {"TILLDAY_BROKER_CA": str(broker.ca)}
    return {
        **trust,
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
