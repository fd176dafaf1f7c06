"""The agent as a process, with a real broker: the link comes and goes, kills lose nothing."""

import asyncio
import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

import terminal_agent
from agent_back_office import BackOffice
from agent_process import AgentProcess
from agent_shop import TODAY, bundle, desired, store_settings
from servers import Broker
from terminal_agent.crash import CRASH_POINTS
from terminal_agent.enrolment import ENROLMENT_FILE
from terminal_agent.hardware.tape import read_tape
from terminal_agent.journal.opening import JOURNAL_FILE
from virtual_devices import DeviceProcess, start_device


@asynccontextmanager
async def shop(broker: Broker, folder: Path) -> AsyncIterator[tuple[AgentProcess, BackOffice]]:
    """A running terminal with a virtual printer, its store open today."""
    folder.joinpath("device").mkdir()
    device = DeviceProcess(folder / "device", start_device(folder / "device"))
    word = broker.password_of("observer")
    agent = AgentProcess(folder, broker.mqtt_url, "observer", word, printer=device.path)
    async with BackOffice(broker).working() as office:
        await office.retain(store_settings(), desired(business_date=TODAY))
        await agent.start()
        try:
            yield agent, office
        finally:
            await agent.stop()
            device.kill()


async def test_a_day_at_the_terminal_reaches_the_back_office_byte_by_byte(
    broker: Broker, tmp_path: Path
) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        for number in range(3):
            answer = await agent.sell(f"k{number}")
            assert answer.status_code == 200, answer.text
        status = await agent.until(lambda s: s["link"]["pending"] == 0)

        assert status["link"]["online"]
        assert office.types.count("SALE") == 3
        assert office.types[:3] == ["GENESIS", "BOOT", "TERMINAL_OPENED"]
        assert office.hellos[0].n == 1
        assert await agent.stop() < 5


async def test_a_flash_report_comes_over_the_line_and_onto_paper(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, _):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        await agent.sell("k1")
        await agent.until(lambda s: s["link"]["pending"] == 0)
        await agent.sign_in("SUPERVISOR-1")

        figures = (await agent.post("/flash-report")).json()

        assert (figures["total"], figures["print"]) == (160, "printed")
        assert "FLASH REPORT" in read_tape(tmp_path / "device" / "tape.bin")[-1].text


async def test_sales_go_on_without_the_broker_and_arrive_after_it(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        await agent.until(lambda s: s["link"]["pending"] == 0)
        broker.stop(kill=True)
        await agent.until(lambda s: not s["link"]["online"])
        for number in range(5):
            answer = await agent.sell(f"k{number}")
            assert answer.status_code == 200, answer.text
        assert (await agent.status())["link"]["pending"] >= 5
        broker.wipe()
        broker.start()

        await agent.until(lambda s: s["link"]["pending"] == 0, seconds=30)
        assert office.types.count("SALE") == 5


async def test_a_ledger_that_is_silent_for_a_while_gets_everything_later(
    broker: Broker, tmp_path: Path
) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.knows_its_people()
        office.deaf = True
        await agent.open_till()
        await agent.sell("k1")
        assert (await agent.status())["link"]["pending"] > 0
        office.deaf = False

        await agent.until(lambda s: s["link"]["pending"] == 0, seconds=20)
        assert office.types.count("SALE") == 1


async def test_a_closing_date_is_attested_and_the_terminal_closes(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["business_date"] == TODAY.isoformat())
        await office.retain(desired(2, business_date=TODAY, closing=TODAY))
        await agent.until(lambda s: s["obstacle"] is not None)
        await office.retain(desired(3, business_date=None, closed_through=TODAY))
        await agent.until(lambda s: s["business_date"] is None and s["link"]["pending"] == 0)

        assert office.types[-2:] == ["ATTESTED", "TERMINAL_CLOSED"]


async def test_kill_minus_nine_keeps_everything_that_was_sold(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        first = (await agent.sell("k1")).json()
        agent.kill()
        await agent.start()

        assert (await agent.status())["till_state"]["status"] == "open"
        await agent.sign_in()
        assert (await agent.sell("k1")).json()["number"] == first["number"]
        assert (await agent.sell("k2")).json()["number"].endswith("-2")
        await agent.until(lambda s: s["link"]["pending"] == 0)
        assert office.types.count("SALE") == 2
        assert office.types.count("BOOT") == 2


async def test_what_waits_in_the_journal_of_an_earlier_version_is_sent_after_the_upgrade(
    broker: Broker, tmp_path: Path
) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        await agent.until(lambda s: s["link"]["pending"] == 0)
        office.deaf = True
        for number in range(3):
            assert (await agent.sell(f"k{number}")).status_code == 200
        agent.halt()
        written = as_an_earlier_version_left_it(tmp_path / JOURNAL_FILE)
        office.deaf = False
        await agent.start()

        await agent.until(lambda s: s["link"]["pending"] == 0)
        assert office.types.count("SALE") == 3
        (sent,) = office.epochs.values()
        assert sent[: len(written)] == written
        await agent.sign_in()
        assert (await agent.sell("k3")).json()["number"].endswith("-4")


def as_an_earlier_version_left_it(journal: Path) -> list[bytes]:
    """Take away what the first version of the journal did not have. Returns its entries; some wait."""
    with closing(sqlite3.connect(journal)) as disk:
        disk.executescript("DROP TABLE document; DROP INDEX effect_document; PRAGMA user_version = 0")
        assert disk.execute("SELECT count(*) FROM journal WHERE acked_at IS NULL").fetchone()[0] >= 3
        return [bytes(data) for (data,) in disk.execute("SELECT data FROM journal ORDER BY seq")]


@pytest.mark.parametrize(
    "label",
    ["after_commit:3", "after_print"],
)
async def test_a_power_cut_at_any_step_keeps_numbers_and_sales_whole(
    broker: Broker, tmp_path: Path, label: str
) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.open_till()
        await agent.sell("k0")
        await agent.until(lambda s: s["link"]["pending"] == 0)
        agent.halt()
        agent.launch(CRASH_AT=label)
        await drive_until_it_ends(agent)
        await agent.start()

        await agent.sign_in()
        sold = [(await agent.sell(key)).json()["number"] for key in ("k1", "k1", "k2")]
        await agent.until(lambda s: s["link"]["pending"] == 0)

        numbers = [
            json.loads(data)["body"]["number"]
            for entries in office.epochs.values()
            for data in entries
            if json.loads(data)["type"] == "SALE"
        ]
        assert sold[0] == sold[1]
        assert [int(number.rpartition("-")[2]) for number in numbers] == [1, 2, 3]
        tape = (tmp_path / "device" / "tape.bin").read_bytes()
        assert [tape.count(f"{number}\n".encode()) for number in (numbers[0], numbers[2])] == [1, 1]
        assert tape.count(f"{numbers[1]}\n".encode()) <= 1


@pytest.mark.parametrize("label", CRASH_POINTS)
def test_every_crash_point_stands_somewhere(label: str) -> None:
    sources = [path.read_text() for path in Path(terminal_agent.__file__).parent.rglob("*.py")]

    assert sum(source.count(f'crash_point("{label}")') for source in sources) == 1


async def drive_until_it_ends(agent: AgentProcess) -> None:
    """Sell under one key until the process dies of its crash point."""
    assert agent.process is not None
    for _ in range(300):
        if agent.process.poll() is not None:
            break
        try:
            await agent.sign_in()
            await agent.sell("k1")
        except Exception:
            await asyncio.sleep(0.05)
    else:
        raise AssertionError(f"the crash point was never reached\n{agent.log[-2000:]}")
    assert agent.process.returncode == 137


async def test_a_second_agent_says_who_has_the_folder_and_ends(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, _):
        command = [sys.executable, "-m", "terminal_agent", "run"]
        environment = agent.environment(TILLDAY_AGENT_HTTP_PORT=str(agent.port + 1))
        second = await asyncio.to_thread(
            subprocess.run, command, env=environment, capture_output=True, timeout=20, check=False
        )

        assert second.returncode == 4
        assert b"Another agent" in second.stderr
        assert b"Traceback" not in second.stderr


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    agent = AgentProcess(folder, "mqtt://127.0.0.1:1", "S1.T1", "x")
    command = [sys.executable, "-m", "terminal_agent", *arguments]
    own = agent.environment(**environment)
    return subprocess.run(command, env=own, capture_output=True, text=True, timeout=20, check=False)


def test_an_agent_that_is_not_enrolled_says_how_to_enrol_it(tmp_path: Path) -> None:
    answer = run(tmp_path, "run")

    assert answer.returncode == 2
    assert "enrol --invitation" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_enrolment_places_a_bundle_once_and_for_its_user_alone(tmp_path: Path) -> None:
    file, folder = tmp_path / "bundle.json", tmp_path / "t1"
    file.write_text(bundle().model_dump_json())

    assert run(folder, "init", "--bundle", str(file)).returncode == 0
    assert (folder / ENROLMENT_FILE).stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    file.write_text(bundle().model_copy(update={"terminal": "T2"}).model_dump_json())
    other = run(folder, "init", "--bundle", str(file))
    assert other.returncode == 2
    assert "belongs to terminal T1" in other.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(bundle().model_dump_json())
    run(tmp_path / "t1", "init", "--bundle", str(file))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = run(tmp_path / "t1", "run", TILLDAY_AGENT_HTTP_PORT=str(port))

    assert answer.returncode == 5
    assert str(port) in answer.stderr
    assert "TILLDAY_AGENT_HTTP_PORT" in answer.stderr


def test_a_setting_that_is_none_is_named(tmp_path: Path) -> None:
    answer = run(tmp_path, "run", TILLDAY_AGENT_HTTP_PORT="many")

    assert answer.returncode == 2
    assert "TILLDAY_AGENT_HTTP_PORT" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_bundle_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bundle.json").write_text("{}")

    answer = run(tmp_path / "t1", "init", "--bundle", str(tmp_path / "bundle.json"))

    assert answer.returncode == 2
    assert "no enrolment bundle" in answer.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(bundle().model_dump_json())

    answer = run(tmp_path / "t1", "init", "--bundle", str(file), TILLDAY_AGENT_DATA="/proc/t1")

    assert answer.returncode == 2
    assert "/proc/t1 cannot be written" in answer.stderr


def test_a_journal_that_cannot_be_opened_is_said_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(bundle().model_dump_json())
    run(tmp_path / "t1", "init", "--bundle", str(file))
    (tmp_path / "t1" / "journal.db").mkdir()

    answer = run(tmp_path / "t1", "run")

    assert answer.returncode == 3
    assert "cannot be written" in answer.stderr
    assert "Traceback" not in answer.stderr


async def test_a_pin_is_nowhere_to_be_found_afterwards(broker: Broker, tmp_path: Path) -> None:
    async with shop(broker, tmp_path) as (agent, office):
        await agent.until(lambda s: s["outcome"]["code"] == "initial_count")
        await agent.post("/sign-in", {"person": "CASHIER-1", "pin": "918273"})
        await agent.post("/sign-in", {"person": "CASHIER-1", "pin": "918273", "more": 1})
        await agent.sign_in()
        await agent.post("/till/start")
        approval = {"person": "SUPERVISOR-1", "pin": "918273", "reason": "wrong"}
        body = {"denominations": [], "approval": approval}
        assert (await agent.post("/till/initial-count", body, "k1")).status_code == 401
        await agent.until(lambda s: s["link"]["pending"] == 0)
        await agent.stop()

    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"918273" in path.read_bytes()]
    assert not [data for entries in office.epochs.values() for data in entries if b"918273" in data]
