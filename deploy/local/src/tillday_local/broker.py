"""The embedded broker: its configuration as a pure function, and the child process that runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import bcrypt

from tillday_local.certificates import BrokerTls, client_context
from tillday_local.grants import DOOR, Grant

OLDEST_VERSION: Final = (2, 15, 1)
MAX_PAYLOAD_BYTES: Final = 512 * 1024
MAX_SUBSCRIPTIONS: Final = 256
"""Of one connection: the broker counts them for each. A terminal holds 4, the busiest service 44."""
ACCOUNT: Final = "TILLDAY"
"""Where everybody is but the doorkeeper; the broker's own account, `$G`, takes no limits."""
MAX_STREAMS: Final = 16
"""Three are ours, five the broker makes for MQTT."""
MAX_CONSUMERS: Final = 20_000
"""Four for each terminal that listens, and one or two for each service."""
# The secrets are 256 random bits, so a costly hash protects nothing and makes every reconnect slow.
HASH_ROUNDS: Final = 4
HANDSHAKE: Final = 'handshake_first: "2s"'
"""TLS from the first byte. On a loaded machine a client is late with it, and by default the broker speaks
after 50 ms.
"""


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


@dataclass(frozen=True, kw_only=True)
class BrokerSetUp:
    """What the configuration is made of; `hashes` holds the password hash of each granted user."""

    ports: BrokerPorts
    store: Path
    tls: BrokerTls
    grants: Sequence[Grant]
    hashes: Mapping[str, str]
    issuer: str
    """The public key of who lets terminals in."""
    host: str = "127.0.0.1"


def broker_configuration(made: BrokerSetUp) -> str:
    """The text of the broker's configuration file."""
    users = ",\n".join(_user(grant, made.hashes[grant.user]) for grant in made.grants)
    known = _list([*(grant.user for grant in made.grants), DOOR.user])
    return f"""\
# Written at each start; changes here are lost.
server_name: "tillday-local"
listen: {_quoted(f"{made.host}:{made.ports.nats}")}
http: {_quoted(f"127.0.0.1:{made.ports.monitor}")}
max_payload: {MAX_PAYLOAD_BYTES}
max_connections: 4096
max_subscriptions: {MAX_SUBSCRIPTIONS}
{_tls(made.tls, HANDSHAKE)}
jetstream {{
  store_dir: {_quoted(str(made.store))}
  # Room for the streams' own limits; not measured by the disk, which may be smaller at first.
  max_memory_store: {256 * 1024**2}
  max_file_store: {16 * 1024**3}
}}
mqtt {{
  listen: {_quoted(f"{made.host}:{made.ports.mqtt}")}
{_tls(made.tls)}
}}
accounts {{
  SYS {{
    users: [
{_user(DOOR, made.hashes[DOOR.user])}
    ]
  }}
  {ACCOUNT} {{
    jetstream {{
      max_mem: {256 * 1024**2}
      max_file: {16 * 1024**3}
      max_streams: {MAX_STREAMS}
      max_consumers: {MAX_CONSUMERS}
    }}
    users: [
{users}
    ]
  }}
}}
system_account: SYS
authorization {{
  # How long a terminal waits for the doorkeeper.
  timeout: 3
  # Everybody else is asked about; who is not vouched for stays outside.
  auth_callout {{
    issuer: {made.issuer}
    account: SYS
    auth_users: {known}
  }}
}}
"""


def move_streams(store: Path) -> None:
    """Take along what a broker kept before it had this account. It must not run."""
    former, ours = (store / "jetstream" / account for account in ("$G", ACCOUNT))
    if former.is_dir() and not ours.exists():
        former.rename(ours)


def _tls(files: BrokerTls, *more: str) -> str:
    # Who shakes hands first is not greeted before, and cannot be told by somebody in between that there is no
    # TLS here. Tools that wait for the greeting are greeted after 50 ms and must shake hands then.
    paths = (f"cert_file: {_quoted(str(files.certificate))}", f"key_file: {_quoted(str(files.key))}")
    return "tls {" + ", ".join((*paths, "timeout: 10", *more)) + "}"


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


async def broker_answers(ports: BrokerPorts, authority: Path, host: str = "127.0.0.1") -> bool:
    """True when the broker shows a certificate of this authority on both ports and greets on the NATS one."""
    try:
        context = client_context(authority)
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, ports.nats, ssl=context)
            with contextlib.closing(writer):
                greeting = await reader.readline()
            _, writer = await asyncio.open_connection(host, ports.mqtt, ssl=context)
            writer.close()
    except (OSError, TimeoutError, ssl.SSLError):
        return False
    return greeting.startswith(b"INFO ")
