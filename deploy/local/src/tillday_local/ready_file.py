"""The file that tells other programs how to reach a running demo. It holds secrets: mode 0600."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tillday_local.demo_logins import DemoLogin
from tillday_local.folder import replace_private
from tillday_local.grants import OPERATOR
from tillday_local.system import LocalSystem


def write_ready_file(path: Path, system: LocalSystem, people: Iterable[DemoLogin]) -> None:
    """Replace the file as a whole; a reader never sees half of it."""
    replace_private(path, json.dumps(content(system, people), indent=1) + "\n")


def content(system: LocalSystem, people: Iterable[DemoLogin]) -> dict[str, object]:
    """Addresses with the credentials that open them, the people, and each part's process."""
    return {
        "backoffice": system.service_url("backoffice_service"),
        "terminals": {address.terminal: system.terminal_url(address) for address in system.plan.terminals},
        "nats": _with_credentials(system.nats_url, OPERATOR.user, system.operator_password),
        "mqtt": system.mqtt_url,
        "database": system.database.dsn,
        "people": [
            {"name": one.name, "role": one.role, "pin": one.pin, "password": one.password} for one in people
        ],
        "pids": system.pids,
        "broker_ca": str(system.broker_ca) if system.broker_ca else None,
    }


def _with_credentials(url: str, user: str, password: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}:{password}@{parts.netloc}"))
