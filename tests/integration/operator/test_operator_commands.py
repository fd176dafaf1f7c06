"""The operator's commands as processes, against stand-ins that answer over a real broker."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from servers import Broker, free_port
from tillday_contracts.close_messages import CloseTill, SayNoClose, TillClosedInBack, TypedReport
from tillday_contracts.day_messages import CancelDay, FinishStoreTask
from tillday_contracts.example_link import settings_content
from tillday_contracts.messages import Done, Failed, Refused
from tillday_contracts.model import Fact
from tillday_contracts.report_messages import Board, BoardTerminal, BoardTill, StatusBoard
from tillday_contracts.store_messages import (
    CloseStore,
    DayAnswer,
    OpenStore,
    SettingsAnswer,
    StoreDay,
    StoreDays,
    StoreDayStatus,
    StoreSettings,
)
from typed_commands import Ended, typed

MONDAY = date(2026, 3, 2)
SESSION = "b" * 32
TILL = {
    "terminal": "T1",
    "till": "T1",
    "session_id": "a" * 32,
    "business_date": "2026-03-02",
    "status": "open",
    "opened_by": "CASHIER-1",
}


class Services:
    """Answers requests as told, and keeps what was asked."""

    def __init__(self, client: Client, broker: Broker) -> None:
        self._client = client
        self._broker = broker
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def answer(self, subject: str, reply: Callable[[], Fact]) -> None:
        async def take(message: Msg) -> None:
            self.asked.append((message.subject, json.loads(message.data)))
            await message.respond(reply().model_dump_json().encode())

        await self._client.subscribe(subject, cb=take)
        await self._client.flush()

    async def tillday(self, *arguments: str, url: str | None = None) -> Ended:
        environment = {
            **os.environ,
            "TILLDAY_NATS_URL": url or self._broker.nats_url,
            "TILLDAY_NATS_PASSWORD": self._broker.password_of("tillday"),
        }
        ended = await typed(*arguments, environment=environment)
        assert "Traceback" not in ended.err
        return ended


@pytest.fixture
async def services(broker: Broker) -> AsyncIterator[Services]:
    broker.start()
    client = await nats.connect(
        broker.nats_url, user="observer", password=broker.password_of("observer"), max_reconnect_attempts=-1
    )
    yield Services(client, broker)
    await client.close()


async def test_opening_a_store_says_what_happened(services: Services) -> None:
    answer = DayAnswer(store="S1", business_date=MONDAY, state="open", automatically_closed=date(2026, 3, 1))
    await services.answer(OpenStore.subject, lambda: answer)

    ended = await services.tillday("store", "open", "--date", "2026-03-02", "--by", "MANAGER-1")

    assert ended.code == 0
    assert "open for 2026-03-02" in ended.out
    assert "2026-03-01 was still open" in ended.out
    command = OpenStore.model_validate(services.asked[0][1])
    assert (command.business_date, command.by, command.store) == (MONDAY, "MANAGER-1", "S1")


@pytest.mark.parametrize("time_zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_without_a_date_the_store_opens_for_today_by_its_own_clock(
    services: Services, time_zone: str
) -> None:
    place = settings_content().model_copy(update={"time_zone": time_zone, "rollover": "00:00"})
    await services.answer(
        StoreSettings.subject, lambda: SettingsAnswer(settings=place, revision=1, history=())
    )
    await services.answer(
        OpenStore.subject, lambda: DayAnswer(store="S1", business_date=MONDAY, state="open")
    )

    before = datetime.now(ZoneInfo(time_zone)).date()
    ended = await services.tillday("store", "open")

    assert ended.code == 0
    asked = OpenStore.model_validate(services.asked[-1][1]).business_date
    assert asked in (before, datetime.now(ZoneInfo(time_zone)).date())


def running_board() -> Board:
    running = BoardTill(session_id=SESSION, till="TILL1", business_date=MONDAY, status="Open in Front-office")
    terminal = BoardTerminal(terminal="T1", name="Counter 1", status="Open", sessions=(running,))
    return Board(store="S1", name="Shop", currency="EUR", terminals=(terminal,))


async def test_a_till_is_closed_from_the_back_office_by_what_its_report_says(services: Services) -> None:
    await services.answer(StatusBoard.subject, running_board)
    await services.answer(CloseTill.subject, lambda: TillClosedInBack(number="B-1", status="closed_back"))
    typed = ("--counted", "cash=190.00", "--kept", "cash=150.00", "--member", "T1:AB12C:0123456789AB")

    ended = await services.tillday("till", "close", "--reason", "The terminal is dead", *typed)

    assert (ended.code, ended.err) == (0, "")
    assert "B-1" in ended.out
    command = CloseTill.model_validate(services.asked[-1][1])
    assert (command.session_id, command.by, command.reason) == (
        SESSION,
        "SUPERVISOR-1",
        "The terminal is dead",
    )
    assert isinstance(command.evidence, TypedReport)
    assert [(one.counted, one.kept) for one in command.evidence.tenders] == [(19000, 15000)]


async def test_a_till_that_answers_is_not_closed_from_the_back_office(services: Services) -> None:
    await services.answer(StatusBoard.subject, running_board)
    refusal = Refused(code="terminal_answers", text="Terminal T1 answers. Cash up till TILL1 there.")
    await services.answer(CloseTill.subject, lambda: refusal)

    ended = await services.tillday("till", "close", "--reason", "In a hurry")

    assert ended.code == 1
    assert "Cash up till TILL1 there." in ended.err


async def test_that_no_close_will_come_is_said_with_the_reason(services: Services) -> None:
    await services.answer(SayNoClose.subject, Done)

    ended = await services.tillday("till", "no-close", SESSION, "--reason", "The PC burnt")

    assert ended.code == 0
    assert SayNoClose.model_validate(services.asked[-1][1]).reason == "The PC burnt"


async def test_a_day_opened_by_mistake_is_cancelled_with_the_reason(services: Services) -> None:
    day = StoreDay(business_date=MONDAY, state="open")
    await services.answer(
        StoreDayStatus.subject, lambda: StoreDays(store="S1", name="Corner shop", days=(day,))
    )
    await services.answer(
        CancelDay.subject, lambda: DayAnswer(store="S1", business_date=MONDAY, state="cancelled")
    )

    ended = await services.tillday("store", "cancel", "--reason", "It is a holiday", "--by", "MANAGER-1")

    assert (ended.code, "2026-03-02 is cancelled" in ended.out) == (0, True)
    command = CancelDay.model_validate(services.asked[-1][1])
    assert (command.business_date, command.by, command.reason) == (MONDAY, "MANAGER-1", "It is a holiday")


async def test_a_task_is_finished_by_its_number(services: Services) -> None:
    await services.answer(FinishStoreTask.subject, Done)

    ended = await services.tillday("store", "finish-task", "3", "--note", "Agreed on the phone")

    assert (ended.code, "Task 3" in ended.out) == (0, True)
    command = FinishStoreTask.model_validate(services.asked[-1][1])
    assert (command.number, command.note) == (3, "Agreed on the phone")


async def test_a_refusal_is_a_sentence_with_the_tills_in_the_way_and_exit_code_1(services: Services) -> None:
    text = 'Cannot open the store "Corner shop" because there are open tills for another Business Date'
    refusal = Refused(code="open_tills", text=text, details={"tills": [TILL]})
    await services.answer(OpenStore.subject, lambda: refusal)

    ended = await services.tillday("store", "open", "--date", "2026-03-02")

    assert ended.code == 1
    assert text in ended.err
    assert "Tills in the way" in ended.out
    assert "CASHIER-1" in ended.out


async def test_json_is_one_object_on_standard_output_and_nothing_else(services: Services) -> None:
    refusal = Refused(code="open_tills", text="no", details={"tills": [TILL]})
    await services.answer(OpenStore.subject, lambda: refusal)
    await services.answer(
        StatusBoard.subject,
        lambda: Board(
            store="S1",
            name="Corner shop",
            currency="EUR",
            terminals=(BoardTerminal(terminal="T1", name="Counter", status="Closed"),),
        ),
    )

    refused, board = await asyncio.gather(
        services.tillday("store", "open", "--date", "2026-03-02", "--json"),
        services.tillday("report", "board", "--json"),
    )

    assert (refused.code, json.loads(refused.out)["code"]) == (1, "open_tills")
    assert (board.code, json.loads(board.out)["terminals"][0]["status"]) == (0, "Closed")


async def test_closing_takes_the_open_date_and_waits_for_the_terminals(services: Services) -> None:
    states = iter(["open", "closing", "closing", "closed"])

    def days() -> StoreDays:
        day = StoreDay.model_validate({"business_date": MONDAY, "state": next(states), "awaited": ["T1"]})
        return StoreDays(store="S1", name="Corner shop", days=(day,))

    await services.answer(StoreDayStatus.subject, days)
    answer = DayAnswer(store="S1", business_date=MONDAY, state="closing", awaited=("T1",))
    await services.answer(CloseStore.subject, lambda: answer)

    ended = await services.tillday("store", "close")

    assert (ended.code, "closed for 2026-03-02" in ended.out) == (0, True)


async def test_a_close_that_still_waits_names_the_terminals_and_the_way_out(services: Services) -> None:
    answer = DayAnswer(store="S1", business_date=MONDAY, state="closing", awaited=("T1", "T2"))
    await services.answer(CloseStore.subject, lambda: answer)

    ended = await services.tillday("store", "close", "--date", "2026-03-02", "--wait", "0")

    assert ended.code == 1
    assert "T1, T2" in ended.err
    assert "--waive" in ended.err


async def test_waiving_waits_until_silent_terminals_can_be_waived(services: Services) -> None:
    early = Refused(code="too_early_to_waive", text="It still waits for T2.", details={"seconds": 1})
    answers: list[Fact] = [DayAnswer(store="S1", business_date=MONDAY, state="closed"), early]
    await services.answer(CloseStore.subject, answers.pop)

    ended = await services.tillday("store", "close", "--date", "2026-03-02", "--waive", "T2 is broken")

    assert (ended.code, "closed for 2026-03-02" in ended.out) == (0, True)
    assert "It still waits for T2. Waiting for that." in ended.err
    first, second = (CloseStore.model_validate(body) for _, body in services.asked)
    assert (first.waive, second.waive) == ("T2 is broken", "T2 is broken")
    assert first.message_id != second.message_id, "a repeat would get the refusal again"


async def test_closing_a_store_that_is_not_open_says_so(services: Services) -> None:
    await services.answer(StoreDayStatus.subject, lambda: StoreDays(store="S1", name="Corner shop", days=()))
    ended = await services.tillday("store", "close")
    assert (ended.code, "not open" in ended.err) == (1, True)


async def test_a_failed_request_names_its_reference_in_the_log(services: Services) -> None:
    failed = Failed(kind="transient", text="The service cannot answer at the moment.", reference="abc123")
    await services.answer(StoreDayStatus.subject, lambda: failed)
    ended = await services.tillday("store", "status")
    assert (ended.code, "abc123" in ended.err) == (1, True)


async def test_a_service_that_does_not_run_is_named(services: Services) -> None:
    ended = await services.tillday("report", "board")
    assert (ended.code, "report_service does not run" in ended.err) == (1, True)


async def test_a_broker_that_is_away_is_said_within_seconds(services: Services) -> None:
    began = datetime.now(UTC)
    ended = await services.tillday("store", "status", url=f"nats://127.0.0.1:{free_port()}")
    assert (ended.code, "is the system running?" in ended.err) == (1, True)
    assert (datetime.now(UTC) - began).total_seconds() < 15


@pytest.mark.parametrize(
    "arguments",
    [
        ("store", "open", "--date", "tomorrow"),
        ("store", "status", "--store", "no such code"),
        ("store", "status", "--nonsense"),
        ("store", "cancel"),
        ("store", "finish-task", "none", "--note", "done"),
        ("report", "cash-up", "--session", "short"),
        ("report", "sales", "--by", "weather"),
        ("report", "x", "--terminal", "no such code"),
        ("pos", "refund", "--pay", "card"),
        ("pos", "move", "gift", "5.00", "--reason", "why"),
        ("pos", "move", "loan", "much", "--reason", "why"),
        ("pos", "move", "loan", "5.00"),
        ("pos", "no-sale"),
        ("till", "close"),
        ("till", "close", "--reason", "lost", "--counted", "cash"),
        ("till", "close", "--reason", "lost", "--member", "T1"),
        ("pos", "count", "--count", "150.00"),
        ("pos", "sell", "COF-01", "--tendered", "a lot"),
    ],
)
async def test_bad_use_is_exit_code_2_with_a_sentence(services: Services, arguments: tuple[str, ...]) -> None:
    ended = await services.tillday(*arguments)
    assert (ended.code, bool(ended.err.strip()), ended.out) == (2, True, "")
