"""The embedded broker: its configuration as a pure function, and the child process that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import bcrypt

from tillday_local.grants import Grant

OLDEST_VERSION: Final = (2, 15, 1)
MAX_PAYLOAD_BYTES: Final = 512 * 1024
# The secrets are 256 random bits, so a costly hash protects nothing and makes every reconnect slow.
HASH_ROUNDS: Final = 4


class BrokerUnusable(Exception):
    """The broker cannot be run; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class BrokerPorts:
    """Where the broker listens, on loopback."""

    nats: int
    mqtt: int
    monitor: int


def password_hash(password: str) -> str:
    """The form in which the broker keeps a password. It recognises the prefix 2a only."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=HASH_ROUNDS, prefix=b"2a")).decode()


def broker_configuration(
    *,
    ports: BrokerPorts,
    store: Path,
    grants: Iterable[Grant],
    hashes: Mapping[str, str],
    host: str = "127.0.0.1",
) -> str:
    """The text of the broker's configuration file. `hashes` holds the password hash of each granted user."""
    users = ",\n".join(_user(grant, hashes[grant.user]) for grant in grants)
    return f"""\
# Written at each start; changes here are lost.
server_name: "tillday-local"
listen: {_quoted(f"{host}:{ports.nats}")}
http: {_quoted(f"127.0.0.1:{ports.monitor}")}
max_payload: {MAX_PAYLOAD_BYTES}
max_connections: 4096
max_subscriptions: 65536
jetstream {{
  store_dir: {_quoted(str(store))}
  # Room for the streams' own limits; not measured by the disk, which may be smaller at first.
  max_memory_store: {256 * 1024**2}
  max_file_store: {16 * 1024**3}
}}
mqtt {{
  listen: {_quoted(f"{host}:{ports.mqtt}")}
}}
authorization {{
  timeout: 5
  users: [
{users}
  ]
}}
"""


def _user(grant: Grant, hashed: str) -> str:
    publish = f"publish: {{allow: {_list(grant.publish)}}}"
    subscribe = f"subscribe: {{allow: {_list(grant.subscribe)}}}"
    answers = ', allow_responses: {max: 1, expires: "1m"}' if grant.answers else ""
    return (
        f"    {{user: {_quoted(grant.user)}, password: {_quoted(hashed)}, "
        f"allowed_connection_types: {_list(grant.connections)}, permissions: {{"
        f"{publish}, {subscribe}{answers}}}}}"
    )


def _quoted(text: str) -> str:
    return json.dumps(text)


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"


def find_broker() -> Path:
    """The nats-server that came with this environment, or one on the PATH; raises BrokerUnusable."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise BrokerUnusable(
            "nats-server is not installed: run ./tillday, which brings it, or set TILLDAY_NATS_URL"
        )
    return Path(found)


def check_version(program: Path) -> tuple[int, ...]:
    """The broker's version; raises BrokerUnusable below the floor that the terminals' protection needs."""
    said = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, timeout=10
    ).stdout
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", said)
    version = tuple(int(part) for part in found.groups()) if found else (0, 0, 0)
    if version < OLDEST_VERSION:
        floor = ".".join(map(str, OLDEST_VERSION))
        shown = ".".join(map(str, version)) if found else repr(said.strip())
        raise BrokerUnusable(f"{program} is version {shown}; Tillday needs nats-server {floor} or newer")
    return version


async def broker_answers(ports: BrokerPorts, host: str = "127.0.0.1") -> bool:
    """True when the broker greets on its NATS port and accepts on its MQTT port."""
    try:
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(host, ports.nats)
            with contextlib.closing(writer):
                greeting = await reader.readline()
            _, writer = await asyncio.open_connection(host, ports.mqtt)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return greeting.startswith(b"INFO ")
