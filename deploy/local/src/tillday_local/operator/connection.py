"""Where a running system is, for commands that ask it something: named, by the environment, or the demo."""

from __future__ import annotations

import json
import os
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from tillday_local.folder import DataFolder, replace_private
from tillday_local.grants import OPERATOR
from tillday_local.operator.asking import Where
from tillday_local.settings import LauncherSettings
from tillday_local.terminal_client import TerminalClient

if TYPE_CHECKING:
    from tillday_local.service_client import ServiceClient

AGENT: Final = "terminal-"
START_IT: Final = "start it with ./tillday demo, or name its data folder with --data"


class SystemNotFound(Exception):
    """There is no system to ask; the text says where it was looked for and what to do."""


class OperatorSettings(BaseSettings):
    """The broker user that asks the services; each may also be a file in the folder TILLDAY_SECRETS_DIR."""

    model_config = SettingsConfigDict(
        env_prefix="TILLDAY_", extra="ignore", frozen=True, env_ignore_empty=True
    )

    nats_url: Annotated[str | None, Field(description="the broker, tls://host:4222")] = None
    nats_user: Annotated[str, Field(description="a user that may ask the services")] = OPERATOR.user
    nats_password: Annotated[SecretStr | None, Field(description="the password of that user")] = None
    broker_ca: Annotated[Path | None, Field(description="the authority of its certificate, a PEM file")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerLogin:
    """The broker and who we are there."""

    url: str
    user: str
    password: str
    ca: Path | None = None

    def connect(self) -> AbstractAsyncContextManager[ServiceClient]:
        """Open a connection for one command. Who only stands at a terminal needs no library for it."""
        from tillday_local.service_client import service_client

        return service_client(self.url, self.password, user=self.user, ca=self.ca)


def find_broker_login(where: Where) -> BrokerLogin:
    """Return the login of a ready-file, else of the environment, else of the data folder."""
    if where.ready_file is not None:
        return _from_ready_file(where.ready_file)
    secrets_dir = os.environ.get("TILLDAY_SECRETS_DIR") or None
    settings = OperatorSettings(_secrets_dir=secrets_dir)  # type: ignore[call-arg]  # an option, not a field
    if settings.nats_url and settings.nats_password:
        return BrokerLogin(
            url=settings.nats_url,
            user=settings.nats_user,
            password=settings.nats_password.get_secret_value(),
            ca=settings.broker_ca,
        )
    return _from_folder(where.folder, settings)


def find_mqtt_url(where: Where) -> str:
    """Return where terminals find the broker: by ready-file, environment or data folder."""
    if where.ready_file is not None:
        return str((_json(where.ready_file) or {}).get("mqtt", ""))
    named = LauncherSettings().mqtt_url
    return named or f"mqtts://127.0.0.1:{_ports(where.folder).get('mqtt')}"


def find_terminal(where: Where, code: str | None) -> tuple[str, TerminalClient]:
    """Return a terminal, the first one unless `code` names another, with a client of its API."""
    folder = where.folder
    ports = sorted(_ports(folder).items())
    agents = {name.removeprefix(AGENT): port for name, port in ports if name.startswith(AGENT)}
    if not agents:
        raise SystemNotFound(f"{folder.root} has no terminals; {START_IT}")
    chosen = code or next(iter(agents))
    if chosen not in agents:
        raise SystemNotFound(f"{folder.root} has no terminal {chosen}; it has {', '.join(agents)}")
    client = TerminalClient(
        f"http://127.0.0.1:{agents[chosen]}",
        folder.terminal(chosen),
        patience=2.0,
        person_session=_text_of(person_session_file(folder, chosen)),
    )
    return chosen, client


def person_session_file(folder: DataFolder, terminal: str) -> Path:
    """Return where the session of the person who signed in by the command line is kept."""
    return folder.root / "operator" / f"person-session-{terminal}"


def keep_person_session(folder: DataFolder, terminal: str, session: str | None) -> None:
    """Remember who signed in at a terminal, readable by this user alone; None forgets it."""
    path = person_session_file(folder, terminal)
    if session is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(mode=0o700, exist_ok=True)
    replace_private(path, session)


def _from_ready_file(path: Path) -> BrokerLogin:
    content = _json(path)
    if content is None:
        raise SystemNotFound(f"{path} cannot be read; a demo writes it once everything answers")
    parts = urlsplit(str(content.get("nats", "")))
    if parts.hostname is None or parts.password is None:
        raise SystemNotFound(f"{path} names no broker; it is not the ready-file of a demo")
    place = f"{parts.hostname}:{parts.port}"
    ca = content.get("broker_ca")
    return BrokerLogin(
        url=urlunsplit((parts.scheme, place, "", "", "")),
        user=parts.username or "",
        password=parts.password,
        ca=Path(str(ca)) if ca else None,
    )


def _from_folder(folder: DataFolder, settings: OperatorSettings) -> BrokerLogin:
    url = settings.nats_url
    password = _text_of(folder.secrets / f"broker-{OPERATOR.user}")
    port = _ports(folder).get("nats")
    if password is None or (url is None and port is None):
        raise SystemNotFound(f"no system has run in {folder.root}; {START_IT}")
    return BrokerLogin(
        url=url or f"tls://127.0.0.1:{port}",
        user=OPERATOR.user,
        password=password,
        ca=settings.broker_ca if url else folder.broker_ca,
    )


def _ports(folder: DataFolder) -> dict[str, int]:
    content = _json(folder.ports) or {}
    return {str(name): int(port) for name, port in content.items()}


def _json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
