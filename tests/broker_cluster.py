"""Three real brokers that are one: each can be killed and started again."""

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nats
import nats.errors
import nats.js.errors

from broker_server import USERS, EmbeddedBroker
from server_processes import free_port

NODES = 3
ELECTED_WITHIN = 30.0


@dataclass
class Node(EmbeddedBroker):
    """One broker of the cluster."""

    name: str = ""
    cluster_port: int = 0
    routes: tuple[int, ...] = ()

    def _configuration(self) -> str:
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in self.routes)
        alone = super()._configuration().replace('server_name: "test"', f'server_name: "{self.name}"')
        listen = f"127.0.0.1:{self.cluster_port}"
        return f'{alone}\ncluster {{ name: "tillday", listen: "{listen}", routes: [{routes}] }}\n'


@dataclass
class Cluster:
    """Three nodes; `leader` is the one that leads a stream right now."""

    nodes: list[Node]

    async def leader_of(self, stream: str) -> Node:
        """Wait until the stream has a leader; the brokers must know the stream."""
        async with asyncio.timeout(ELECTED_WITHIN):
            while True:
                name = await self._leader(stream)
                found = [node for node in self.nodes if node.name == name]
                if found:
                    return found[0]
                await asyncio.sleep(0.2)

    async def _leader(self, stream: str) -> str | None:
        urls = [node.nats_url for node in self.nodes]
        user = "observer"
        try:
            client = await nats.connect(
                urls,
                user=user,
                password=self.nodes[0].password_of(user),
                allow_reconnect=False,
                connect_timeout=2,
                error_cb=_quiet,
            )
        except (OSError, TimeoutError, nats.errors.Error):
            return None
        try:
            info = await client.jetstream(timeout=2).stream_info(stream)
            return info.cluster.leader if info.cluster is not None else None
        except (TimeoutError, nats.errors.Error, nats.js.errors.Error):
            return None
        finally:
            await client.close()


async def _quiet(_error: Exception) -> None:
    """Whoever asks again needs no words about it."""


@asynccontextmanager
async def broker_cluster() -> AsyncIterator[Cluster]:
    """Run three brokers until the end of the block."""
    folder = Path(tempfile.mkdtemp(prefix="tillday-cluster-"))
    ports = tuple(free_port() for _ in range(NODES))
    words = {user: secrets.token_hex(16) for user in USERS}
    nodes = [_node(folder / f"n{n}", f"n{n}", port, ports, words) for n, port in enumerate(ports)]
    try:
        for node in nodes:
            node.folder.mkdir()
        await asyncio.gather(*(asyncio.to_thread(node.start) for node in nodes))
        yield Cluster(nodes)
    finally:
        for node in nodes:
            node.stop(kill=True)
        shutil.rmtree(folder, ignore_errors=True)


def _node(folder: Path, name: str, port: int, routes: tuple[int, ...], words: dict[str, str]) -> Node:
    nats_port, mqtt_port = free_port(), free_port()
    return Node(
        nats_url=f"nats://127.0.0.1:{nats_port}",
        mqtt_url=f"mqtt://127.0.0.1:{mqtt_port}",
        passwords=words,
        folder=folder,
        nats_port=nats_port,
        mqtt_port=mqtt_port,
        name=name,
        cluster_port=port,
        routes=routes,
    )
