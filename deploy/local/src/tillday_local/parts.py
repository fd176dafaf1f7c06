"""The processes of a local system: which command, which settings, and how each shows that it works."""

from __future__ import annotations

import functools
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tillday_contracts.topics import TerminalAddress
from tillday_local.broker import ACCOUNT, BrokerPorts, broker_answers
from tillday_local.children import Account, Child
from tillday_local.database import DatabaseAddress, database_answers
from tillday_local.grants import DOOR
from tillday_local.postgres import server_command
from tillday_local.probes import exists_probe, http_probe

LEDGER_SERVICES: Final = ("store_service", "till_service", "report_service")
"""What a day needs."""
SERVICES: Final = (*LEDGER_SERVICES, "backoffice_service")
"""All of them; people's pages are the last."""
DOOR_SEED: Final = "broker-door-seed"
"""Of the key that signs who is let in at the broker."""


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the shared parts are reached, without any secret."""

    nats_url: str
    mqtt_url: str
    broker_ca: Path | None
    """The authority of the broker's certificate; None: whatever this machine trusts."""
    database: DatabaseAddress
    """As the owner, who runs the migrations."""
    clock: Path | None = None
    """The clock file of a day that is played again."""


def broker_child(program: Path, configuration: Path, ports: BrokerPorts, authority: Path) -> Child:
    """nats-server with its NATS and MQTT listeners."""
    return Child(
        name="broker",
        command=(str(program), "--config", str(configuration)),
        answers=functools.partial(broker_answers, ports, authority),
        foundation=True,
        shown=False,
    )


def database_child(
    programs: Path, cluster: Path, administrator: DatabaseAddress, account: Account | None
) -> Child:
    """PostgreSQL. It stops fast, not smart, which waits for every client. Orphaned, it stops at once."""
    return Child(
        name="database",
        command=server_command(programs, cluster, administrator.port),
        answers=functools.partial(database_answers, administrator),
        account=account,
        stop_signal=signal.SIGINT,
        orphan_signal=signal.SIGQUIT,
        foundation=True,
        shown=False,
    )


def migration_secrets(owner: DatabaseAddress, secret: Callable[[str], str]) -> dict[str, str]:
    """What the migrations are handed as files: the owner's password and those of the roles they make."""
    roles = {f"{service}_password": secret(f"database-{service}") for service in SERVICES}
    return {"database_password": owner.password, **roles}


def migration_child(owner: DatabaseAddress, secrets: Path) -> Child:
    """The step that brings every schema up to date; it runs to its end."""
    return Child(
        name="migrate",
        command=_python("service_kit.migrate", *SERVICES),
        answers=_never,
        environment={
            "TILLDAY_DATABASE_URL": owner.url,
            "TILLDAY_SECRETS_DIR": str(secrets),
            "TILLDAY_LOG_FORMAT": "console",
        },
    )


def service_secrets(name: str, secret: Callable[[str], str]) -> dict[str, str]:
    """What a service is handed as files, by the names of its settings."""
    own = {"nats_password": secret(f"broker-{name}"), "database_password": secret(f"database-{name}")}
    if name == "store_service":
        own |= {"door_password": secret(f"broker-{DOOR.user}"), "door_seed": secret(DOOR_SEED)}
    if name == "backoffice_service":
        own |= {"office_key": secret("office-key")}
    return own


def service_child(name: str, links: Links, *, port: int, secrets: Path, extra: Mapping[str, str]) -> Child:
    """One replica of a service. `secrets`: the folder of what it is handed; `extra`: own settings."""
    return Child(
        name=name,
        command=_python(name),
        answers=http_probe(port, "/readyz"),
        environment={
            "TILLDAY_NATS_URL": links.nats_url,
            "TILLDAY_NATS_USER": name,
            "TILLDAY_MQTT_URL": links.mqtt_url,
            **({"TILLDAY_BROKER_CA": str(links.broker_ca)} if links.broker_ca else {}),
            "TILLDAY_DATABASE_URL": links.database.as_user(name, "").url,
            "TILLDAY_SECRETS_DIR": str(secrets),
            "TILLDAY_HTTP_HOST": "127.0.0.1",
            "TILLDAY_HTTP_PORT": str(port),
            "TILLDAY_LOG_FORMAT": "console",
            "TILLDAY_INSTANCE": f"{name}-1",
            "TILLDAY_DOOR_ACCOUNT": ACCOUNT,
            "TILLDAY_PIN_RULES": "any",  # whoever tries it out types short ones
            **({"TILLDAY_CLOCK_FILE": str(links.clock)} if links.clock else {}),
            **extra,
        },
    )


def printer_name(address: TerminalAddress) -> str:
    """What a terminal's virtual printer is called among the parts."""
    return f"printer-{address.terminal}"


def agent_name(address: TerminalAddress) -> str:
    """What a terminal's agent is called among the parts."""
    return f"terminal-{address.terminal}"


def printer_child(code: str, folder: Path, *, page_port: int | None = None, screens: str = "") -> Child:
    """A virtual receipt printer with its cash drawer, with a page that shows both where a port is given.

    `screens` is where the terminal shows its own, which that page sets beside them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = ("--name", f"Printer and drawer of {code}", "--screens", screens)
    page = ("--http-port", str(page_port), *named) if page_port is not None else ()
    return Child(
        name=f"printer-{code}",
        command=_python("terminal_agent.hardware.virtual", "--data", str(folder), *page),
        answers=exists_probe(folder / "printer"),
    )


def terminal_child(code: str, folder: Path, *, port: int, printer: Path, extra: Mapping[str, str]) -> Child:
    """A terminal's agent."""
    return Child(
        name=f"terminal-{code}",
        command=_python("terminal_agent", "run"),
        answers=http_probe(port, "/readyz"),
        environment={
            "TILLDAY_AGENT_DATA": str(folder),
            "TILLDAY_AGENT_HTTP_PORT": str(port),
            "TILLDAY_AGENT_PRINTER": str(printer),
            "TILLDAY_AGENT_DRAWER_SENSOR": "high",
            "TILLDAY_AGENT_SCREENS": "open",  # whoever tries it out just opens the address
            "TILLDAY_LOG_FORMAT": "console",
            **extra,
        },
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


async def _never() -> bool:
    return False
