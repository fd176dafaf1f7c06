"""Asking broker, database and services how they are, every few seconds, and keeping what they say."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import httpx
import structlog
from prometheus_client.parser import text_string_to_metric_families

from backoffice_service.domain.standing import (
    BrokerStanding,
    ConsumerStanding,
    LedgerFigures,
    ServiceStanding,
    Standing,
    StreamStanding,
    reading_of,
)
from backoffice_service.persistence import readings
from service_kit.database import Database

log = structlog.get_logger()
EVERY_SECONDS: Final = 15
KEPT: Final = timedelta(days=7)
PATIENCE_SECONDS: Final = 4.0
LEDGER: Final = "till_service"
MOST_CLIENTS: Final = 8192
Told = TypeVar("Told")


@dataclass(slots=True)
class Watch:
    """Looks at everything every EVERY_SECONDS; several replicas keep one reading of each moment."""

    database: Database
    now: Callable[[], datetime]
    monitor: str | None
    services: Mapping[str, str]
    _before: tuple[float, LedgerFigures] | None = field(default=None)

    async def run(self) -> None:
        """Look for ever."""
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            while True:
                await self.look(client)
                await asyncio.sleep(EVERY_SECONDS)

    async def look(self, client: httpx.AsyncClient) -> Standing:
        """Look once and keep what was seen."""
        standing = await self._standing(client)
        moment, before = time.monotonic(), self._before
        seconds, counted = (moment - before[0], before[1]) if before else (float(EVERY_SECONDS), None)
        reading = reading_of(standing, counted, seconds=seconds)
        if standing.ledger is not None:
            self._before = (moment, standing.ledger)
        at = self.now()
        async with self.database.transaction() as connection:
            await readings.keep(connection, at, standing, reading, every=EVERY_SECONDS)
            await readings.forget(connection, before=at - KEPT)
        return standing

    async def _standing(self, client: httpx.AsyncClient) -> Standing:
        async with self.database.connection() as connection:
            database = await readings.database_standing(connection)
        told = asyncio.gather(_told(self._broker(client)), _told(self._ledger(client)))
        services = await asyncio.gather(
            *(_service(client, name, address) for name, address in self.services.items())
        )
        broker, ledger = await told
        return Standing(broker, database, services, ledger)

    async def _broker(self, client: httpx.AsyncClient) -> BrokerStanding | None:
        if self.monitor is None:
            return None
        about, kept, connected = await asyncio.gather(
            _json(client, f"{self.monitor}/varz"),
            _json(client, f"{self.monitor}/jsz?consumers=true&config=true"),
            _json(client, f"{self.monitor}/connz?limit={MOST_CLIENTS}"),
        )
        return broker_standing(about, kept, connected)

    async def _ledger(self, client: httpx.AsyncClient) -> LedgerFigures | None:
        address = self.services.get(LEDGER)
        if address is None:
            return None
        answer = await client.get(f"{address}/metrics")
        return ledger_figures(answer.text)


def broker_standing(
    about: Mapping[str, Any], kept: Mapping[str, Any], connected: Mapping[str, Any]
) -> BrokerStanding:
    """Return how the broker stands, by its own pages: /varz, /jsz and /connz."""
    accounts = kept.get("account_details") or ()
    streams = [stream for account in accounts for stream in account.get("stream_detail") or ()]
    clients = connected.get("connections") or ()
    return BrokerStanding(
        version=str(about["version"]),
        started_at=datetime.fromisoformat(about["start"]).astimezone(UTC),
        memory=int(about["mem"]),
        clients=int(about["connections"]),
        mqtt_clients=sum(one.get("type") == "mqtt" for one in clients),
        slow=int(about.get("slow_consumers", 0)),
        size=int(kept.get("storage", 0)),
        # What begins with $ is the broker's own: retained state and sessions of MQTT.
        streams=tuple(
            _stream(one)
            for one in sorted(streams, key=lambda one: str(one["name"]))
            if not one["name"].startswith("$")
        ),
    )


def ledger_figures(text: str) -> LedgerFigures:
    """Return what the ledger counted, from its metrics as Prometheus reads them."""
    samples = {family.name: family.samples for family in text_string_to_metric_families(text)}
    delays = sorted(
        (float(one.labels["le"]), one.value)
        for one in samples.get("till_entry_delay_seconds", ())
        if one.name.endswith("_bucket")
    )
    return LedgerFigures(
        _counted(samples.get("till_entries", ())),
        _counted(samples.get("till_dead_letters", ())),
        tuple(delays),
    )


def _counted(samples: Any) -> float:
    return float(sum(one.value for one in samples if one.name.endswith("_total")))


def _stream(one: Mapping[str, Any]) -> StreamStanding:
    state, limit = one["state"], (one.get("config") or {}).get("max_bytes", -1)
    consumers = (
        ConsumerStanding(
            each["name"],
            int(each.get("num_pending", 0)),
            int(each.get("num_ack_pending", 0)),
            int(each.get("num_redelivered", 0)),
        )
        for each in one.get("consumer_detail") or ()
    )
    ordered = tuple(sorted(consumers, key=lambda each: each.name))
    return StreamStanding(one["name"], int(state["messages"]), int(state["bytes"]), int(limit), ordered)


async def _service(client: httpx.AsyncClient, name: str, address: str) -> ServiceStanding:
    ready = await _told(_json(client, f"{address}/readyz"))
    about = await _told(_json(client, f"{address}/version")) if ready is not None else None
    checks = {str(key): bool(value) for key, value in ((ready or {}).get("checks") or {}).items()}
    return ServiceStanding(name, ready is not None, str((about or {}).get("version", "")), checks)


async def _json(client: httpx.AsyncClient, address: str) -> dict[str, Any]:
    answer = await client.get(address)
    told: dict[str, Any] = answer.json()
    return told


async def _told(asked: Awaitable[Told]) -> Told | None:
    """Return what somebody tells, None where nobody does: the page says so."""
    try:
        return await asked
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        log.info("not told how a part stands", reason=repr(error)[:200])
        return None
