"""The power of a server goes at random moments while a till sells; till and ledger go on by themselves."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import psutil

from broker_server import EmbeddedBroker
from database_server import EmbeddedPostgres
from faults.campaign.counter import Counter, counter
from faults.campaign.machine import PowerDisk, power_disk
from faults.campaign.power_cuts import scratch
from servers import new_database

Server = Literal["broker", "database"]
MEGABYTES: Final = 768
LONGEST_RUN: Final = 1.5
HEALS_WITHIN: Final = 90.0
BETWEEN_SALES: Final = 0.01


@dataclass
class ServerCuts:
    """How often the power was cut, and how many receipts were printed and are in the ledger."""

    cycles: int = 0
    receipts: int = 0


@dataclass
class Seller:
    """Sells as long as it is let; a terminal that cannot sell is a fault."""

    shop: Counter
    sold: int = 0
    enough: bool = False

    async def run(self) -> None:
        """Sell until it is enough."""
        while not self.enough:
            await self.shop.sell_some(f"sale-{self.sold}", 1)
            self.sold += 1
            await asyncio.sleep(BETWEEN_SALES)


async def cut_a_server(of: Server, cycles: int, *, seed: int, say: Callable[[str], None]) -> ServerCuts:
    """Cut the power of this server so many times; raises AssertionError where anything is missing."""
    chance, done = random.Random(seed), ServerCuts()
    with scratch() as folder, power_disk(folder, megabytes=MEGABYTES) as disk:
        folder.chmod(0o711)  # the database runs as another account
        async with _running(of, folder, disk) as (server, shop):
            os.sync()
            async with _selling(shop) as seller:
                for _ in range(cycles):
                    await asyncio.sleep(chance.random() * LONGEST_RUN)
                    await _cut(server, disk)
                    await _acknowledges_again(shop)
                    done.cycles, done.receipts = done.cycles + 1, seller.sold
                    say(f"power cut {done.cycles} of {cycles}: {seller.sold} receipts, the {of} is back")
            await shop.ends_well()
            done.receipts = len(shop.sold)
    return done


@asynccontextmanager
async def _running(
    of: Server, folder: Path, disk: PowerDisk
) -> AsyncIterator[tuple[EmbeddedBroker | EmbeddedPostgres, Counter]]:
    """Both servers, one of them with its data on the disk, and a till that is open."""
    homes = {name: (disk.path if name == of else folder) / name for name in ("broker", "database")}
    for home in homes.values():
        home.mkdir()
    broker, database = EmbeddedBroker.at(homes["broker"]), EmbeddedPostgres.at(homes["database"])
    try:
        database.create()
        database.start()
        broker.start()
        place = folder / "counter"
        place.mkdir()
        async with new_database(database) as made, counter(broker, made, place) as shop:
            yield broker if of == "broker" else database, shop
    finally:
        broker.stop(kill=True)
        database.stop(kill=True)


@asynccontextmanager
async def _selling(shop: Counter) -> AsyncIterator[Seller]:
    seller = Seller(shop)
    task = asyncio.create_task(seller.run())
    try:
        yield seller
        seller.enough = True
        await task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await task


async def _cut(server: EmbeddedBroker | EmbeddedPostgres, disk: PowerDisk) -> None:
    assert server.process is not None
    root = psutil.Process(server.process.pid)
    root.suspend()  # or it would start children that nobody ends, and the disk would be busy
    family = [root, *root.children(recursive=True)]
    disk.cut()
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    server.process.wait()
    await asyncio.to_thread(psutil.wait_procs, family, 15)
    await asyncio.to_thread(disk.restore)
    await asyncio.to_thread(server.start)


async def _acknowledges_again(shop: Counter) -> None:
    """Wait until the ledger acknowledges what was sold after the cut."""
    status = await shop.agent.status()
    head, last = status["journal"]["head_seq"], status["link"]["last_ack_at"]

    def has_moved(now: dict[str, Any]) -> bool:
        held = int(now["journal"]["head_seq"]) - int(now["link"]["pending"])
        return held >= int(head) and bool(now["link"]["last_ack_at"] != last)

    await shop.agent.until(has_moved, seconds=HEALS_WITHIN)
