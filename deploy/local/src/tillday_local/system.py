"""A whole Tillday on one machine, from broker to terminals, for as long as the context lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tillday_contracts.enrolment import EnrolmentBundle
from tillday_contracts.topics import TerminalAddress
from tillday_local import parts
from tillday_local.database import DatabaseAddress
from tillday_local.folder import DataFolder
from tillday_local.grants import OPERATOR, terminal_user
from tillday_local.ports import settle
from tillday_local.servers import Servers, SettingsWrong
from tillday_local.service_client import ServiceClient, service_client
from tillday_local.settings import LauncherSettings
from tillday_local.supervisor import FOUNDATION_ENDS_WITHIN, Incident, Supervisor
from tillday_local.together import together

SHARED_PORTS: Final = ("nats", "mqtt", "monitor", "database", *parts.SERVICES)
SET_UP: Final = "set-up"
Prepare = Callable[["LocalSystem"], Coroutine[Any, Any, None]]


def _quiet(_: object) -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Watchers:
    """Who hears what happens in a system."""

    step: Callable[[str], None] = _quiet
    """A line about the start."""
    incident: Callable[[Incident], None] = _quiet
    """A child died and is started again."""
    started: Callable[[str], None] = _quiet
    """A child has a new process."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run. `prepare` makes the store known to the services and enrols the terminals."""

    terminals: Sequence[TerminalAddress]
    prepare: Prepare
    ports: Mapping[str, int] = field(default_factory=dict)
    fresh: bool = False
    clock: Path | None = None
    """The clock file of a day that is played again; None: the machine's clock."""
    services: Sequence[str] = parts.LEDGER_SERVICES
    """Which services run; the schemas of all of them exist in any case."""
    guests: Sequence[TerminalAddress] = ()
    """Terminals without an agent of ours, whom the broker lets in by itself."""
    printer_pages: bool = False
    """Whether each virtual printer shows its paper and drawer on a page."""
    ends_within: float = FOUNDATION_ENDS_WITHIN
    """How many seconds broker and database have to end. A database that is killed is not free at once."""
    settings: LauncherSettings = field(default_factory=LauncherSettings)


class LocalSystem:
    """`async with LocalSystem(folder, plan)`: inside, everything answers; after it, nothing runs any more.

    Entering raises FolderUnusable, PortTaken, BrokerUnusable, DatabaseUnusable, SettingsWrong or ChildFailed,
    each with a text for the user.
    """

    def __init__(self, folder: DataFolder, plan: Plan, watchers: Watchers | None = None) -> None:
        self.folder = folder
        self.plan = plan
        self._watchers = watchers or Watchers()
        self.ports: dict[str, int] = {}
        self.supervisor = Supervisor(
            folder.logs, on_incident=self._watchers.incident, on_started=self._watchers.started
        )
        self._servers = Servers(
            folder=folder,
            settings=plan.settings,
            guests=plan.guests,
            ports=self.ports,
            supervisor=self.supervisor,
            step=self._watchers.step,
        )

    # --- what others need to reach the parts ---------------------------------------------------------

    @property
    def nats_url(self) -> str:
        """The broker for NATS clients, without a secret."""
        return self._servers.nats_url

    @property
    def mqtt_url(self) -> str:
        """The broker for terminals, without a secret."""
        return self._servers.mqtt_url

    @property
    def broker_ca(self) -> Path | None:
        """The authority to trust at the broker; None: what this machine trusts anyway."""
        return self._servers.broker_ca

    @property
    def database(self) -> DatabaseAddress:
        """Tillday's database, as its owner."""
        return self._servers.database

    @property
    def operator_password(self) -> str:
        """The password of the broker user `tillday`, who may ask the services."""
        return self.broker_password(OPERATOR.user)

    def operator(self) -> AbstractAsyncContextManager[ServiceClient]:
        """A connection to ask the services over."""
        return service_client(self.nats_url, self.operator_password, ca=self.broker_ca)

    @property
    def pids(self) -> dict[str, int]:
        """The process of each part that runs right now."""
        return self.supervisor.pids

    def broker_password(self, user: str) -> str:
        """The password of a broker user."""
        return self._servers.password(user)

    def guest_password(self, address: TerminalAddress) -> str:
        """The MQTT password of a guest: the broker knows it itself."""
        return self.broker_password(terminal_user(address))

    def enrolment(self, address: TerminalAddress) -> Path:
        """The file that makes an agent this terminal; it holds secrets."""
        return self.folder.terminal(address.terminal) / "enrolment.json"

    def invitation(self, address: TerminalAddress) -> Path:
        """The file with which an agent enrols itself at its next start; it holds a one-time code."""
        return self.folder.terminal(address.terminal) / "invitation.json"

    def terminal_url(self, address: TerminalAddress) -> str:
        """The agent's local HTTP interface."""
        return f"http://127.0.0.1:{self.ports[parts.agent_name(address)]}"

    def printer_url(self, address: TerminalAddress) -> str:
        """The page of a terminal's virtual printer, where the plan asks for one."""
        return f"http://127.0.0.1:{self.ports[parts.printer_name(address)]}"

    def beside_url(self, address: TerminalAddress) -> str:
        """The terminal's screens with printer and drawer beside them, where the plan asks for pages."""
        return f"{self.printer_url(address)}/beside"

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services."""
        return tuple(self.plan.services)

    def service_url(self, name: str) -> str:
        """Where a service tells of its health."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @property
    def shown(self) -> tuple[str, ...]:
        """The parts whose logs a person wants to see."""
        return self.supervisor.shown

    # --- coming up, going down -----------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        self.folder.claim(fresh=self.plan.fresh)
        try:
            self.refuse_unknown_ports()
            self.ports.update(settle(self.folder.ports, self._port_names(), self.plan.ports))
            await self._come_up()
        except BaseException:
            await self._go_down()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._go_down()

    async def _go_down(self) -> None:
        # Shielded: a second wish to stop must not leave half of it running.
        await asyncio.shield(
            asyncio.ensure_future(self.supervisor.stop(foundation_within=self.plan.ends_within))
        )
        self.folder.release()

    async def _come_up(self) -> None:
        known = self._launch_what_is_known()
        await together(self._servers.start_broker(), self._servers.start_database())
        (self.folder.root / SET_UP).touch()
        if not known:
            self._launch_services()
        self._watchers.step("services")
        await together(*(self.supervisor.answered(name) for name in self.plan.services))
        self._watchers.step("store")
        await self.plan.prepare(self)
        for address in self.plan.terminals:
            if not self.supervisor.has(parts.agent_name(address)):
                self._launch_terminal(address)
        self._watchers.step("terminals")
        await together(*(self._terminal_answers(address) for address in self.plan.terminals))

    def _launch_what_is_known(self) -> bool:
        """Start at once what a former run has set up: every part waits for broker and database by itself."""
        for address in self.plan.terminals:
            self.supervisor.launch(
                parts.printer_child(
                    address.terminal,
                    self.folder.device(address.terminal),
                    page_port=self.ports[parts.printer_name(address)] if self.plan.printer_pages else None,
                    screens=self.terminal_url(address),
                )
            )
            if self.is_enrolled(address, self.mqtt_url):
                self._launch_terminal(address)
        known = (self.folder.root / SET_UP).exists()
        if known:
            self._launch_services()
        return known

    def is_enrolled(self, address: TerminalAddress, mqtt_url: str) -> bool:
        """True when the terminal's enrolment names the broker where it is now."""
        try:
            bundle = EnrolmentBundle.model_validate_json(self.enrolment(address).read_bytes())
        except (OSError, ValueError):
            return False
        return bundle.mqtt_url == mqtt_url

    def _launch_services(self) -> None:
        for name in self.plan.services:
            child = parts.service_child(
                name,
                self._links(),
                port=self.ports[name],
                secrets=self.folder.hand(name, parts.service_secrets(name, self.folder.secret)),
                extra=self._watching() if name == "backoffice_service" else {},
            )
            self.supervisor.launch(child)

    def _watching(self) -> dict[str, str]:
        """What the back office asks of codes, and looks at; a broker of your own tells where it can."""
        services = ",".join(f"{one}={self.service_url(one)}" for one in self.plan.services)
        monitor = f"http://127.0.0.1:{self.ports['monitor']}"
        own = {} if self.plan.settings.nats_url else {"TILLDAY_BROKER_MONITOR": monitor}
        return {"TILLDAY_MFA": self.plan.settings.mfa, "TILLDAY_WATCHED_SERVICES": services, **own}

    def _launch_terminal(self, address: TerminalAddress) -> None:
        child = parts.terminal_child(
            address.terminal,
            self.folder.terminal(address.terminal),
            port=self.ports[parts.agent_name(address)],
            printer=self.folder.device(address.terminal) / "printer",
            extra={"TILLDAY_AGENT_CLOCK_FILE": str(self.plan.clock)} if self.plan.clock else {},
        )
        self.supervisor.launch(child)

    async def _terminal_answers(self, address: TerminalAddress) -> None:
        await self.supervisor.answered(f"printer-{address.terminal}")
        await self.supervisor.answered(parts.agent_name(address))

    def _links(self) -> parts.Links:
        return parts.Links(
            nats_url=self.nats_url,
            mqtt_url=self.mqtt_url,
            broker_ca=self.broker_ca,
            database=self.database,
            clock=self.plan.clock,
        )

    def refuse_unknown_ports(self) -> None:
        """Raise SettingsWrong where the plan names a port for a part that does not exist."""
        unknown = sorted(set(self.plan.ports) - set(self._port_names()))
        if unknown:
            known = ", ".join(self._port_names())
            raise SettingsWrong(f"{unknown[0]} has no port here; those that can be set are {known}")

    def _port_names(self) -> tuple[str, ...]:
        pages = self.plan.terminals if self.plan.printer_pages else ()
        agents = (parts.agent_name(address) for address in self.plan.terminals)
        return (*SHARED_PORTS, *agents, *(parts.printer_name(address) for address in pages))
