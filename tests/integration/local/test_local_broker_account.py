"""Everybody shares an account with limits; what a broker kept before it had one comes along."""

import asyncio
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import NoServersError
from nats.js.api import ConsumerConfig, StreamConfig

from guarded_broker import as_service, guarded_broker
from tillday_contracts.streams import JOURNAL_STREAM
from tillday_local.broker import MAX_CONSUMERS, MAX_STREAMS, find_broker, move_streams
from tillday_local.ports import free_port

SUBJECT = "pos.S1.T1.journal.v1"


async def kept_without_an_account(folder: Path) -> None:
    """A broker as it was before: two entries in the journal's stream, one of them taken by the ledger."""
    configuration, port = folder / "former.conf", free_port()
    store = folder / "jetstream"
    configuration.write_text(f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{store}" }}\n')
    command = (str(find_broker()), "--config", str(configuration))
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        client = await connected(port)
        stream = client.jetstream()
        await stream.add_stream(StreamConfig(name=JOURNAL_STREAM.name, subjects=[SUBJECT]))
        for body in (b"first", b"second"):
            await stream.publish(SUBJECT, body)
        ledger = await stream.pull_subscribe(
            SUBJECT, durable="ledger", stream=JOURNAL_STREAM.name, config=ConsumerConfig(ack_wait=1)
        )
        await (await ledger.fetch(1, timeout=15))[0].ack_sync(timeout=15)
        await client.close()
    finally:
        process.terminate()
        await process.wait()


async def connected(port: int) -> Client:
    """A client of a broker that is just starting."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False)
            except (OSError, NoServersError):
                await asyncio.sleep(0.05)


async def test_messages_and_consumers_of_before_are_there_and_the_account_has_its_limits(
    tmp_path: Path,
) -> None:
    await kept_without_an_account(tmp_path)
    move_streams(tmp_path / "jetstream")
    move_streams(tmp_path / "jetstream")  # the next start finds nothing to move

    async with guarded_broker(tmp_path) as broker:
        service = await as_service(broker, "till_service")
        stream = service.jetstream()
        info = await stream.stream_info(JOURNAL_STREAM.name)
        ledger = await stream.consumer_info(JOURNAL_STREAM.name, "ledger")
        account = await stream.account_info()
        await service.close()

    assert (info.state.messages, ledger.num_pending) == (2, 1)
    assert (account.limits.max_streams, account.limits.max_consumers) == (MAX_STREAMS, MAX_CONSUMERS)
    assert account.limits.max_storage == 16 * 1024**3
