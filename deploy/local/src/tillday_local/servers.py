"""The two servers that every part shares, broker and database: ours, or those that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tillday_contracts.topics import TerminalAddress
from tillday_local import parts, postgres
from tillday_local.broker import (
    BrokerPorts,
    BrokerSetUp,
    broker_configuration,
    check_version,
    find_broker,
    move_streams,
    password_hash,
)
from tillday_local.certificates import broker_tls, issuer_of
from tillday_local.database import OWNER, DatabaseAddress, address_of, make_database
from tillday_local.folder import DataFolder, write_private
from tillday_local.grants import DOOR, SERVICE_GRANTS, terminal_grant
from tillday_local.settings import LauncherSettings
from tillday_local.supervisor import Supervisor


class SettingsWrong(Exception):
    """The launcher's settings do not fit together; the text says which and how."""


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Broker and database of one system: where they are, and how they start.

    `ports` by part is filled before anything here is asked; `step` hears a line about each start.
    """

    folder: DataFolder
    settings: LauncherSettings
    guests: Sequence[TerminalAddress]
    ports: Mapping[str, int]
    supervisor: Supervisor
    step: Callable[[str], None]

    @property
    def nats_url(self) -> str:
        """The broker for NATS clients, without a secret."""
        return self.settings.nats_url or f"tls://127.0.0.1:{self.ports['nats']}"

    @property
    def mqtt_url(self) -> str:
        """The broker for terminals, without a secret."""
        return self.settings.mqtt_url or f"mqtts://127.0.0.1:{self.ports['mqtt']}"

    @property
    def broker_ca(self) -> Path | None:
        """The authority to trust at the broker; None: what this machine trusts anyway."""
        return self.settings.broker_ca if self.settings.nats_url else self.folder.broker_ca

    @property
    def database(self) -> DatabaseAddress:
        """Tillday's database, as its owner."""
        return self._administrator().as_user(OWNER, self.folder.secret(f"database-{OWNER}"))

    def password(self, user: str) -> str:
        """The password of a broker user."""
        return self.folder.secret(f"broker-{user}")

    async def start_broker(self) -> None:
        """Write the broker's configuration and start it. Raises SettingsWrong or BrokerUnusable."""
        if bool(self.settings.nats_url) != bool(self.settings.mqtt_url):
            raise SettingsWrong("set TILLDAY_NATS_URL and TILLDAY_MQTT_URL both, or neither")
        ports = BrokerPorts(nats=self.ports["nats"], mqtt=self.ports["mqtt"], monitor=self.ports["monitor"])
        configuration = self.folder.broker / "nats.conf"
        write_private(configuration, self._broker_configuration(ports))
        if self.settings.nats_url:
            self.step(f"The broker is yours; it needs the users of {configuration}")
            return
        self.step("broker")
        move_streams(self.folder.broker / "jetstream")
        program = find_broker()
        await asyncio.to_thread(check_version, program)
        await self.supervisor.start(parts.broker_child(program, configuration, ports, self.folder.broker_ca))

    async def start_database(self) -> None:
        """Start the database and bring its schemas up to date. Raises SettingsWrong or DatabaseUnusable."""
        administrator = self._administrator()
        if not self.settings.database_admin_url:
            await self._start_postgres(administrator)
        self.step("database")
        await make_database(administrator, self.database.password)
        secrets = parts.migration_secrets(self.database, self.folder.secret)
        handed = self.folder.hand("migrate", secrets)
        await self.supervisor.run(parts.migration_child(self.database, handed))

    def _broker_configuration(self, ports: BrokerPorts) -> str:
        grants = [*SERVICE_GRANTS, *(terminal_grant(address) for address in self.guests)]
        hashes = {one.user: password_hash(self.password(one.user)) for one in (*grants, DOOR)}
        issuer = issuer_of(bytes.fromhex(self.folder.secret(parts.DOOR_SEED)))
        tls = broker_tls(self.folder.broker_ca.parent, at=datetime.now(UTC))
        store = self.folder.broker / "jetstream"
        return broker_configuration(
            BrokerSetUp(ports=ports, store=store, tls=tls, grants=grants, hashes=hashes, issuer=issuer)
        )

    async def _start_postgres(self, administrator: DatabaseAddress) -> None:
        programs, account = postgres.find_programs(), postgres.account_for_postgres()
        cluster = self.folder.database / "cluster"
        if account:
            postgres.let_read(programs)
            postgres.let_through(account, programs, self.step)
            postgres.let_through(account, cluster, self.step)
        await postgres.make_cluster(programs, cluster, account, administrator.password)
        await self.supervisor.start(parts.database_child(programs, cluster, administrator, account))

    def _administrator(self) -> DatabaseAddress:
        if self.settings.database_admin_url:
            secret = self.settings.database_admin_password
            try:
                return address_of(
                    self.settings.database_admin_url, secret.get_secret_value() if secret else None
                )
            except ValueError as error:
                raise SettingsWrong(f"TILLDAY_DATABASE_ADMIN_URL: {error}") from None
        return DatabaseAddress(
            host="127.0.0.1",
            port=self.ports["database"],
            user=postgres.SUPERUSER,
            password=self.folder.secret(f"database-{postgres.SUPERUSER}"),
            database="postgres",
        )
