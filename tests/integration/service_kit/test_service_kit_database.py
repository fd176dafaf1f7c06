"""Migrations and database connections against a real PostgreSQL."""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import pytest

from servers import FreshDatabase, Postgres
from service_kit import migrate as migrations
from service_kit.database import Database, DatabaseAddress, UnsafeDatabase


def till_address(database: FreshDatabase) -> DatabaseAddress:
    return DatabaseAddress(
        database.url_of("till_service"), database.passwords["till_service"], "till", "test"
    )


async def test_every_service_gets_its_schema_its_role_and_the_tables_of_the_kit(
    fresh_database: FreshDatabase,
) -> None:
    applied = await fresh_database.migrate("till_service", "store_service")

    connection = await fresh_database.connect("till_service")
    try:
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
        assert "till: service_kit/0002_outbox.sql" in applied
        assert "store: service_kit/0002_outbox.sql" in applied
    finally:
        await connection.close()


async def test_a_second_run_changes_nothing(fresh_database: FreshDatabase) -> None:
    await fresh_database.migrate("till_service")

    assert await fresh_database.migrate("till_service") == []


async def test_a_service_cannot_read_the_schema_of_another(fresh_database: FreshDatabase) -> None:
    await fresh_database.migrate("till_service", "store_service")
    connection = await fresh_database.connect("till_service")

    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("SELECT count(*) FROM store.outbox")
    finally:
        await connection.close()


def planted_package(folder: Path, monkeypatch: pytest.MonkeyPatch, **files: str) -> Path:
    package = folder / "planted_service"
    (package / "migrations").mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text("")
    for name, text in files.items():
        (package / "migrations" / f"{name}.sql").write_text(text)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "planted_service", raising=False)
    return package


async def run_planted(database: FreshDatabase) -> list[str]:
    connection = await database.connect()
    try:
        return await migrations.migrate(connection, ["planted_service"], {"planted_service": "secret"})
    finally:
        await connection.close()


async def test_an_edited_migration_is_refused(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = planted_package(tmp_path, monkeypatch, **{"0001_first": "CREATE TABLE first (id int)"})
    await run_planted(fresh_database)
    (package / "migrations" / "0001_first.sql").write_text("CREATE TABLE first (id bigint)")

    with pytest.raises(migrations.MigrationRefused, match="edited since"):
        await run_planted(fresh_database)


async def test_a_failing_migration_leaves_nothing_behind(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_package(tmp_path, monkeypatch, **{"0001_half": "CREATE TABLE half (id int); SELECT 1 / 0"})

    with pytest.raises(asyncpg.DivisionByZeroError):
        await run_planted(fresh_database)

    connection = await fresh_database.connect()
    try:
        assert await connection.fetchval("SELECT to_regclass('planted.half')") is None
    finally:
        await connection.close()


async def test_a_database_that_is_older_than_a_known_migration_is_refused(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = planted_package(tmp_path, monkeypatch, **{"0001_first": "SELECT 1", "0002_second": "SELECT 1"})
    await run_planted(fresh_database)
    (package / "migrations" / "0002_second.sql").unlink()

    with pytest.raises(migrations.MigrationRefused, match="newer version"):
        await run_planted(fresh_database)


async def test_connections_are_numbered_and_greeted_before_use(fresh_database: FreshDatabase) -> None:
    await fresh_database.migrate("till_service")
    database = Database(till_address(fresh_database))
    greeted: list[int] = []

    async def greet(_connection: asyncpg.Connection, generation: int) -> None:
        greeted.append(generation)

    database.on_new_connection(greet)
    await database.start()
    try:
        async with database.transaction() as first, database.transaction() as second:
            assert {database.generation_of(first), database.generation_of(second)} == {1, 2}
        assert greeted == [1, 2]
    finally:
        await database.stop()


async def test_every_wait_in_the_database_is_bounded(fresh_database: FreshDatabase) -> None:
    await fresh_database.migrate("till_service")
    database = Database(till_address(fresh_database))
    await database.start()
    try:
        async with database.transaction(lock_timeout=1.5) as connection:
            assert await connection.fetchval("SHOW lock_timeout") == "1500ms"
            assert await connection.fetchval("SHOW statement_timeout") == "15s"
            assert await connection.fetchval("SHOW idle_in_transaction_session_timeout") == "30s"
            assert await connection.fetchval("SHOW search_path") == "till"
        async with database.transaction() as connection:
            assert await connection.fetchval("SHOW lock_timeout") == "5s"
    finally:
        await database.stop()


async def test_a_database_that_would_lose_commits_is_refused(
    fresh_database: FreshDatabase, postgres: Postgres
) -> None:
    await fresh_database.migrate("till_service")
    admin = await postgres.admin()
    await admin.execute(f"ALTER DATABASE {fresh_database.name} SET synchronous_commit = off")
    await admin.close()
    database = Database(till_address(fresh_database))

    with pytest.raises(UnsafeDatabase, match="synchronous_commit"):
        await database.start()


async def test_a_wrong_password_is_waited_out_until_the_role_is_there(fresh_database: FreshDatabase) -> None:
    database = Database(till_address(fresh_database))
    await fresh_database.migrate("till_service")

    await database.start()

    assert await database.answers()
    await database.stop()
    assert not await database.answers()


async def run_program(*arguments: str, **variables: str) -> tuple[int, str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "service_kit.migrate", *arguments),
        env={"PYTHONPATH": paths, **variables},
        stderr=asyncio.subprocess.PIPE,
    )
    _output, errors = await asyncio.wait_for(process.communicate(), 20)
    return process.returncode or 0, errors.decode()


async def test_the_program_migrates_with_passwords_from_secret_files(
    fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    (tmp_path / "tillday_database_password").write_text(fresh_database.password)
    (tmp_path / "tillday_till_service_password").write_text(fresh_database.passwords["till_service"] + "\n")
    variables = {"TILLDAY_DATABASE_URL": fresh_database.url, "TILLDAY_SECRETS_DIR": str(tmp_path)}

    code, errors = await run_program("till_service", **variables)

    assert (code, "database is up to date" in errors) == (0, True)
    connection = await fresh_database.connect("till_service")
    assert await connection.fetchval("SELECT current_schema()") == "till"
    await connection.close()


@pytest.mark.parametrize(
    ("arguments", "variables", "code", "said"),
    [
        ((), {}, 2, "usage:"),
        (("till_service",), {}, 2, "TILLDAY_DATABASE_URL is not set"),
        (("nonsense_service",), {"TILLDAY_NONSENSE_SERVICE_PASSWORD": "x"}, 1, "no package nonsense_service"),
    ],
)
async def test_the_program_says_what_is_wrong(
    fresh_database: FreshDatabase,
    arguments: tuple[str, ...],
    variables: dict[str, str],
    code: int,
    said: str,
) -> None:
    if code == 1:
        variables = variables | {
            "TILLDAY_DATABASE_URL": fresh_database.url,
            "TILLDAY_DATABASE_PASSWORD": fresh_database.password,
        }

    found, errors = await run_program(*arguments, **variables)

    assert found == code
    assert said in errors
    assert "Traceback" not in errors
