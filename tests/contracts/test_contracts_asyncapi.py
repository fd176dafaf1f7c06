"""The AsyncAPI document names every address, and every reference in it leads somewhere."""

import json
from collections.abc import Iterator

from tillday_contracts.schemas import ASYNCAPI_FILE, HOME
from tillday_contracts.topics import ASK_KINDS, TerminalAddress, settings_topic
from tillday_contracts.wire import EVENTS, REPLIES

DOCUMENT = json.loads((HOME / ASYNCAPI_FILE).read_text(encoding="utf-8"))


def references(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        if isinstance(content.get("$ref"), str):
            yield content["$ref"]
        for value in content.values():
            yield from references(value)
    elif isinstance(content, list):
        for value in content:
            yield from references(value)


def leads_somewhere(reference: str) -> bool:
    if not reference.startswith("#/"):
        return (HOME / reference).is_file()
    place: object = DOCUMENT
    for word in reference.removeprefix("#/").split("/"):
        if not isinstance(place, dict) or word not in place:
            return False
        place = place[word]
    return True


def addresses() -> set[str]:
    return {channel["address"] for channel in DOCUMENT["channels"].values() if channel["address"]}


def test_every_reference_leads_somewhere() -> None:
    assert [reference for reference in references(DOCUMENT) if not leads_somewhere(reference)] == []


def test_a_reference_to_nothing_would_be_noticed() -> None:
    assert not leads_somewhere("#/channels/nowhere")
    assert not leads_somewhere("./schemas/nothing.v1.json")


def test_every_topic_of_a_terminal_is_a_channel() -> None:
    terminal = TerminalAddress("S1", "T1")
    kinds = ("journal", "hello", "presence", "ack", "reply", "desired")
    topics = {terminal.topic(kind) for kind in kinds} | {terminal.ask_topic(kind) for kind in ASK_KINDS}  # type: ignore[arg-type]
    named = {address.replace("{store}", "S1").replace("{terminal}", "T1") for address in addresses()}

    assert topics | {settings_topic("S1")} <= named


def test_every_request_and_event_is_a_channel() -> None:
    assert {getattr(model, "subject") for model in (*REPLIES, *EVENTS)} <= addresses()  # noqa: B009


def test_every_request_says_what_answers_it() -> None:
    answers = [operation for name, operation in DOCUMENT["operations"].items() if name.startswith("answer.")]

    assert len(answers) == len(REPLIES)
    assert all(len(operation["reply"]["messages"]) >= 3 for operation in answers)
