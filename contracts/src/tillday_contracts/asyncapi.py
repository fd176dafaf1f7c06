"""AsyncAPI 3, made from the contracts: each address that the back office listens or speaks on."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import BaseModel

from tillday_contracts.topics import ASK_KINDS
from tillday_contracts.wire import EVENTS, REPLIES, WIRE

Content = dict[str, object]

_NAME_OF: Final[Mapping[type[BaseModel], str]] = {model: name for name, model in WIRE.items()}
_TERMINAL: Final = ("store", "terminal")
_UP: Final = {"journal": "journal.batch", "hello": "link.sealed", "presence": "link.presence"}
_DOWN: Final = {"ack": "link.answers", "reply": "link.reply", "desired": "link.desired"}
_PARAMETERS: Final = {
    "code": {"description": "The public part of an enrolment code."},
    "store": {"description": "The store's code: 1 to 16 of A-Z, 0-9, '_' and '-'."},
    "terminal": {"description": "The terminal's code, alike. The topic alone says who speaks."},
}


def asyncapi_document(schema_file: Callable[[str], str]) -> Content:
    """Return the document; `schema_file` says where the schema of a wire name is kept, relative to it."""
    links, requests, events = _link_channels(), _request_channels(), _event_channels()
    operations = {**_link_operations(), **_request_operations(), **_event_operations()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tillday",
            "version": "1.0.0",
            "description": "What the back office receives and sends. Terminals speak MQTT 3.1.1, where the "
            "words of an address are joined by '/'; services speak NATS, where they are joined by '.'.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {**links, **requests, **events},
        "operations": operations,
        "components": {"messages": {name: _message(name, schema_file) for name in _spoken()}},
    }


def _spoken() -> list[str]:
    return [name for name in WIRE if not name.startswith("entry.") and name not in _CARRIED]


# These travel inside other messages (an envelope in a batch, a HELLO in its seal) or in a file.
_CARRIED: Final = frozenset({"journal.envelope", "link.hello", "link.enrolment_bundle", "link.invitation"})


def _message(name: str, schema_file: Callable[[str], str]) -> Content:
    summary = (WIRE[name].__doc__ or "").strip().splitlines()[0]
    return {"name": name, "summary": summary, "payload": {"$ref": f"./{schema_file(name)}"}}


def _channel(
    address: str, names: tuple[str, ...], *, parameters: tuple[str, ...] = (), note: str = ""
) -> Content:
    channel: Content = {"address": address}
    if note:
        channel["description"] = note
    if parameters:
        channel["parameters"] = {name: _PARAMETERS[name] for name in parameters}
    channel["messages"] = {name: {"$ref": f"#/components/messages/{name}"} for name in names}
    return channel


def _link_channels() -> dict[str, Content]:
    kept = "Retained: the newest revision is the one that counts."
    channels = {}
    for kind, name in {**_UP, **_DOWN}.items():
        note = kept if kind in ("presence", "desired") else ""
        address = f"pos/{{store}}/{{terminal}}/{kind}/v1"
        channels[f"terminal.{kind}"] = _channel(address, (name,), parameters=_TERMINAL, note=note)
    for ask in ASK_KINDS:
        address = f"pos/{{store}}/{{terminal}}/ask/{ask}/v1"
        channels[f"terminal.ask.{ask}"] = _channel(address, ("link.ask",), parameters=_TERMINAL)
    for word in ("redeem", "given"):
        address = f"enrol/{{code}}/{word}/v1"
        channels[f"enrol.{word}"] = _channel(address, (f"link.{word}",), parameters=("code",))
    channels["store.settings"] = _channel(
        "pos/{store}/settings/v1", ("link.settings",), parameters=("store",), note=kept
    )
    return channels


def _request_channels() -> dict[str, Content]:
    channels: dict[str, Content] = {}
    for request in REPLIES:
        name = _NAME_OF[request]
        channels[name] = _channel(_subject(request), (name,))
        channels[f"{name}.answer"] = {
            **_channel("", _answers(request), note="The request's own reply subject."),
            "address": None,
        }
    return channels


def _event_channels() -> dict[str, Content]:
    return {_NAME_OF[event]: _channel(_subject(event), (_NAME_OF[event],)) for event in EVENTS}


def _operation(action: str, channel: str, names: tuple[str, ...]) -> Content:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in names],
    }


def _link_operations() -> dict[str, Content]:
    received = {f"terminal.{kind}": name for kind, name in _UP.items()}
    received |= {f"terminal.ask.{ask}": "link.ask" for ask in ASK_KINDS}
    received["enrol.redeem"] = "link.redeem"
    sent = {f"terminal.{kind}": name for kind, name in _DOWN.items()}
    sent |= {"store.settings": "link.settings", "enrol.given": "link.given"}
    return {
        **{
            f"receive.{channel}": _operation("receive", channel, (name,))
            for channel, name in received.items()
        },
        **{f"send.{channel}": _operation("send", channel, (name,)) for channel, name in sent.items()},
    }


def _request_operations() -> dict[str, Content]:
    operations = {}
    for request in REPLIES:
        name = _NAME_OF[request]
        operation = _operation("receive", name, (name,))
        answer = f"{name}.answer"
        operation["reply"] = {
            "address": {
                "location": "$message.header#/reply",
                "description": "The reply subject of the request.",
            },
            "channel": {"$ref": f"#/channels/{answer}"},
            "messages": [{"$ref": f"#/channels/{answer}/messages/{reply}"} for reply in _answers(request)],
        }
        operations[f"answer.{name}"] = operation
    return operations


def _event_operations() -> dict[str, Content]:
    return {
        f"send.{_NAME_OF[event]}": _operation("send", _NAME_OF[event], (_NAME_OF[event],)) for event in EVENTS
    }


def _answers(request: type[BaseModel]) -> tuple[str, ...]:
    return (*(_NAME_OF[reply] for reply in REPLIES[request]), "reply.refused", "reply.failed")


def _subject(model: type[BaseModel]) -> str:
    return str(getattr(model, "subject"))  # noqa: B009 - a class variable of requests and events, not of every model
