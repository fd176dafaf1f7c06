"""JetStream streams from plain data: made when missing, repaired when different."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import nats.js.errors
import structlog
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

log = structlog.get_logger()

COMPARED: Final = ("subjects", "max_age", "max_bytes", "duplicate_window", "discard", "num_replicas")


class StreamDefinition(Protocol):
    """The shape of a stream; the oldest messages give way, publishers are never refused."""

    @property
    def name(self) -> str: ...
    @property
    def subjects(self) -> Sequence[str]: ...
    @property
    def max_age_seconds(self) -> int: ...
    @property
    def max_bytes(self) -> int: ...
    @property
    def duplicate_window_seconds(self) -> int: ...


async def ensure_streams(
    jetstream: JetStreamContext, definitions: Iterable[StreamDefinition], *, replicas: int = 1
) -> list[str]:
    """Make or repair each stream; returns the names that were touched. Two services may do it at once.

    `replicas` of a cluster's brokers hold each stream.
    """
    wanted = [configuration(definition, replicas=replicas) for definition in definitions]
    return [f"{stream.name}" for stream in wanted if await _ensure(jetstream, stream)]


async def _ensure(jetstream: JetStreamContext, wanted: StreamConfig) -> bool:
    try:
        present = (await jetstream.stream_info(f"{wanted.name}")).config
    except nats.js.errors.NotFoundError:
        await jetstream.add_stream(wanted)
        log.info("stream made", stream=wanted.name)
        return True
    if all(_same(getattr(present, name), getattr(wanted, name)) for name in COMPARED):
        return False
    await jetstream.update_stream(wanted)
    log.info("stream repaired", stream=wanted.name)
    return True


def _same(present: object, wanted: object) -> bool:
    if isinstance(present, list) and isinstance(wanted, list):
        return sorted(present) == sorted(wanted)
    return present == wanted


def configuration(definition: StreamDefinition, *, replicas: int = 1) -> StreamConfig:
    """The definition in the broker's own words."""
    return StreamConfig(
        name=definition.name,
        subjects=list(definition.subjects),
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        storage=StorageType.FILE,
        max_age=definition.max_age_seconds,
        max_bytes=definition.max_bytes,
        duplicate_window=definition.duplicate_window_seconds,
        num_replicas=replicas,
    )
