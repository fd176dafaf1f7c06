"""What a day leaves behind on its machine: no card's number, and no secret where others may read it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from card_numbers import card_numbers, readable
from integration.trouble.trouble_shop import Shop, command, run_program
from tillday_contracts.store_messages import DefinePerson, Revised
from tillday_local.database import connect

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARD = "4111111111111111"
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""
PUBLIC = frozenset({"v", "store", "terminal", "till", "name", "mqtt_url", "key_id", "broker_ca"})
SHORTEST = 16


async def in_the_database(shop: Shop) -> list[str]:
    connection = await connect(shop.system.database)
    try:
        tables = [row[0] for row in await connection.fetch(TABLES)]
        rows = [await connection.fetch(f"SELECT t::text FROM {table} t") for table in tables]
    finally:
        await connection.close()
    return [readable(row[0]) for found in rows for row in found]


async def lives_of_outboxes(shop: Shop) -> set[str]:
    """The random numbers of 19 digits that events carry: one in some dozens could be that of a card."""
    connection = await connect(shop.system.database)
    try:
        tables = [row[0] for row in await connection.fetch(TABLES) if row[0].endswith("outbox_producer")]
        rows = [await connection.fetchval(f"SELECT timeline FROM {table}") for table in tables]
    finally:
        await connection.close()
    return {str(abs(timeline)) for timeline in rows if timeline is not None}


def in_the_terminals(shop: Shop) -> Iterator[str]:
    """Every value of every table in every file of SQLite."""
    for file in (shop.data / "terminals").rglob("*"):
        if file.is_file() and file.read_bytes().startswith(b"SQLite format 3"):
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as journal:
                names = journal.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                for (name,) in names:
                    for row in journal.execute(f'SELECT * FROM "{name}"'):
                        yield " ".join(map(_plain, row))


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def in_files(*folders: Path) -> Iterator[str]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                yield file.read_text(encoding="latin-1")


async def everywhere(shop: Shop) -> dict[str, list[str]]:
    return {
        "database": await in_the_database(shop),
        "terminals": list(in_the_terminals(shop)),
        "logs": list(in_files(shop.system.folder.logs)),
        "broker": list(in_files(shop.system.folder.broker / "jetstream")),
    }


def cards(places: dict[str, list[str]]) -> dict[str, set[str]]:
    return {place: set().union(*map(card_numbers, texts)) for place, texts in places.items()}


async def test_no_number_of_a_card_is_anywhere_after_the_day_and_one_that_is_planted_is_found(
    shop: Shop,
) -> None:
    await shop.begin_selling()
    await shop.until("link.pending", 0)
    places = await everywhere(shop)
    assert all(places.values()), {place: len(texts) for place, texts in places.items()}
    assert any("COF-01" in text for text in places["database"])
    assert any("COF-01" in text for text in places["terminals"])
    lives = await lives_of_outboxes(shop)
    assert lives
    assert not any(found - lives for found in cards(places).values()), cards(places)

    planted = {"person": "PLANTED", "name": f"Card {CARD}", "role": "cashier", "pin": "2002"}
    await shop.ask(command(DefinePerson, rights=("sell",), **planted), Revised)
    await shop.knows("PLANTED")
    careless = shop.system.folder.logs / "careless.log"
    careless.write_text(f"paid with {CARD}\n", encoding="ascii")
    found = cards(await everywhere(shop))
    careless.unlink()
    assert found["database"] == found["terminals"] == found["logs"] == {CARD}


def secrets_of(shop: Shop) -> set[str]:
    """Every secret of the store: the launcher's files, and what the terminal was given at its enrolment."""
    kept = {file.read_text(encoding="ascii").strip() for file in shop.system.folder.secrets.iterdir()}
    terminal = shop.system.folder.terminal("T1")
    kept.add((terminal / "api-token").read_text(encoding="ascii").strip())
    enrolment = json.loads((terminal / "enrolment.json").read_bytes())
    kept |= {str(value) for name, value in enrolment.items() if name not in PUBLIC}
    return {secret for secret in kept if len(secret) >= SHORTEST}


def arguments(pids: Iterable[int]) -> str:
    """What `ps` shows of them to everybody."""
    listed = ",".join(map(str, pids))
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", listed], capture_output=True, text=True, check=True
    )
    return shown.stdout


def environments(pids: Iterable[int]) -> list[str]:
    """What else a process tells whoever runs as its user, or collects its crash."""
    return [Path(f"/proc/{pid}/environ").read_text(encoding="latin-1") for pid in pids]


def told(secrets: set[str], texts: Iterable[str]) -> int:
    """How many of the secrets are in these texts."""
    whole = "\n".join(texts)
    return sum(secret in whole for secret in secrets)


async def test_no_secret_is_among_arguments_or_environment_in_logs_or_in_what_support_gets(
    shop: Shop, tmp_path: Path
) -> None:
    secrets, bundle = secrets_of(shop), tmp_path / "support.tar.gz"
    assert len(secrets) > 8
    agent = str(shop.system.folder.terminal("T1"))
    said = await run_program("terminal_agent", "support-bundle", str(bundle), TILLDAY_AGENT_DATA=agent)
    assert bundle.exists(), said.words
    with tarfile.open(bundle) as archive:
        files = [archive.extractfile(name) for name in archive.getnames()]
        supported = [file.read().decode() for file in files if file is not None]

    shown = arguments(shop.system.pids.values())
    assert "terminal_agent" in shown
    assert told(secrets, [shown]) == 0
    known = environments(shop.system.pids.values())
    assert any("TILLDAY_SECRETS_DIR" in one for one in known)
    assert told(secrets, known) == 0
    assert told(secrets, in_files(shop.system.folder.logs)) == 0
    assert told(secrets, [*supported, said.words]) == 0

    careless = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "input()", min(secrets)),
        stdin=asyncio.subprocess.PIPE,
        env={"CARELESS": min(secrets)},
    )
    assert told(secrets, [arguments([careless.pid])]) == 1, "the control: this is how it would be seen"
    assert told(secrets, environments([careless.pid])) == 1, "the control: and so"
    await careless.communicate(b"\n")
    assert told(secrets, in_files(shop.system.folder.secrets)) > 8, "the control: here they are"
