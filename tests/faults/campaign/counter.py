"""One counter on real parts: an agent's process and its printer, the till service, broker and database."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent_back_office import BackOffice
from agent_process import AgentProcess
from agent_shop import TODAY, desired, store_settings
from integration.agent.test_agent_with_the_ledger import Ledger, Shop
from servers import SERVICES, Broker, FreshDatabase, service_environment
from tillday_checker.check import look
from tillday_checker.judge import judge
from virtual_devices import start_device

SALES = "SELECT count(*) AS n FROM till.sale"


@dataclass
class Counter(Shop):
    """A till that is open. `office` says what the store's service would; `sold` are the printed numbers."""

    office: BackOffice
    broker: Broker
    sold: list[str]

    async def sell_some(self, prefix: str, count: int) -> None:
        """Sell, one receipt after the other."""
        self.sold += await self.sell(*(f"{prefix}-{n}" for n in range(count)))

    async def ends_well(self, *, sales: int | None = None) -> None:
        """Everything sold is in the ledger, and the checker finds nothing in ledger, journal and paper."""
        await self.drained()
        database = self.ledger.database
        world = await look(database.url, [self.agent.folder], password=database.password)
        verdict = judge(replace(world, reports=None, stores=None))
        assert verdict.holds, verdict.violations
        assert world.terminals[0].paper, "no paper was looked at"
        assert len(set(self.sold)) == len(self.sold)
        (held,) = await self.ledger.rows(SALES)
        assert held["n"] == (len(self.sold) if sales is None else sales)


@asynccontextmanager
async def counter(
    broker: Broker,
    database: FreshDatabase,
    folder: Path,
    *,
    mqtt_url: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Counter]:
    """Open the till of T1. The agent reaches the broker at `mqtt_url` with this environment."""
    await database.with_tables_of(*SERVICES)
    variables = service_environment("till_service", database, broker)
    ledger = Ledger(broker, database, variables, folder / "ledger.log")
    home = folder / "t1"
    home.mkdir()
    device = start_device(home)
    word = broker.password_of("observer")
    agent = AgentProcess(home, mqtt_url or broker.mqtt_url, "observer", word, printer=home / "printer")
    office = BackOffice(broker)
    office.deaf = True  # the real ledger answers; this one has the people and the goods
    await ledger.start()
    try:
        await ledger.register()
        async with office.working():
            await office.retain(store_settings(rev=9), desired(9, business_date=TODAY))
            await agent.start(**(environment or {}))
            await agent.until(lambda s: s["outcome"]["code"] == "initial_count", seconds=30)
            await agent.open_till()
            yield Counter(agent, ledger, office, broker, [])
    finally:
        await agent.stop()
        ledger.stop()
        device.kill()
        device.wait()
