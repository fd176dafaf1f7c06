from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = Path(__file__).parents[3] / "tillday"


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("front_door", str(PROGRAM))
    spec = importlib.util.spec_from_loader("front_door", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader.exec_module(module)
    home = tmp_path / ".tillday"
    for name, value in {
        "ROOT": str(tmp_path),
        "HOME": str(home),
        "VENV": str(home / "venv"),
        "PYTHON": str(home / "venv" / "bin" / "python"),
        "STAMP": str(home / "stamp.json"),
    }.items():
        monkeypatch.setattr(module, name, value)
    (tmp_path / "locks").mkdir()
    for kind in ("run", "test"):
        (tmp_path / "locks" / f"{kind}.txt").write_text(f"# {kind}\n", encoding="utf-8")
    return module


def set_up_once(door: ModuleType, kind: str = "run") -> None:
    Path(door.PYTHON).parent.mkdir(parents=True)
    Path(door.PYTHON).touch()
    stamp = {"root": door.ROOT, "python": door.PYTHON, kind: door.digest(kind)}
    Path(door.STAMP).write_text(json.dumps(stamp), encoding="utf-8")


def test_the_front_door_needs_the_standard_library_only() -> None:
    tree = ast.parse(PROGRAM.read_text(encoding="utf-8"))
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    imported |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported <= sys.stdlib_module_names


def test_an_old_interpreter_can_read_it_as_far_as_the_hint() -> None:
    ast.parse(PROGRAM.read_text(encoding="utf-8"), feature_version=(3, 4))


def test_a_python_that_is_too_old_is_told_how_to_get_on(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "run_quietly", lambda *_: (1, ""))

    with pytest.raises(door.Trouble, match=r"needs Python 3\.11 or newer(.|\n)* -m pip install --user uv$"):
        door.find_interpreter()


@pytest.mark.parametrize(
    ("uid", "command"), [(0, "    apt install python3-venv"), (1000, "    sudo apt install python3-venv")]
)
def test_a_missing_venv_module_is_told_with_the_one_command_that_brings_it(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, uid: int, command: str
) -> None:
    monkeypatch.setattr(door.sys, "executable", "/usr/bin/python3")
    monkeypatch.setattr(
        door.shutil, "which", lambda name: name if name.startswith("/") else "/usr/bin/" + name
    )
    monkeypatch.setattr(door.os, "geteuid", lambda: uid)
    monkeypatch.setattr(door, "run_quietly", lambda line: (1 if "ensurepip" in line[-1] else 0, ""))

    with pytest.raises(door.Trouble) as told:
        door.find_interpreter()

    assert str(told.value).splitlines()[-1] == command


def test_a_finished_set_up_is_recognised(door: ModuleType) -> None:
    set_up_once(door)

    assert door.is_ready("run", door.digest("run"))


def test_a_set_up_for_running_does_not_serve_the_tests(door: ModuleType) -> None:
    set_up_once(door)

    assert not door.is_ready("test", door.digest("test"))


def test_new_requirements_make_the_set_up_run_again(door: ModuleType) -> None:
    set_up_once(door)
    Path(door.lock_path("run")).write_text("left-pad==1\n", encoding="utf-8")

    assert not door.is_ready("run", door.digest("run"))


def test_a_moved_folder_makes_the_set_up_run_again(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_once(door)
    monkeypatch.setattr(door, "ROOT", door.ROOT + "-moved")
    monkeypatch.setattr(door, "lock_path", lambda kind: str(Path(door.HOME).parent / "locks" / f"{kind}.txt"))

    assert not door.is_ready("run", door.digest("run"))


def test_an_interpreter_that_went_away_makes_the_set_up_run_again(door: ModuleType) -> None:
    set_up_once(door)
    Path(door.PYTHON).unlink()

    assert not door.is_ready("run", door.digest("run"))


def test_an_interpreter_that_became_another_version_makes_the_set_up_run_again(door: ModuleType) -> None:
    set_up_once(door)
    Path(door.PYTHON).unlink()
    Path(door.PYTHON).symlink_to(sys.executable)

    assert not door.is_ready("run", door.digest("run"))


@pytest.mark.parametrize("stamp", ["", "[]", "{", '"x"', "null"])
def test_a_spoilt_stamp_is_no_stamp(door: ModuleType, stamp: str) -> None:
    set_up_once(door)
    Path(door.STAMP).write_text(stamp, encoding="utf-8")

    assert not door.is_ready("run", door.digest("run"))


def test_a_place_that_cannot_be_written_is_named_with_a_way_out(door: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(
        door.Trouble, match=r"Cannot write in .*/file/\.tillday: not a directory\.\nTillday keeps"
    ):
        door.make_folder(str(tmp_path / "file" / ".tillday"))


def test_what_failed_is_shown_by_the_end_of_what_it_said(door: ModuleType) -> None:
    assert door.tail("\n".join(str(n) for n in range(40))).split() == [str(n) for n in range(25, 40)]
