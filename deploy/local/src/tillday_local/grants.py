"""Who may say what at the broker. Allow-lists only: what is not named here is refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from tillday_contracts.backoffice_messages import Operators
from tillday_contracts.report_progress_messages import ReportsChanged
from tillday_contracts.streams import JOURNAL_STREAM, STORE_EVENTS, STREAMS, TILL_EVENTS, StreamDefinition
from tillday_contracts.topics import (
    GIVEN_SUBJECT,
    HELLO_SUBJECT,
    PRESENCE_SUBJECT,
    REDEEM_SUBJECT,
    TerminalAddress,
    ask_subject,
    terminal_words,
)

ConnectionType = Literal["STANDARD", "MQTT"]


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one user may publish and hear, and over which protocol."""

    user: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    connections: tuple[ConnectionType, ...] = ("STANDARD",)
    answers: bool = False
    """May publish one answer to each request it received."""


def terminal_user(address: TerminalAddress) -> str:
    """The broker user of a terminal."""
    return f"{address.store}.{address.terminal}"


def terminal_grant(address: TerminalAddress) -> Grant:
    """A terminal speaks and hears under its own two words only."""
    publish, subscribe = terminal_words(address)
    return Grant(user=terminal_user(address), publish=publish, subscribe=subscribe, connections=("MQTT",))


def _inbox(user: str) -> str:
    return f"_INBOX.{user}.>"


def _look_after(streams: Iterable[StreamDefinition]) -> tuple[str, ...]:
    """Make, compare and repair these streams."""
    actions = ("CREATE", "UPDATE", "INFO")
    return tuple(f"$JS.API.STREAM.{action}.{stream.name}" for stream in streams for action in actions)


def _announce(stream: StreamDefinition) -> tuple[str, ...]:
    """Publish the events of this stream, and look up the last one to go on from there."""
    return (*stream.subjects, f"$JS.API.STREAM.MSG.GET.{stream.name}")


def _consume(*streams: StreamDefinition) -> tuple[str, ...]:
    """Make and use consumers of these streams, and acknowledge what they deliver."""
    allowed: list[str] = []
    for stream in streams:
        allowed += [f"$JS.API.CONSUMER.{action}.{stream.name}.>" for action in _CONSUMER_ACTIONS]
        allowed += [f"$JS.ACK.{stream.name}.>", f"$JS.FC.{stream.name}.>"]
    return tuple(allowed)


def _read_back(stream: StreamDefinition) -> str:
    """Read a stored message: the relay compares its last event with what the stream holds."""
    return f"$JS.API.STREAM.MSG.GET.{stream.name}"


_CONSUMER_ACTIONS: Final = ("CREATE", "DURABLE.CREATE", "INFO", "DELETE", "MSG.NEXT")
_ASKED_OF_TILL: Final = ("till_totals",)
_ASKED_OF_STORE: Final = ("catalogue", "people")
_ASKED_OF_REPORT: Final = ("flash",)

STORE_SERVICE: Final = Grant(
    user="store_service",
    publish=(
        "pos.*.*.desired.v1",
        "pos.*.settings.v1",
        "pos.*.*.reply.v1",
        GIVEN_SUBJECT,
        "tillday.till.>",
        *_announce(STORE_EVENTS),
        "$JS.API.INFO",
        *_look_after(STREAMS),
        *_consume(TILL_EVENTS),
        _read_back(STORE_EVENTS),
    ),
    subscribe=(
        _inbox("store_service"),
        "tillday.store.>",
        HELLO_SUBJECT,
        REDEEM_SUBJECT,
        *(ask_subject(kind) for kind in _ASKED_OF_STORE),
    ),
    connections=("STANDARD", "MQTT"),
    answers=True,
)
TILL_SERVICE: Final = Grant(
    user="till_service",
    publish=(
        "pos.*.*.ack.v1",
        "pos.*.*.reply.v1",
        "tillday.store.>",
        Operators.subject,
        *_announce(TILL_EVENTS),
        "$JS.API.INFO",
        *_look_after(STREAMS),
        *_consume(JOURNAL_STREAM, STORE_EVENTS),
        _read_back(TILL_EVENTS),
    ),
    subscribe=(
        _inbox("till_service"),
        "tillday.till.>",
        HELLO_SUBJECT,
        PRESENCE_SUBJECT,
        *(ask_subject(kind) for kind in _ASKED_OF_TILL),
    ),
    answers=True,
)
REPORT_SERVICE: Final = Grant(
    user="report_service",
    publish=(
        "pos.*.*.reply.v1",
        "tillday.till.>",
        "tillday.store.>",
        ReportsChanged.subject,
        "$JS.API.INFO",
        *_look_after(STREAMS),
        *_consume(TILL_EVENTS, STORE_EVENTS),
    ),
    subscribe=(
        _inbox("report_service"),
        "tillday.report.>",
        HELLO_SUBJECT,
        *(ask_subject(kind) for kind in _ASKED_OF_REPORT),
    ),
    answers=True,
)
BACKOFFICE_SERVICE: Final = Grant(
    user="backoffice_service",
    publish=("tillday.store.>", "tillday.till.>", "tillday.report.>"),
    subscribe=(_inbox("backoffice_service"), "tillday.backoffice.>", ReportsChanged.subject),
    answers=True,
)
OPERATOR: Final = Grant(
    user="tillday",
    publish=(
        "tillday.store.>",
        "tillday.till.>",
        "tillday.report.>",
        "tillday.backoffice.>",
        "$JS.API.INFO",
        *(f"$JS.API.STREAM.INFO.{stream.name}" for stream in STREAMS),
        *(f"$JS.API.CONSUMER.INFO.{stream.name}.>" for stream in STREAMS),
    ),
    subscribe=(_inbox("tillday"),),
)
# Another company's program, an ERP say: hears what the till service announces, by one consumer of its own.
ERP: Final = Grant(
    user="erp",
    publish=(
        f"$JS.API.CONSUMER.CREATE.{TILL_EVENTS.name}.erp",
        f"$JS.API.CONSUMER.CREATE.{TILL_EVENTS.name}.erp.>",
        f"$JS.API.CONSUMER.DURABLE.CREATE.{TILL_EVENTS.name}.erp",
        f"$JS.API.CONSUMER.INFO.{TILL_EVENTS.name}.erp",
        f"$JS.API.CONSUMER.MSG.NEXT.{TILL_EVENTS.name}.erp",
        f"$JS.ACK.{TILL_EVENTS.name}.erp.>",
    ),
    subscribe=(_inbox("erp"),),
)
# In the broker's system account, where nobody else is: asked about terminals, and able to end connections.
DOOR: Final = Grant(
    user="store_service_door",
    publish=("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.SERVER.*.KICK", "tillday.door.>"),
    subscribe=(_inbox("store_service_door"), "$SYS.REQ.USER.AUTH", "tillday.door.>"),
    answers=True,
)
SERVICE_GRANTS: Final = (STORE_SERVICE, TILL_SERVICE, REPORT_SERVICE, BACKOFFICE_SERVICE, OPERATOR, ERP)
