"""A real nats-server for tests, which may stop it, start it and wipe its store."""

import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from server_processes import end, free_port, missing, wait_for_port

USERS: Final = (
    "store_service",
    "till_service",
    "report_service",
    "backoffice_service",
    "erp",
    "tillday",
    "observer",
)


@dataclass
class Broker:
    """A nats-server with JetStream and MQTT. Every user may do everything: rights are tested elsewhere."""

    nats_url: str
    mqtt_url: str
    passwords: dict[str, str]
    ca: Path | None = field(default=None, kw_only=True)
    """The authority to trust where the broker speaks TLS."""

    def password_of(self, user: str) -> str:
        return self.passwords[user]

    def stop(self, *, kill: bool = False) -> None:
        pytest.skip("this test stops the broker; the one named in the environment is not ours to stop")

    def start(self) -> None:
        pytest.skip("this test starts the broker; the one named in the environment is not ours to start")

    def wipe(self) -> None:
        pytest.skip("this test wipes the broker; the one named in the environment is not ours to wipe")


@dataclass
class EmbeddedBroker(Broker):
    """The wheel's nats-server as a child process; stop, start and wipe are those of a real outage."""

    folder: Path
    nats_port: int
    mqtt_port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @classmethod
    def at(cls, folder: Path) -> "EmbeddedBroker":
        nats_port, mqtt_port = free_port(), free_port()
        passwords = {user: secrets.token_hex(16) for user in USERS}
        return cls(
            nats_url=f"nats://127.0.0.1:{nats_port}",
            mqtt_url=f"mqtt://127.0.0.1:{mqtt_port}",
            passwords=passwords,
            folder=folder,
            nats_port=nats_port,
            mqtt_port=mqtt_port,
        )

    def start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        configuration = self.folder / "nats.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        configuration.chmod(0o600)
        with (self.folder / "nats.log").open("ab") as output:
            self.process = subprocess.Popen(
                [nats_server(), "-c", str(configuration)], stdout=output, stderr=output
            )
        wait_for_port(self.nats_port, self.process, "nats-server")
        wait_for_port(self.mqtt_port, self.process, "nats-server (MQTT)")

    def stop(self, *, kill: bool = False) -> None:
        end(self.process, kill=kill)

    def wipe(self) -> None:
        """Remove everything the stopped broker had stored."""
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)

    def _configuration(self) -> str:
        users = "\n".join(
            f'    {{ user: "{name}", password: "{word}" }}' for name, word in self.passwords.items()
        )
        return f"""
server_name: "test"
host: 127.0.0.1
port: {self.nats_port}
max_payload: 512KB
jetstream {{ store_dir: "{self.folder}/jetstream", max_memory_store: 64MB, max_file_store: 8GB }}
mqtt {{ host: 127.0.0.1, port: {self.mqtt_port} }}
authorization {{
  users: [
{users}
  ]
}}
"""


def nats_server() -> str:
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        missing("nats-server is not installed")
    return str(found)
