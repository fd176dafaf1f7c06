"""One broker of three is killed again and again, always the one that leads the journal: no sale is lost."""

import asyncio
import os
from pathlib import Path

import pytest

from broker_cluster import Cluster, broker_cluster
from broker_server import Broker
from faults.campaign.counter import Counter, counter
from faults.campaign.relay import relay
from servers import FreshDatabase
from tillday_contracts.streams import JOURNAL_STREAM

KILLS = int(os.environ.get("TILLDAY_FAULTS_KILLS", "12"))
APART_SECONDS = 5.0


async def test_the_journal_goes_on_while_the_leading_broker_of_three_dies_again_and_again(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILLDAY_STREAM_REPLICAS", "3")
    async with broker_cluster() as cluster, relay(*(node.mqtt_port for node in cluster.nodes)) as door:
        first = cluster.nodes[0]
        broker = Broker(first.nats_url, f"mqtt://127.0.0.1:{door.port}", first.passwords)
        async with counter(broker, fresh_database, tmp_path) as shop:
            for n in range(KILLS):
                await kill_the_leader(cluster, shop, n)
            await shop.sell_some("after", 2)
            await shop.ends_well()


async def kill_the_leader(cluster: Cluster, shop: Counter, n: int) -> None:
    leader = await cluster.leader_of(JOURNAL_STREAM.name)
    await shop.sell_some(f"before-{n}", 2)
    leader.stop(kill=True)
    began = asyncio.get_running_loop().time()
    await shop.sell_some(f"without-{n}", 4)
    followed = await cluster.leader_of(JOURNAL_STREAM.name)
    assert followed.name != leader.name, "who was killed leads nothing"
    await shop.drained()
    left = APART_SECONDS - (asyncio.get_running_loop().time() - began)
    await asyncio.sleep(max(0.0, left) if KILLS > 1 else 0.0)
    await asyncio.to_thread(leader.start)
