"""The checker over a real database, a real journal file and real paper: it reads what is really written."""

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checker_journal import (
    EPOCH,
    FIRST,
    KEY,
    KEY_ID,
    STORE,
    TERMINAL,
    Journal,
    two_days,
)
from checker_tables import fill
from checker_world import (
    world_of,
)
from servers import FreshDatabase
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.journal.schema import SCHEMA
from terminal_agent.paper.lines import Cut, Lines, Text
from tillday_checker.__main__ import CANNOT_LOOK, VIOLATED
from tillday_checker.check import check, look
from tillday_checker.failures import CannotRead
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose, Reach, ToldClose, ToldTender
from tillday_checker.verdict import INVARIANTS
from tillday_checker.world import World
from tillday_contracts.ids import epoch_code


def terminal_folder(folder: Path, world: World) -> Path:
    """Write a terminal's folder with the agent's own tables and the printer's own bytes."""
    enrolment = {"store": STORE, "terminal": TERMINAL, "key_id": KEY_ID, "journal_key": KEY.hex()}
    (folder / "enrolment.json").write_text(json.dumps(enrolment), encoding="utf-8")
    journal = sqlite3.connect(folder / "journal.db")
    journal.executescript(SCHEMA)
    terminal = world.terminals[0]
    rows = [
        (held.epoch, held.seq, held.prev, held.hash, "ANY", held.data, "2026-03-14")
        for held in terminal.entries
    ]
    journal.executemany(
        "INSERT INTO journal (epoch, seq, prev, hash, type, data, acked_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    journal.commit()
    journal.close()
    papers: list[Lines] = [(*(Text(row) for row in paper.rows), Cut()) for paper in terminal.paper or ()]
    (folder / "tape.bin").write_bytes(b"".join(encode(lines, columns=48) for lines in papers))
    return folder


def with_words(world: World) -> World:
    """Return the world in which people spoke of the first session's close as well; both agree with it."""
    assert world.ledger is not None
    last = world.ledger.streams[0].upto
    told = ToldClose(
        FIRST,
        "e" * 64,
        (ToldTender("cash", 16_036, 15_000), ToldTender("card", 0)),
        (Reach(TERMINAL, epoch_code(EPOCH), last),),
        frozenset({"T2"}),
    )
    said = NoClose(FIRST, (Reach(TERMINAL, EPOCH, last),))
    return replace(world, ledger=replace(world.ledger, no_closes=(said,), told_closes=(told,)))


@pytest.fixture
def journal() -> Journal:
    return two_days()


async def test_what_the_parts_wrote_is_read_back_as_it_was(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = with_words(world_of(journal))
    await fill(fresh_database, world)

    read = await look(
        fresh_database.url, [terminal_folder(tmp_path, world)], password=fresh_database.password
    )

    assert world.ledger is not None
    assert read.ledger == replace(world.ledger, settlements=(), back_numbers=(("S1", "B-1"),))
    assert read.reports == world.reports
    assert read.books == world.books
    assert read.terminals[0].entries == world.terminals[0].entries
    assert [paper.rows for paper in read.terminals[0].paper or ()] == [
        p.rows for p in world.terminals[0].paper or ()
    ]
    assert judge(read).violations == ()


async def test_a_date_that_was_cancelled_and_opened_again_breaks_nothing(
    fresh_database: FreshDatabase, journal: Journal
) -> None:
    world = world_of(journal)
    assert world.stores is not None
    *before, last = world.stores.openings
    taken_back = replace(last, at=last.at - timedelta(seconds=1), cancelled=True)
    openings = (*before, taken_back, last)
    await fill(fresh_database, replace(world, stores=replace(world.stores, openings=openings)))

    read = await look(fresh_database.url, [], password=fresh_database.password)

    assert read.stores is not None
    assert read.stores.openings == openings
    assert 5 not in judge(read).violated


async def test_the_program_says_that_every_invariant_holds(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = world_of(journal)
    await fill(fresh_database, world)
    folder = terminal_folder(tmp_path, world)

    done = run(
        "--database",
        fresh_database.url,
        "--terminal",
        str(folder),
        "--json",
        password=fresh_database.password,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "checked": len(INVARIANTS),
        "evaluated": list(INVARIANTS),
        "violated": [],
    }


async def test_an_amount_edited_in_the_ledger_is_named(
    fresh_database: FreshDatabase, tmp_path: Path, journal: Journal
) -> None:
    world = world_of(journal)
    await fill(fresh_database, world)
    connection = await fresh_database.connect()
    await connection.execute(
        "UPDATE till.session_tender SET sales = sales + 1 WHERE session_id = $1", "a" * 32
    )
    await connection.close()

    verdict = await check(
        fresh_database.url, [terminal_folder(tmp_path, world)], password=fresh_database.password, patience=0.3
    )

    assert verdict.violated == (11, 26)


def test_an_amount_edited_in_a_terminals_file_is_named(tmp_path: Path, journal: Journal) -> None:
    folder = terminal_folder(tmp_path, world_of(journal))
    edited = sqlite3.connect(folder / "journal.db")
    edited.execute("UPDATE journal SET data = CAST(replace(CAST(data AS TEXT), '847', '747') AS BLOB)")
    edited.commit()
    edited.close()

    done = run("--terminal", str(folder), "--json")

    assert done.returncode == VIOLATED
    assert "the entry's hash is not the MAC of its bytes" in done.stdout


def test_a_running_agent_may_write_while_its_journal_is_read(tmp_path: Path, journal: Journal) -> None:
    folder = terminal_folder(tmp_path, world_of(journal))
    agent = sqlite3.connect(folder / "journal.db", isolation_level=None)
    agent.execute("PRAGMA journal_mode=WAL")
    agent.execute("BEGIN IMMEDIATE")
    agent.execute("UPDATE journal SET acked_at = NULL")

    done = run("--terminal", str(folder))

    agent.execute("ROLLBACK")
    agent.close()
    assert done.returncode == 0, done.stdout + done.stderr


async def test_a_folder_that_is_no_terminals_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="is no enrolment"):
        await check(None, [tmp_path])


async def test_a_database_without_tables_says_what_to_do(fresh_database: FreshDatabase) -> None:
    with pytest.raises(CannotRead, match="run the migrations first"):
        await check(fresh_database.url, [], password=fresh_database.password)


def test_a_database_that_is_away_is_said_in_one_line() -> None:
    done = run("--database", "postgresql://tillday_owner@127.0.0.1:1/tillday", password="none")

    assert done.returncode == CANNOT_LOOK
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The checker could not look: ")


def test_nothing_to_check_is_said() -> None:
    done = run()

    assert done.returncode == CANNOT_LOOK
    assert "give --database, --terminal, or both" in done.stderr


def run(*arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "TILLDAY_DATABASE_PASSWORD": password,
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-m", "tillday_checker", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
