"""Migrations: numbered plain SQL of the kit and of each service, applied once, by one runner at a time.

python -m service_kit.migrate till_service store_service report_service
"""

import asyncio
import hashlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

import asyncpg
import structlog
from pydantic import Field, SecretStr

from service_kit import logs
from service_kit.backoff import Backoff
from service_kit.database import Connection
from service_kit.failures import FailureKind, classify, describe
from service_kit.settings import PREFIX, SECRETS_DIR, ServiceSettings, SettingsRefused, load

log = structlog.get_logger()

KIT: Final = "service_kit"
FILE_NAME: Final = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
PACKAGE_NAME: Final = re.compile(r"^[a-z][a-z0-9_]{1,40}$")
ONE_RUNNER: Final = 7_414_455_001  # an arbitrary number that only this program locks

TAKE_TURN: Final = "SELECT pg_advisory_lock($1)"
CREATE_HISTORY: Final = """
    CREATE SCHEMA IF NOT EXISTS migration;
    CREATE TABLE IF NOT EXISTS migration.applied (
        schema     text NOT NULL,
        source     text NOT NULL,
        name       text NOT NULL,
        digest     text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (schema, source, name)
    );
    GRANT USAGE ON SCHEMA migration TO PUBLIC;
    GRANT SELECT ON migration.applied TO PUBLIC
"""
READ_HISTORY: Final = "SELECT name, digest FROM migration.applied WHERE schema = $1 AND source = $2"
RECORD: Final = "INSERT INTO migration.applied (schema, source, name, digest) VALUES ($1, $2, $3, $4)"
FIND_ROLE: Final = "SELECT true FROM pg_roles WHERE rolname = $1"
PREPARE_SCHEMA: Final = """
    SELECT format('CREATE SCHEMA IF NOT EXISTS %1$I; GRANT USAGE ON SCHEMA %1$I TO %2$I;'
                  'ALTER ROLE %2$I IN DATABASE %3$I SET search_path = %1$I',
                  $1::text, $2::text, current_database())
"""
CREATE_ROLE: Final = "SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)"
RENEW_LOGIN: Final = "SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)"
ENTER_SCHEMA: Final = """
    SELECT set_config('search_path', $1, true), set_config('tillday.service_role', $2, true)
"""


class MigrationRefused(Exception):
    """The files and the database do not fit together; the text says what to do."""


class MigrationSettings(ServiceSettings):
    """Only the database matters here; the rest has harmless defaults."""

    nats_url: str = "nats://unused"
    nats_user: str = ""
    nats_password: SecretStr = Field(default=SecretStr(""))
    log_format: Literal["json", "console"] = "console"


@dataclass(frozen=True)
class Migration:
    """One file: its name orders it, its digest proves that it was not edited."""

    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def schema_of(package: str) -> str:
    """The schema is the package's name without `_service`; the role is the package's name."""
    return package.removesuffix("_service")


def read_migrations(package: str) -> list[Migration]:
    """The package's SQL files in order. Raises MigrationRefused for a stray or doubled number."""
    if not PACKAGE_NAME.match(package):
        raise MigrationRefused(f"{package!r} is not a package name")
    try:
        folder = files(package) / "migrations"
    except ModuleNotFoundError:
        raise MigrationRefused(f"there is no package {package}: check the name") from None
    if not folder.is_dir():
        return []
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    _refuse_bad_names(package, found)
    return [Migration(name, (folder / name).read_text(encoding="utf-8")) for name in found]


def _refuse_bad_names(package: str, names: Sequence[str]) -> None:
    matches = [FILE_NAME.match(name) for name in names]
    numbers = [match.group(1) for match in matches if match]
    if len(numbers) != len(names) or len(set(numbers)) != len(numbers):
        raise MigrationRefused(f"{package}/migrations: files must be named 0001_what.sql, each number once")


async def migrate(
    connection: asyncpg.Connection, packages: Sequence[str], passwords: Mapping[str, str]
) -> list[str]:
    """Bring every package's schema up to date; returns what was applied. Waits for another runner to end."""
    for package in packages:
        read_migrations(package)  # a wrong name is refused before anything is made
    await connection.execute(TAKE_TURN, ONE_RUNNER)
    try:
        await connection.execute(CREATE_HISTORY)
        applied: list[str] = []
        for package in packages:
            await _prepare(connection, package, passwords.get(package))
            for source in (KIT, package):
                applied += await _apply_missing(connection, package, source)
        return applied
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", ONE_RUNNER)


async def _prepare(connection: asyncpg.Connection, package: str, password: str | None) -> None:
    known = await connection.fetchval(FIND_ROLE, package)
    if not known and password is None:
        raise MigrationRefused(
            f"the role {package} does not exist and {_password_variable(package)} is not set: "
            "set it to the password the service will use"
        )
    if password is not None:
        await connection.execute(
            await connection.fetchval(RENEW_LOGIN if known else CREATE_ROLE, package, password)
        )
    await connection.execute(await connection.fetchval(PREPARE_SCHEMA, schema_of(package), package))


async def _apply_missing(connection: asyncpg.Connection, package: str, source: str) -> list[str]:
    schema = schema_of(package)
    history = {row["name"]: row["digest"] for row in await connection.fetch(READ_HISTORY, schema, source)}
    migrations = read_migrations(source)
    _refuse_rewritten_history(source, migrations, history)
    missing = [migration for migration in migrations if migration.name not in history]
    for migration in missing:
        async with connection.transaction():
            await connection.execute(ENTER_SCHEMA, schema, package)
            await connection.execute(migration.sql)
            await connection.execute(RECORD, schema, source, migration.name, migration.digest)
        log.info("migration applied", schema=schema, source=source, name=migration.name)
    return [f"{schema}: {source}/{migration.name}" for migration in missing]


def _refuse_rewritten_history(
    source: str, migrations: Sequence[Migration], history: Mapping[str, str]
) -> None:
    present = {migration.name: migration.digest for migration in migrations}
    for name, digest in sorted(history.items()):
        if name not in present:
            raise MigrationRefused(
                f"{source}/{name} was applied to this database but is not part of this version: "
                "the database belongs to a newer version, use that one"
            )
        if present[name] != digest:
            raise MigrationRefused(
                f"{source}/{name} was applied and has been edited since: restore the file and add a new one"
            )
    newest = max(history, default="")
    early = [m.name for m in migrations if m.name not in history and m.name < newest]
    if early:
        raise MigrationRefused(
            f"{source}/{early[0]} is older than {newest}, which is applied: give it a new number"
        )


async def missing_migrations(connection: Connection, package: str) -> list[str]:
    """Names of the files that this version brings and the database does not have yet."""
    schema = schema_of(package)
    missing: list[str] = []
    for source in (KIT, package):
        rows = await connection.fetch(READ_HISTORY, schema, source)
        known = {row["name"] for row in rows}
        missing += [migration.name for migration in read_migrations(source) if migration.name not in known]
    return missing


def _password_variable(package: str) -> str:
    return f"{PREFIX}{package.upper()}_PASSWORD"


def read_passwords(packages: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """Each service's database password, from the environment or from the folder of secrets."""
    folder = environment.get(SECRETS_DIR)
    found: dict[str, str] = {}
    for package in packages:
        variable = _password_variable(package)
        secret = Path(folder) / variable.lower() if folder else None
        if variable in environment:
            found[package] = environment[variable]
        elif secret is not None and secret.is_file():
            found[package] = secret.read_text(encoding="utf-8").strip()
    return found


async def connect_when_ready(url: str, password: str | None) -> asyncpg.Connection:
    """A connection as the owner, as soon as the database answers."""
    for delay in Backoff().delays():
        try:
            return await asyncpg.connect(url, password=password, timeout=5)
        except Exception as error:
            if classify(error) is not FailureKind.TRANSIENT or isinstance(error, WRONG_ADDRESS):
                raise
            log.warning("waiting for the database", reason=describe(error), again_in=round(delay, 2))
            await asyncio.sleep(delay)
    raise AssertionError("delays never end")


WRONG_ADDRESS: Final = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


async def _run(packages: Sequence[str]) -> None:
    settings = load(MigrationSettings)
    logs.configure("migrate", instance=settings.instance, form=settings.log_format, level=settings.log_level)
    password = settings.database_password.get_secret_value() if settings.database_password else None
    connection = await connect_when_ready(settings.database_url, password)
    try:
        applied = await migrate(connection, packages, read_passwords(packages, os.environ))
    finally:
        await connection.close()
    log.info("database is up to date", applied=len(applied))


def main(arguments: Sequence[str]) -> int:
    """0: up to date; 2: wrong arguments or settings; 1: refused or failed."""
    if not arguments:
        sys.stderr.write("usage: python -m service_kit.migrate PACKAGE ...\n")
        return 2
    try:
        asyncio.run(_run(arguments))
    except SettingsRefused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (MigrationRefused, asyncpg.PostgresError, OSError) as error:
        sys.stderr.write(f"migrations stopped: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
