"""What the store service tells of the terminals' identities."""

from collections.abc import Sequence
from typing import Final, assert_never, get_args

import structlog

from service_kit.database import Connection
from service_kit.feed import FeedEvent
from till_service.persistence.identities import give_up_keys, set_revoked
from till_service.persistence.loading import read_terminals
from tillday_contracts.identity_messages import KeysCompromised, TerminalEnrolled, TerminalRevoked
from tillday_contracts.topics import TerminalAddress

log = structlog.get_logger()

Heard = TerminalEnrolled | TerminalRevoked | KeysCompromised
HEARD: Final[dict[str, type[Heard]]] = {kind.subject: kind for kind in get_args(Heard)}


async def fold(connection: Connection, events: Sequence[FeedEvent]) -> None:
    """Take events in their order. The terminals' streams are locked first: their heads are the cut."""
    heard = [HEARD[e.subject].model_validate_json(e.body) for e in events if e.subject in HEARD]
    addresses = {TerminalAddress(event.store, event.terminal) for event in heard}
    in_order = tuple(sorted(addresses, key=lambda at: (at.store, at.terminal)))
    await read_terminals(connection, in_order, lock=True)
    for event in heard:
        await _fold_one(connection, event)


async def forget(_: Connection) -> None:
    """Keep what was told: each event says how things stand after it, so telling all again ends alike."""


async def _fold_one(connection: Connection, event: Heard) -> None:
    address = TerminalAddress(event.store, event.terminal)
    match event:
        case TerminalEnrolled():
            await set_revoked(connection, address, revoked=False)
        case TerminalRevoked():
            await set_revoked(connection, address, revoked=True)
            log.warning("a terminal was revoked", store=event.store, terminal=event.terminal)
        case KeysCompromised():
            await give_up_keys(connection, address, event.key_ids, at=event.occurred_at)
            log.warning("keys were given up", store=event.store, terminal=event.terminal)
        case _:
            assert_never(event)
