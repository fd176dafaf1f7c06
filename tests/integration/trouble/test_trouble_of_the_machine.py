"""Messages that are none, and parts, ports and folders that are not there, while a till goes on selling."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
import pytest
from nats.errors import MaxPayloadError

from integration.trouble.trouble_mqtt import publish_as
from integration.trouble.trouble_shop import STRANGER, T1, Shop, run_program
from tillday_contracts.report_messages import CashUpReport, CashUps, StatusBoard
from tillday_contracts.store_messages import OpenStore, StoreDayStatus
from tillday_contracts.till_messages import SafeBalance
from tillday_local.certificates import client_context
from tillday_local.day.verdict import check_system

pytestmark = pytest.mark.asyncio(loop_scope="session")

NO_MESSAGES = (b"", b"{nope", b"\xff\x00", b"[1]", b"[" * 50_000, b'{"store": "S1", "more": 1}')

AWAY = {
    "broker": "is the system running?",
    "database": "The service cannot answer at the moment. Try again.",
}
NOT_YET = {
    "broker": "is the system running?",
    "database": "store_service does not run; start it and try again",
}


async def dead_letters(shop: Shop) -> dict[bytes, str]:
    """What the ledger set aside: the bytes, and why."""
    connection = await asyncpg.connect(shop.system.database.dsn)
    try:
        rows = await connection.fetch("SELECT body, reason FROM till.dead_letter")
    finally:
        await connection.close()
    return {bytes(row["body"]): row["reason"] for row in rows}


async def test_what_is_no_request_gets_a_problem_document_and_sells_nothing(shop: Shop) -> None:
    await shop.begin_selling()
    garbage = [*NO_MESSAGES, b'{"lines": [{"sku": "COF-01", "quantity": NaN}]}', b'"\\u0000"', b"\x00"]
    async with shop.nothing_changes():
        answers = [await shop.send("/sales", content) for content in garbage]
        untyped = await shop.send("/sales", b"\xff\xfe\x00", **{"Content-Type": "text/plain"})
        nowhere = await shop.send("/salez", b"{}")

    for answer in (*answers, untyped):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.status_code in (400, 422), (answer.text, answer.request.content[:20])
        assert answer.json()["code"] == "invalid_request"
    assert "more is not known here" in answers[5].text or "lines is missing" in answers[5].text
    assert nowhere.status_code == 404
    assert "/openapi.json lists what can be asked" in nowhere.json()["detail"]


async def test_a_sale_is_a_change_that_would_be_noticed(shop: Shop) -> None:
    with pytest.raises(AssertionError):
        async with shop.nothing_changes():
            await shop.sell()


async def test_a_request_that_is_too_long_is_not_read_to_its_end(shop: Shop) -> None:
    async def endless() -> Any:
        for _ in range(1000):
            yield b" " * 1000

    async with shop.nothing_changes():
        announced = await shop.send("/sales", b" " * 70_000)
        unannounced = await shop.send("/sales", endless())

    told = [(answer.status_code, answer.json()["code"]) for answer in (announced, unannounced)]
    assert told == [(413, "too_large")] * 2
    assert announced.json()["detail"] == "A request has at most 65536 bytes: split it."


async def test_services_answer_what_they_cannot_read_and_write_no_traceback(shop: Shop) -> None:
    subjects = [kind.subject for kind in (OpenStore, StoreDayStatus, SafeBalance, StatusBoard)]
    connection = await nats.connect(
        shop.system.nats_url,
        user="tillday",
        password=shop.system.operator_password,
        inbox_prefix=b"_INBOX.tillday",
        tls=client_context(shop.system.folder.broker_ca),
        tls_handshake_first=True,
    )
    async with shop.nothing_changes():
        replies = [await connection.request(s, data, timeout=10) for s in subjects for data in NO_MESSAGES]
        with pytest.raises(MaxPayloadError):
            await connection.request(OpenStore.subject, b" " * (connection.max_payload + 1))
        longest = await connection.request(OpenStore.subject, b" " * connection.max_payload, timeout=10)
    await connection.close()

    answers = [json.loads(reply.data) for reply in (*replies, longest)]
    assert {(answer["outcome"], answer["kind"]) for answer in answers} == {("failed", "permanent")}
    assert all(answer["text"].startswith("The message is not valid: ") for answer in answers)
    assert "nested too deep" in answers[4]["text"]
    for name in shop.system.services:
        assert "Traceback" not in shop.system.supervisor.log_of(name).read_text(), name


async def test_a_request_that_no_broker_takes_is_refused_by_the_command_line_itself(
    shop: Shop, tmp_path: Path
) -> None:
    endless = tmp_path / "products.csv"
    with endless.open("wb") as file:
        file.truncate(33 * 1024 * 1024)

    said = await shop.tillday("catalogue", "import", str(endless))

    assert said.code == 1
    assert "is larger than 32 MB; is it a catalogue?" in said.words


async def test_a_journal_message_that_is_none_is_kept_and_the_journal_goes_on(shop: Shop) -> None:
    stranger = b'{"epoch": "none"}'
    for data in (b"\xff no journal", b"[" * 50_000):
        assert await asyncio.to_thread(publish_as, shop.system, T1, "journal", data)
    assert await asyncio.to_thread(publish_as, shop.system, STRANGER, "journal", stranger)
    assert await asyncio.to_thread(publish_as, shop.system, T1, "hello", b"{nope")
    await shop.sell()
    await shop.until("link.pending", 0)

    kept = await dead_letters(shop)
    assert set(kept) == {b"\xff no journal", b"[" * 50_000, stranger}
    assert all(kept.values())


async def test_a_terminal_that_says_too_much_loses_its_connection_and_nothing_else(shop: Shop) -> None:
    assert not await asyncio.to_thread(publish_as, shop.system, T1, "journal", b" " * 600_000)

    await shop.sell()
    await shop.until("link.pending", 0)


@pytest.mark.parametrize("part", ["broker", "database"])
async def test_what_goes_away_in_the_middle_is_waited_for(shop: Shop, part: str) -> None:
    async with shop.without(part):
        await shop.sell()
        said = await shop.all_say("store status", "report board")
    await shop.sell()
    await shop.until("link.pending", 0)

    assert all(code == 1 and AWAY[part] in words for code, words in said), said
    await shop.ready()


@pytest.mark.parametrize("part", ["broker", "database"])
async def test_what_is_away_at_the_start_is_waited_for(shop: Shop, part: str) -> None:
    async with shop.without(part):
        await shop.kill("store_service", "till_service", "report_service", "terminal-T1")
        await shop.system.supervisor.answered("terminal-T1")
        await shop.terminal.sign_in("CASHIER-1", "1001")
        await shop.sell()
        waits_for = await readiness(shop, "store_service")
        said = await shop.tillday("store", "status")
    await shop.ready()
    await shop.until("link.pending", 0)

    assert waits_for[part] is False
    assert said.code == 1
    assert NOT_YET[part] in said.words
    assert (await shop.days()).days[0].state == "open"


async def readiness(shop: Shop, service: str) -> dict[str, bool]:
    """What a service that is starting says it has."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(100):
            try:
                answer = await client.get(f"{shop.system.service_url(service)}/readyz", timeout=10)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                assert answer.status_code == 503
                return {name: bool(held) for name, held in answer.json()["checks"].items()}
    raise AssertionError(f"{service} does not even say that it waits")


async def test_a_port_that_is_taken_is_named_by_whoever_wanted_it(shop: Shop, tmp_path: Path) -> None:
    taken = shop.system.ports
    (tmp_path / "enrolment.json").write_bytes(shop.system.enrolment(T1).read_bytes())
    agent = await run_program(
        *("terminal_agent", "run"),
        TILLDAY_AGENT_DATA=str(tmp_path),
        TILLDAY_AGENT_HTTP_PORT=str(taken["terminal-T1"]),
    )
    service = await run_program(
        "report_service",
        TILLDAY_NATS_URL=shop.system.nats_url,
        TILLDAY_BROKER_CA=str(shop.system.broker_ca),
        TILLDAY_NATS_USER="report_service",
        TILLDAY_NATS_PASSWORD="never used",
        TILLDAY_DATABASE_URL=shop.system.database.url,
        TILLDAY_HTTP_PORT=str(taken["report_service"]),
    )
    new, port = tmp_path / "new", taken["nats"]
    demo = await run_program("tillday_local", "demo", "--data", str(new), "--port", f"nats={port}")
    misspelt = await run_program("tillday_local", "demo", "--data", str(new), "--port", "nast=4222")

    assert (agent.code, service.code, demo.code, misspelt.code) == (5, 2, 2, 2)
    assert f"Port {taken['terminal-T1']} is taken" in agent.words
    assert "set TILLDAY_AGENT_HTTP_PORT to a free one" in agent.words
    assert f"cannot listen on 127.0.0.1:{taken['report_service']}" in service.words
    assert "set TILLDAY_HTTP_HOST and TILLDAY_HTTP_PORT" in service.words
    assert f"port {port} for nats is taken by another program; try --port nats=" in demo.words
    assert "nast has no port here; those that can be set are nats, mqtt" in misspelt.words


async def test_a_folder_that_cannot_be_used_is_named(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    below = tmp_path / "file" / "data"
    own = ("--data", str(shop.data))
    demo = await run_program("tillday_local", "demo", "--data", str(below))
    second = await run_program("tillday_local", "demo", *own)
    nowhere = await run_program("tillday_local", "demo", *own, "--ready-file", "/proc/ready.json")
    day = await run_program("tillday_local", "day", "--keep", str(shop.data))
    bundle = str(shop.system.enrolment(T1))
    agent = await run_program("terminal_agent", "init", "--bundle", bundle, TILLDAY_AGENT_DATA=str(below))

    assert [one.code for one in (demo, second, nowhere, day, agent)] == [2, 2, 2, 2, 2]
    assert "/proc/ready.json cannot be written: " in nowhere.words
    assert demo.words == f"tillday: cannot use {below}: not a directory. Choose another with --data"
    assert f"another Tillday runs on {shop.data}; stop it first" in second.words
    assert "holds other things; name a new or an empty folder with --keep" in day.words
    assert f"{below} cannot be written" in agent.words
    await shop.sell()


async def test_two_agents_never_write_one_journal(shop: Shop) -> None:
    folder = shop.system.folder.terminal("T1")
    async with shop.nothing_changes():
        second = await run_program(
            *("terminal_agent", "run"), TILLDAY_AGENT_DATA=str(folder), TILLDAY_AGENT_HTTP_PORT="65000"
        )

    assert second.code == 4
    mine = shop.system.pids["terminal-T1"]
    assert second.words == (
        f"Another agent (process {mine}) uses {folder}: stop it, or give this one another folder."
    )
    await shop.sell()


async def test_after_all_that_trouble_the_day_closes_and_all_invariants_hold(shop: Shop) -> None:
    figures = await shop.cash_up()
    await shop.until("link.pending", 0)
    closing = await shop.tillday("store", "close")
    report = await shop.ask(CashUpReport(store=T1.store, business_date=shop.today), CashUps)
    verdict = await check_system(shop.system)

    assert closing.code == 0, closing.words
    assert [one["difference"] for one in figures["tenders"]] == [0, 0, 0, 0]
    assert [(one.receipts, one.total) for one in report.reports] == [(len(shop.sold), sum(shop.sold))]
    assert verdict.holds, verdict.violations
