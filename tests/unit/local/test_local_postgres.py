import os
import stat
from pathlib import Path

import pytest

from tillday_local.children import Account
from tillday_local.postgres import (
    DatabaseUnusable,
    account_for_postgres,
    let_read,
    let_through,
    make_cluster,
    server_command,
)

SOMEBODY = Account("somebody", 54321, 54321)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folders_above_are_opened_for_passing_not_for_looking_and_it_is_said_once(tmp_path: Path) -> None:
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner.parent, inner):
        folder.chmod(0o700)
    told: list[str] = []

    let_through(SOMEBODY, inner / "cluster", told.append)
    let_through(SOMEBODY, inner / "cluster", told.append)

    assert (mode(inner.parent), mode(inner)) == (0o701, 0o701)
    assert len(told) == 1
    assert "somebody" in told[0]


def test_programs_installed_under_a_strict_umask_can_be_run_by_others(tmp_path: Path) -> None:
    programs = tmp_path / "package" / "pginstall18" / "bin"
    libraries = tmp_path / "package.libs"
    for folder in (programs, libraries):
        folder.mkdir(parents=True)
        folder.chmod(0o700)
    program, library = programs / "postgres", libraries / "libpq.so"
    for path, before in ((program, 0o700), (library, 0o600)):
        path.touch()
        path.chmod(before)

    let_read(programs)

    assert (mode(programs), mode(program), mode(library)) == (0o705, 0o705, 0o604)


async def test_a_cluster_of_another_version_is_refused_with_a_way_out(tmp_path: Path) -> None:
    cluster = tmp_path / "cluster"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("16\n", encoding="ascii")

    with pytest.raises(DatabaseUnusable, match="made by PostgreSQL 16, this one is 18: start with --fresh"):
        await make_cluster(tmp_path, cluster, None, "secret")


def test_every_promise_of_durability_is_spelt_out() -> None:
    command = server_command(Path("/programs"), Path("/cluster"), 5432)

    assert {"fsync=on", "full_page_writes=on", "synchronous_commit=on", "port=5432"} <= set(command)
    assert "listen_addresses=127.0.0.1" in command


def test_a_user_that_is_not_root_runs_it_as_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert account_for_postgres() is None
