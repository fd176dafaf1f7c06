"""The front door on a bare machine: an empty home, the system's folders on the PATH, nothing cached."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
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


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """The front door with a tiny product behind it that needs no package."""
    shutil.copy(PROGRAM, tmp_path / "tillday")
    (tmp_path / "locks").mkdir()
    for kind in ("run", "test"):
        (tmp_path / "locks" / f"{kind}.txt").write_text("# nothing\n", encoding="utf-8")
    package = tmp_path / "deploy" / "local" / "src" / "tillday_local"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['TILLDAY_ROOT'])\nsys.exit(7)\n", encoding="utf-8"
    )
    (tmp_path / "home").mkdir()
    yield tmp_path
    shutil.rmtree(tmp_path / ".tillday", ignore_errors=True)


def start(clone: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(clone / "tillday"), *arguments],
        env={"HOME": str(clone / "home"), "PATH": SYSTEM_PATH},
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_bare_machine_is_set_up_once_and_the_command_gets_its_arguments(clone: Path) -> None:
    first = start(clone, "demo", "--fresh")
    output, progress = first.communicate(timeout=120)

    assert (first.returncode, output) == (7, f"['demo', '--fresh'] {clone}\n")
    assert "Setting up Tillday in" in progress

    second = start(clone, "demo")
    output, progress = second.communicate(timeout=20)

    assert (second.returncode, output, progress) == (7, f"['demo'] {clone}\n", "")
    assert list((clone / "home").iterdir()) == []


def test_two_starts_at_once_set_up_once(clone: Path) -> None:
    starts = [start(clone, "demo") for _ in range(3)]
    told = [each.communicate(timeout=120)[1] for each in starts]

    assert [each.returncode for each in starts] == [7, 7, 7]
    assert sum("Setting up Tillday" in progress for progress in told) == 1


def test_an_interrupted_set_up_is_finished_by_the_next_start(clone: Path) -> None:
    first = start(clone, "demo")
    assert first.stderr is not None
    first.stderr.readline()
    first.terminate()
    first.communicate(timeout=5)

    second = start(clone, "demo")
    output, _ = second.communicate(timeout=120)

    assert (second.returncode, output) == (7, f"['demo'] {clone}\n")


def test_a_package_that_cannot_be_had_is_told_and_ends_with_a_code(clone: Path) -> None:
    lock = "no-such-package-of-tillday==1.0 --hash=sha256:" + "0" * 64
    (clone / "locks" / "run.txt").write_text(f"--no-index\n{lock}\n", encoding="utf-8")

    failed = start(clone, "demo")
    _, told = failed.communicate(timeout=120)

    assert failed.returncode == 2
    assert "The packages could not be installed" in told
    assert "Traceback" not in told
