"""The virtual printer's page: what was printed as pictures, the drawer, and the troubles it can be given."""

# ruff: noqa: ASYNC212 - the page and the printer have threads of their own

import asyncio
import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from server_processes import free_port
from terminal_agent.hardware.escpos_bytes import encode
from terminal_agent.hardware.line_printer import LinePrinter
from terminal_agent.hardware.virtual_page import Page, PageServer, listen
from terminal_agent.hardware.virtual_wishes import main
from terminal_agent.paper.lines import Cut, Text
from virtual_devices import DeviceProcess

RECEIPT = encode((Text("Corner Shop"), Text("Receipt T1-7K3QX-1"), Cut()), columns=48)


@pytest.fixture
def page(device: DeviceProcess) -> Iterator[httpx.Client]:
    door = listen(0)
    server = PageServer(Page(device.data, "Printer of T1"), door)
    server.start()
    address = f"http://127.0.0.1:{door.getsockname()[1]}"
    _answered(address)
    with httpx.Client(base_url=address, trust_env=False, timeout=15) as client:
        yield client
    server.stop()


async def test_a_printed_receipt_is_on_the_page_as_a_picture(
    page: httpx.Client, printer: LinePrinter, device: DeviceProcess
) -> None:
    assert page.get("/state").json()["printed"] == 0
    await printer.print(RECEIPT)
    state = page.get("/state").json()
    assert [one["title"] for one in state["documents"]] == ["Receipt T1-7K3QX-1"]
    picture = Image.open(io.BytesIO(page.get("/documents/0.png").content))
    assert sum(picture.convert("L").histogram()[:60]) > 100
    assert page.get("/documents/0.txt").text == "Corner Shop\nReceipt T1-7K3QX-1"
    assert page.get("/documents/7.png").status_code == 404


async def test_the_drawer_is_seen_open_and_can_be_pushed_closed(
    page: httpx.Client, printer: LinePrinter, device: DeviceProcess
) -> None:
    device.control.set(drawer_stuck=True)
    await printer.kick()
    async with asyncio.timeout(30):
        while page.get("/state").json()["device"]["drawer"] != "open":
            await asyncio.sleep(0.1)
    assert page.post("/control", json={"drawer": "closed"}).json()["drawer"] == "closed"


async def test_what_is_troubled_on_the_page_troubles_the_printer(
    page: httpx.Client, printer: LinePrinter, device: DeviceProcess
) -> None:
    assert page.post("/control", json={"paper": "out"}).status_code == 200
    assert (await printer.status()).obstacle == "the printer is out of paper"
    assert page.get("/state").json()["device"]["paper"] == "out"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"paper": "gone"}', b'{"pid": 1}', b'{"vanish_after": -1}', b'{"mute": 1}']
)
def test_what_cannot_be_wished_is_refused_and_changes_nothing(
    page: httpx.Client, device: DeviceProcess, body: bytes
) -> None:
    before = device.control.state()
    refused = page.post("/control", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    assert device.control.state() == before


def test_other_names_and_other_pages_are_kept_out(page: httpx.Client) -> None:
    assert page.get("/state", headers={"Host": "shop.example"}).status_code == 400
    form = {"Content-Type": "text/plain"}  # what a foreign page could send without asking
    assert page.post("/control", content=b'{"paper":"out"}', headers=form).status_code == 415
    assert "default-src 'none'" in page.get("/").headers["Content-Security-Policy"]


def test_a_device_is_troubled_from_the_command_line(
    device: DeviceProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(device.data), "paper=low", "mute=true"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["paper"], told["mute"]) == ("low", True)
    assert main(["--data", str(device.data), "paper=gone"]) == 2
    assert "enough, low or out" in capsys.readouterr().err
    assert main(["--data", str(tmp_path / "none")]) == 2


def test_the_page_is_served_beside_the_device_and_ends_with_it(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "terminal_agent.hardware.virtual", "--data", str(tmp_path / "d")]
    with subprocess.Popen([*command, "--http-port", str(port), "--name", "Printer of T9"]) as process:
        try:
            assert b"Printer and drawer" in _answered(f"http://127.0.0.1:{port}/")
            assert json.loads(_answered(f"http://127.0.0.1:{port}/state"))["name"] == "Printer of T9"
        finally:
            process.terminate()
        assert process.wait(15) == 0


def _answered(url: str) -> bytes:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                content: bytes = answer.read()
                return content
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")
