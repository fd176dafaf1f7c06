"""A copied disk: two machines that are the same terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from integration.sharing.shared_shop import PEOPLE, Shop
from server_processes import free_port
from tillday_contracts.topics import TerminalAddress
from tillday_local import parts
from tillday_local.children import Child
from tillday_local.demo_store import STORE
from tillday_local.terminal_client import TerminalClient

NOWHERE = "mqtts://127.0.0.1:1"


@dataclass
class Twin:
    """A copy of a terminal's disk in a machine of its own, under the name `TWIN` here alone."""

    shop: Shop
    terminal: str
    folder: Path
    port: int

    @property
    def alone(self) -> Shop:
        """The shop as somebody at the copied machine has it before them."""
        client = TerminalClient(f"http://127.0.0.1:{self.port}", self.folder, patience=15)
        return replace(self.shop, terminals={self.terminal: client})

    @asynccontextmanager
    async def running(self, *, cut_off: bool) -> AsyncIterator[Shop]:
        """Run it; cut off, it finds no broker."""
        enrolment = self.folder / "enrolment.json"
        known = enrolment.read_text()
        if cut_off:
            enrolment.write_text(json.dumps({**json.loads(known), "mqtt_url": NOWHERE}))
        supervisor, device = self.shop.system.supervisor, self.folder.with_name("twin-device")
        supervisor.launch(parts.printer_child("TWIN", device))
        supervisor.launch(
            parts.terminal_child("TWIN", self.folder, port=self.port, printer=device / "printer", extra={})
        )
        at_it = self.alone
        try:
            await supervisor.answered("terminal-TWIN")
            await at_it.terminals[self.terminal].sign_in(*PEOPLE[self.terminal])
            yield at_it
        finally:
            await at_it.terminals[self.terminal].close()
            await supervisor.stop_one("terminal-TWIN")
            await supervisor.stop_one("printer-TWIN")
            enrolment.write_text(known)


def copied(shop: Shop, terminal: str, folder: Path) -> Twin:
    """Copy a running terminal's disk, as an image of the machine would be taken."""
    pid = shop.system.pids[parts.agent_name(TerminalAddress(STORE, terminal))]
    os.kill(pid, signal.SIGSTOP)
    try:
        devices = shutil.ignore_patterns("tape.bin", "printer*")
        shutil.copytree(shop.system.folder.terminal(terminal), folder, symlinks=True, ignore=devices)
    finally:
        os.kill(pid, signal.SIGCONT)
    return Twin(shop, terminal, folder, free_port())


@asynccontextmanager
async def away(shop: Shop, terminal: str) -> AsyncIterator[None]:
    """Switch a terminal off for a while."""
    address = TerminalAddress(STORE, terminal)
    await shop.system.supervisor.stop_one(parts.agent_name(address))
    try:
        yield
    finally:
        shop.system.supervisor.launch(_agent(shop, address))
        await shop.system.supervisor.answered(parts.agent_name(address))


def _agent(shop: Shop, address: TerminalAddress) -> Child:
    folder = shop.system.folder
    return parts.terminal_child(
        address.terminal,
        folder.terminal(address.terminal),
        port=shop.system.ports[parts.agent_name(address)],
        printer=folder.device(address.terminal) / "printer",
        extra={},
    )
