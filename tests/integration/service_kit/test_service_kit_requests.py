"""Requests between services: always answered, once decided, and again after an outage of the broker."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from servers import Broker, FreshDatabase
from service_kit.database import Connection
from service_kit.failures import RefusedError, TransientError
from service_kit.inbox import answer_once
from service_kit.service import Service
from service_kit.settings import ServiceSettings
from service_kit.subscriptions import MOST_ANSWER_BYTES, answer
from tillday_contracts.messages import Question
from toy_service import Parts, eventually, parts_on

Toy = Service[ServiceSettings]


# The NATS client leaves the socket of a refused login to the garbage collector, which is run here.
@pytest.fixture
def collected() -> Iterator[None]:
    yield
    gc.collect()


def leaves_sockets(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    for mark in (
        pytest.mark.usefixtures("collected"),
        pytest.mark.filterwarnings("ignore::ResourceWarning"),
        pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    ):
        test = mark(test)
    return test


class Ask(BaseModel):
    message_id: UUID
    number: int


class Answer(BaseModel):
    doubled: int


class Repeat(Question):
    subject = "toy.repeat.v1"

    letters: int


class Repeated(BaseModel):
    text: str


class Doubling:
    """A service that doubles numbers and refuses, fails or waits on request."""

    def __init__(self) -> None:
        self.decided = 0

    def compose(self, service: Toy) -> None:
        @service.broker.subscriber("toy.double.v1", queue=service.name)
        async def double(ask: Ask) -> Answer:
            if ask.number < 0:
                raise RefusedError("A number below zero cannot be doubled here.", code="below_zero")
            if ask.number == 13:
                raise KeyError("a bug")
            if ask.number == 99:
                raise ConnectionRefusedError("the database is away")
            return Answer(doubled=2 * ask.number)

        answer(service, Repeat, self.repeat)

        @service.broker.subscriber("toy.once.v1", queue=service.name)
        async def once(ask: Ask) -> bytes:
            async def decide(_connection: Connection) -> bytes:
                self.decided += 1
                return json.dumps({"decided": self.decided}).encode()

            request = ask.model_dump_json().encode()
            return await answer_once(service.database, ask.message_id, decide, request=request)

    async def repeat(self, question: Repeat) -> Repeated:
        return Repeated(text="x" * question.letters)


async def ask(
    service: Toy, number: int, *, subject: str = "toy.double.v1", key: UUID | None = None
) -> object:
    body = Ask(message_id=key or uuid4(), number=number).model_dump_json().encode()
    return json.loads(await service.nats.request(subject, body, timeout=2))


async def test_a_request_is_answered(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    assert await ask(service, 21) == {"doubled": 42}


async def test_a_refusal_says_why(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, -1)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["code"]) == ("refused", "below_zero")


async def test_a_bug_is_answered_without_its_inside(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, 13)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["kind"]) == ("failed", "permanent")
    assert "bug" not in answer["text"]


async def test_an_outage_behind_the_service_is_answered_as_worth_a_repeat(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = await ask(service, 99)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["kind"]) == ("failed", "transient")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b'{"number": "many"}', b"[]", b"null", b'{"a":' * 5000]
)
async def test_a_malformed_request_is_answered(parts: Parts, body: bytes) -> None:
    service = await parts.start("till_service", Doubling().compose)

    answer = json.loads(await service.nats.request("toy.double.v1", body, timeout=2))

    assert (answer["outcome"], answer["kind"]) == ("failed", "permanent")


async def test_a_repeated_command_gets_the_first_answer_and_has_no_second_effect(parts: Parts) -> None:
    doubling = Doubling()
    service = await parts.start("till_service", doubling.compose)
    key = uuid4()

    answers = await asyncio.gather(*(ask(service, 1, subject="toy.once.v1", key=key) for _ in range(10)))

    assert answers == [{"decided": 1}] * 10
    assert doubling.decided == 1


async def test_one_message_id_for_two_requests_is_refused_in_words(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    key = uuid4()
    await ask(service, 1, subject="toy.once.v1", key=key)

    answer = await ask(service, 2, subject="toy.once.v1", key=key)

    assert isinstance(answer, dict)
    assert (answer["outcome"], answer["code"]) == ("refused", "used_before")


async def test_an_answer_that_the_broker_does_not_carry_is_refused_in_words(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    longest = MOST_ANSWER_BYTES - len(Repeated(text="").model_dump_json())

    async def asked(letters: int) -> dict[str, object]:
        body = Repeat(letters=letters).model_dump_json().encode()
        told = json.loads(await service.nats.request(Repeat.subject, body, timeout=15))
        assert isinstance(told, dict)
        return told

    too_long = await asked(longest + 1)
    assert (too_long["outcome"], too_long["kind"]) == ("failed", "permanent")
    assert "508" in str(too_long["text"])
    assert len(str((await asked(longest))["text"])) == longest, "the control: just so much is carried"


async def test_nobody_there_is_said_at_once(parts: Parts) -> None:
    service = await parts.start("till_service", lambda _service: None)

    with pytest.raises(TransientError, match="not running"):
        await service.nats.request("toy.nobody.v1", b"{}", timeout=5)


async def test_requests_are_answered_again_after_the_broker_was_killed_and_wiped(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    parts.broker.stop(kill=True)
    parts.broker.wipe()
    with pytest.raises(TransientError):
        await asyncio.wait_for(service.nats.request("toy.double.v1", b"{}", timeout=0.3), 2)
    parts.broker.start()

    async def answered() -> bool:
        try:
            return await ask(service, 4) == {"doubled": 8}
        except TransientError:
            return False

    await eventually(answered)


async def test_a_service_waits_for_a_broker_that_is_away_at_the_start(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    await fresh_database.with_tables_of("till_service")
    broker.stop()
    async with parts_on(fresh_database, broker) as parts:
        starting = asyncio.create_task(parts.start("till_service", Doubling().compose))
        await asyncio.sleep(0.7)
        assert not starting.done()
        broker.start()

        service = await asyncio.wait_for(starting, 10)

        assert await ask(service, 5) == {"doubled": 10}


@leaves_sockets
async def test_a_refused_login_is_waited_out(fresh_database: FreshDatabase, broker: Broker) -> None:
    await fresh_database.with_tables_of("till_service")
    broker.start()
    async with parts_on(fresh_database, broker) as parts:
        right = broker.passwords["till_service"]
        service = parts.make("till_service", Doubling().compose)
        broker.stop()
        broker.passwords["till_service"] = "another password, for a while"
        broker.start()
        parts.stack.push_async_callback(service.stop)
        starting = asyncio.create_task(service.start())
        await asyncio.sleep(1.0)
        assert not starting.done()
        broker.stop()
        broker.passwords["till_service"] = right
        broker.start()

        await asyncio.wait_for(starting, 10)

        assert await ask(service, 5) == {"doubled": 10}


@leaves_sockets
async def test_a_login_refused_while_reconnecting_is_waited_out(parts: Parts) -> None:
    service = await parts.start("till_service", Doubling().compose)
    right = parts.broker.passwords["till_service"]
    parts.broker.stop(kill=True)
    parts.broker.passwords["till_service"] = "another password, for a while"
    parts.broker.start()
    await asyncio.sleep(1.5)
    parts.broker.stop(kill=True)
    parts.broker.passwords["till_service"] = right
    parts.broker.start()

    async def answered() -> bool:
        try:
            return await ask(service, 4) == {"doubled": 8}
        except TransientError:
            return False

    await eventually(answered)
