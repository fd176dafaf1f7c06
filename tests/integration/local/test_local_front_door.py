"""The front door on a bare machine: an empty home, the system's folders on the PATH, nothing cached."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "tillday"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def system_python_fits() -> bool:
    probe = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    found = shutil.which("python3", path=SYSTEM_PATH)
    return (
        bool(found)
        and subprocess.run([str(found), "-c", probe], check=False, capture_output=True).returncode == 0
    )


pytestmark = pytest.mark.skipif(not system_python_fits(), reason="needs the system's Python 3.11 with venv")


@dataclass(frozen=True)
class Ended:
    """How a start ended, and what it said."""

    code: int
    output: str
    progress: str


@dataclass(frozen=True)
class Machine:
    """A clone on a machine that was bare, how its first two starts went, and what lay in its home then."""

    clone: Path
    first: Ended
    second: Ended
    home: list[Path]


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    yield cloned(tmp_path)
    shutil.rmtree(tmp_path / ".tillday", ignore_errors=True)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    clone = cloned(tmp_path_factory.mktemp("bare"))
    first, second = ended(start(clone, "demo", "--fresh")), ended(start(clone, "demo"))
    yield Machine(clone, first, second, list((clone / "home").iterdir()))
    shutil.rmtree(clone / ".tillday", ignore_errors=True)


def cloned(folder: Path) -> Path:
    """The front door with a tiny product behind it that needs no package."""
    shutil.copy(PROGRAM, folder / "tillday")
    (folder / "locks").mkdir()
    for kind in ("run", "test"):
        (folder / "locks" / f"{kind}.txt").write_text("# nothing\n", encoding="utf-8")
    package = folder / "deploy" / "local" / "src" / "tillday_local"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['TILLDAY_ROOT'])\nsys.exit(7)\n", encoding="utf-8"
    )
    (folder / "home").mkdir()
    return folder


def start(clone: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(clone / "tillday"), *arguments],
        env={"HOME": str(clone / "home"), "PATH": SYSTEM_PATH},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> Ended:
    output, progress = process.communicate(timeout=120)
    return Ended(process.returncode, output, progress)


def test_a_bare_machine_is_set_up_once_and_the_command_gets_its_arguments(machine: Machine) -> None:
    first, second = machine.first, machine.second

    assert (first.code, first.output) == (7, f"['demo', '--fresh'] {machine.clone}\n")
    assert "Setting up Tillday in" in first.progress
    assert (second.code, second.output, second.progress) == (7, f"['demo'] {machine.clone}\n", "")
    assert machine.home == []


def test_starts_at_once_set_up_once_and_finish_what_was_interrupted(clone: Path) -> None:
    interrupted = start(clone, "demo")
    assert interrupted.stderr is not None
    interrupted.stderr.readline()
    interrupted.terminate()
    interrupted.communicate(timeout=5)

    told = [ended(each) for each in [start(clone, "demo") for _ in range(3)]]

    assert [(each.code, each.output) for each in told] == [(7, f"['demo'] {clone}\n")] * 3
    assert sum("Setting up Tillday" in each.progress for each in told) == 1


def test_a_package_that_cannot_be_had_is_told_and_ends_with_a_code(machine: Machine) -> None:
    lock = "no-such-package-of-tillday==1.0 --hash=sha256:" + "0" * 64
    (machine.clone / "locks" / "run.txt").write_text(f"--no-index\n{lock}\n", encoding="utf-8")

    failed = ended(start(machine.clone, "demo"))

    assert failed.code == 2
    assert "The packages could not be installed" in failed.progress
    assert "Traceback" not in failed.progress
