"""What a technician asks of a terminal, with the agent running and without it."""

import asyncio
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from agent_bench import agent_settings, running_agent
from agent_shop import NOON, bundle
from terminal_agent import settings
from terminal_agent.__main__ import main
from terminal_agent.commands.backup import BackupRefused, back_up, restore
from terminal_agent.commands.calibration import CalibrationFailed, calibrate, sensor_of
from terminal_agent.commands.doctor import findings
from terminal_agent.commands.support_bundle import hide
from terminal_agent.enrolment import place_bundle
from terminal_agent.hardware.escpos_bytes import kick_pulse
from terminal_agent.hardware.memory_printer import MemoryPrinter
from terminal_agent.hardware.ports import DrawerPosition
from terminal_agent.journal.opening import JOURNAL_FILE
from terminal_agent.journal.schema import SCHEMA_VERSION


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "data"
    place_bundle(bundle(), place)
    monkeypatch.setenv("TILLDAY_AGENT_DATA", str(place))
    return place


async def sold(folder: Path, count: int) -> None:
    async with running_agent(folder) as bench:
        await bench.open_till()
        for number in range(count):
            assert (await bench.sell(f"s-{number}")).status_code == 200


def entries(folder: Path) -> int:
    connection = sqlite3.connect(folder / JOURNAL_FILE)
    count: int = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    connection.close()
    return count


async def test_the_outbox_counts_what_the_back_office_has_not_acknowledged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await sold(folder, 2)
    assert main(["outbox", "--entries", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(part["entries"] for part in told["epochs"]) == entries(folder)
    assert [entry["type"] for entry in told["entries"]][:2] == ["GENESIS", "BOOT"]


def test_without_a_journal_that_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox"]) == 3
    assert "begins with the first start" in capsys.readouterr().err


async def test_a_backup_taken_while_the_till_sells_is_whole_and_is_restored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "till.backup"
    async with running_agent(folder) as bench:
        await bench.open_till()
        made = await back_up(folder, bundle(), file, NOON)
        await bench.sell("after")
        assert await asyncio.to_thread(main, ["restore", str(file)]) == 4, "the agent holds the folder"
    assert file.stat().st_mode & 0o077 == 0
    before = entries(folder)
    taken = await restore(folder, bundle(), file, NOON)
    assert taken == made
    assert entries(folder) < before
    kept = [path.name for path in folder.iterdir() if path.name.startswith("replaced-")]
    assert f"replaced-{NOON:%Y%m%dT%H%M%SZ}-{JOURNAL_FILE}" in kept
    async with running_agent(folder) as again:  # the anchor knows better: a new epoch, and it sells on
        await again.sign_in()
        assert (await again.sell("again")).status_code == 200
        assert "rolled_back" in [alarm["code"] for alarm in (await again.status())["alarms"]]


async def test_a_backup_never_replaces_a_file_and_a_foreign_one_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await sold(folder, 1)
    file = tmp_path / "till.backup"
    await back_up(folder, bundle(), file, NOON)
    with pytest.raises(BackupRefused, match="exists"):
        await back_up(folder, bundle(), file, NOON)
    other = bundle().model_copy(update={"terminal": "T7"})
    before = (folder / JOURNAL_FILE).read_bytes()
    with pytest.raises(BackupRefused, match="this is T7"):
        await restore(folder, other, file, NOON)
    (tmp_path / "junk").write_bytes(b"junk")
    with pytest.raises(BackupRefused, match="no backup"):
        await restore(folder, bundle(), tmp_path / "junk", NOON)
    assert (folder / JOURNAL_FILE).read_bytes() == before


async def test_a_newer_journal_is_refused_by_this_version_and_left_as_it_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await sold(folder, 1)
    connection = sqlite3.connect(folder / JOURNAL_FILE)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    count = entries(folder)
    assert await asyncio.to_thread(main, ["doctor"]) == 1
    assert "newer version" in capsys.readouterr().out
    assert entries(folder) == count


async def test_the_doctor_finds_a_sound_terminal_and_says_what_is_missing(folder: Path) -> None:
    await sold(folder, 1)
    found = {one.what: one async for one in findings(agent_settings(folder), NOON)}
    assert (found["journal"].verdict, found["enrolment"].verdict) == ("ok", "ok")
    assert found["printer"].verdict == "warn"
    assert found["agent"].remedy


async def test_the_doctor_finds_a_changed_amount(folder: Path) -> None:
    await sold(folder, 1)
    connection = sqlite3.connect(folder / JOURNAL_FILE)
    connection.execute("UPDATE journal SET data = CAST(replace(data, 200, 100) AS BLOB) WHERE type = 'SALE'")
    connection.commit()
    connection.close()
    found = {one.what: one async for one in findings(agent_settings(folder), NOON)}
    assert found["journal"].verdict == "bad"
    assert "DAMAGED" in found["journal"].text


async def test_a_support_bundle_holds_no_secret_and_no_amount(folder: Path, tmp_path: Path) -> None:
    await sold(folder, 1)
    here = bundle("mqtt://127.0.0.1:1", "user", "planted-word-918273")
    (folder / "enrolment.json").write_text(here.model_dump_json())
    (folder / "api-token").write_text("t" * 64)
    file = tmp_path / "support.tar.gz"
    assert await asyncio.to_thread(main, ["support-bundle", str(file)]) == 0
    with tarfile.open(file) as archive:
        members = [archive.extractfile(name) for name in archive.getnames()]
        text = b"\n".join(member.read() for member in members if member is not None).decode()
    for secret in (here.mqtt_password, here.journal_key, here.pepper, "t" * 64):
        assert secret not in text
    assert '"type": "SALE"' in text
    assert '"total"' not in text
    assert hide(f"x{here.pepper}y", frozenset({here.pepper})) == "x(hidden)y"


def test_the_settings_are_shown_with_their_origin(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLDAY_AGENT_PRINTER", "usb:04b8:0e15")
    assert main(["config", "show", "--json"]) == 0
    shown = {one["name"]: (one["value"], one["origin"]) for one in json.loads(capsys.readouterr().out)}
    assert shown["TILLDAY_AGENT_PRINTER"] == ("usb:04b8:0e15", "environment")
    assert shown["TILLDAY_AGENT_HTTP_PORT"] == ("7400", "default")


def test_an_installation_is_read_from_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "agent.env"
    file.write_text("TILLDAY_AGENT_DATA=/var/lib/tillday\nTILLDAY_AGENT_PAPER_COLUMNS=32\n")
    monkeypatch.delenv("TILLDAY_AGENT_DATA", raising=False)
    monkeypatch.setattr(settings, "INSTALLED_FILE", file)
    assert main(["config", "show"]) == 0
    assert f"TILLDAY_AGENT_PAPER_COLUMNS=32  # {file}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("closed", "opened", "sensor"),
    [
        ("closed", "open", "high"),
        ("open", "closed", "low"),
        ("open", "open", "none"),
        ("unknown", "open", "none"),
    ],
)
def test_two_looks_tell_how_a_drawer_is_wired(closed: str, opened: str, sensor: str) -> None:
    assert sensor_of(DrawerPosition(closed), DrawerPosition(opened)) == sensor


async def test_a_drawer_is_calibrated_by_opening_it() -> None:
    printer, asked = MemoryPrinter(pulse=kick_pulse()), list[str]()

    async def person(wish: str) -> None:
        asked.append(wish)

    assert await calibrate(printer, person) == "high"
    assert (printer.pulses, len(asked)) == (1, 2)
    printer.connected = False
    with pytest.raises(CalibrationFailed, match="no pulse"):
        await calibrate(printer, person)
