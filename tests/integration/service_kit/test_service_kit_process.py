"""A service as a process: how it starts, what it says, how it ends."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers import Broker, FreshDatabase, Postgres, service_environment
from toy_service import eventually

TOY = Path(__file__).parents[2] / "toy_process.py"


def environment(database: FreshDatabase, broker: Broker, **more: str) -> dict[str, str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    return {"PYTHONPATH": paths, **service_environment("till_service", database, broker), **more}


@contextmanager
def running(variables: dict[str, str], *, before: str = "") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(TOY)]
    if before:
        command = ["sh", "-c", f'{before} exec "$0" "$@"', *command]
    process = subprocess.Popen(
        command, env=variables, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read(variables: dict[str, str], path: str) -> tuple[int, bytes]:
    address = f"http://127.0.0.1:{variables['TILLDAY_HTTP_PORT']}{path}"
    try:
        with urllib.request.urlopen(address, timeout=3) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
    except OSError:
        return 0, b""


async def ready(variables: dict[str, str], *, wanted: int = 200, within: float = 20.0) -> None:
    async def is_wanted() -> bool:
        status, _body = await asyncio.to_thread(read, variables, "/readyz")
        return status == wanted

    await eventually(is_wanted, within=within)


@pytest.fixture
async def migrated(fresh_database: FreshDatabase, broker: Broker) -> FreshDatabase:
    broker.start()
    await fresh_database.with_tables_of("till_service")
    return fresh_database


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_ends_within_five_seconds_of_a_signal(
    migrated: FreshDatabase, broker: Broker, number: signal.Signals
) -> None:
    variables = environment(migrated, broker)
    with running(variables) as process:
        await ready(variables)
        began = time.monotonic()

        process.send_signal(number)
        _output, errors = await asyncio.to_thread(process.communicate, timeout=6)

        assert time.monotonic() - began < 5
        assert process.returncode == 0
        assert "Traceback" not in errors


async def test_a_service_ends_on_sigint_where_it_was_ignored_at_its_start(
    migrated: FreshDatabase, broker: Broker
) -> None:
    variables = environment(migrated, broker)
    with running(variables, before="trap '' INT;") as process:
        await ready(variables)

        process.send_signal(signal.SIGINT)

        assert await asyncio.to_thread(process.wait, 6) == 0


async def test_a_service_ends_while_everything_is_away(migrated: FreshDatabase, broker: Broker) -> None:
    variables = environment(migrated, broker, TILLDAY_DATABASE_URL="postgresql://x@127.0.0.1:1/x")
    broker.stop()
    try:
        with running(variables) as process:
            await ready(variables, wanted=503)

            process.terminate()
            _output, errors = await asyncio.to_thread(process.communicate, timeout=6)

            assert process.returncode == 0
            assert "waiting for the database" in errors
            assert "Traceback" not in errors
    finally:
        broker.start()


async def test_missing_settings_are_named_with_their_remedy(migrated: FreshDatabase, broker: Broker) -> None:
    variables = environment(migrated, broker)
    del variables["TILLDAY_DATABASE_URL"]
    variables["TILLDAY_FACTOR"] = "many"
    with running(variables) as process:
        _output, errors = await asyncio.to_thread(process.communicate, timeout=10)

    assert process.returncode == 2
    assert "TILLDAY_DATABASE_URL is not set" in errors
    assert "TILLDAY_FACTOR cannot be used" in errors
    assert "Traceback" not in errors


async def test_a_taken_port_is_named_with_its_remedy(migrated: FreshDatabase, broker: Broker) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with running(environment(migrated, broker, TILLDAY_HTTP_PORT=str(port))) as process:
            _output, errors = await asyncio.to_thread(process.communicate, timeout=10)

    assert process.returncode == 2
    assert f"127.0.0.1:{port}" in errors
    assert "TILLDAY_HTTP_PORT" in errors
    assert "Traceback" not in errors


async def test_an_unsafe_database_ends_the_service_with_the_setting_to_change(
    migrated: FreshDatabase, broker: Broker, postgres: Postgres
) -> None:
    admin = await postgres.admin()
    await admin.execute(f"ALTER DATABASE {migrated.name} SET synchronous_commit = off")
    await admin.close()
    with running(environment(migrated, broker)) as process:
        _output, errors = await asyncio.to_thread(process.communicate, timeout=10)

    assert process.returncode == 3
    assert "synchronous_commit" in errors
    assert "Traceback" not in errors


async def test_a_service_waits_for_its_migrations(fresh_database: FreshDatabase, broker: Broker) -> None:
    variables = environment(fresh_database, broker)
    with running(variables) as process:
        await ready(variables, wanted=503)
        status, body = await asyncio.to_thread(read, variables, "/readyz")
        assert (status, json.loads(body)["checks"]["migrations"]) == (503, False)

        await fresh_database.migrate("till_service")

        await ready(variables)
        assert process.poll() is None


async def test_a_service_outlives_a_restart_of_the_database(
    migrated: FreshDatabase, broker: Broker, postgres: Postgres
) -> None:
    variables = environment(migrated, broker)
    with running(variables) as process:
        await ready(variables)
        postgres.stop(kill=True)
        await ready(variables, wanted=503)

        postgres.start()

        await ready(variables)
        assert process.poll() is None


async def test_health_metrics_and_version_are_served(migrated: FreshDatabase, broker: Broker) -> None:
    variables = environment(migrated, broker)
    with running(variables):
        await ready(variables)

        assert read(variables, "/healthz") == (200, b'{"alive":true}')
        assert json.loads(read(variables, "/version")[1])["service"] == "till_service"
        assert b"process_cpu_seconds_total" in read(variables, "/metrics")[1]
        assert read(variables, "/nothing")[0] == 404


async def test_no_secret_reaches_the_log_or_the_arguments(migrated: FreshDatabase, broker: Broker) -> None:
    variables = environment(migrated, broker, TILLDAY_LOG_LEVEL="debug", TILLDAY_LOG_FORMAT="json")
    with running(variables) as process:
        await ready(variables)
        arguments = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        process.terminate()
        output, errors = await asyncio.to_thread(process.communicate, timeout=6)

    for secret in (variables["TILLDAY_DATABASE_PASSWORD"], variables["TILLDAY_NATS_PASSWORD"]):
        assert secret not in errors + output + arguments
    assert all(json.loads(line)["service"] == "till_service" for line in errors.splitlines())
