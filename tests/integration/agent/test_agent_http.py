"""The local API in front of a real journal: who may call, what is refused, what a repeat gets."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from agent_bench import PORT, Bench, running_agent
from agent_shop import CARD, CASH, GOODS, PINS, store_settings
from terminal_agent.journal import rows
from terminal_agent.link.seal import told_alarms


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content: dict[str, Any] = answer.json()
    assert content["code"] == code
    assert content["type"].endswith(code)
    assert content["title"]
    assert content["detail"]
    return content


async def test_nobody_calls_without_the_token_of_the_installation(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        bench.http.headers["Authorization"] = "Bearer wrong"
        assert_problem(await bench.http.get("/api/v1/status"), 401, "no_token")
        assert (await bench.http.get("/healthz")).status_code == 200
        assert (await bench.http.get("/version")).json() == {"version": "0.1.0"}


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [("Host", "evil.example", "foreign_host"), ("Origin", "https://evil.example", "foreign_origin")],
)
async def test_foreign_pages_and_rebound_names_are_kept_out(
    tmp_path: Path, header: str, value: str, code: str
) -> None:
    async with running_agent(tmp_path) as bench:
        assert_problem(await bench.http.get("/api/v1/status", headers={header: value}), 403, code)
        own = {"Origin": f"http://127.0.0.1:{PORT}"}
        assert (await bench.http.get("/api/v1/status", headers=own)).status_code == 200


async def test_every_action_needs_a_person(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        for path in ("/till/start", "/cash-up/start", "/cash-up/cancel", "/cash-up/confirm"):
            assert_problem(await bench.post(path), 401, "not_signed_in")
        assert_problem(await bench.sell("k1"), 401, "not_signed_in")


async def test_a_whole_session_from_sign_in_to_the_report(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        assert (await bench.status())["outcome"]["code"] == "initial_count"
        await bench.open_till()
        assert bench.printer.pulses == 1

        sale = (await bench.sell("k1")).json()
        assert (sale["total"], sale["change"], sale["print"]) == (160, 40, "printed")
        assert (await bench.status())["till_state"]["expected"] == [{"tender": "cash", "amount": 15160}]

        await bench.post("/cash-up/start")
        counted = {"tender": "cash", "denominations": [{"value": 1, "quantity": 15160}]}
        assert (await bench.post("/cash-up/tender", counted)).json()["difference"] == 0
        closed = (await bench.post("/cash-up/confirm")).json()

        assert closed["tenders"][0]["kept"] == 15000
        assert closed["tenders"][0]["moved"] == 160
        assert closed["print"] == "printed"
        assert (await bench.status())["till_state"]["status"] == "closed_front"
        assert b"CASH-UP REPORT" in bench.printer.tape


async def test_a_repeated_sale_is_the_same_sale(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        first = (await bench.sell("k1")).json()
        head = bench.book.head

        assert (await bench.sell("k1")).json() == first
        assert bench.book.head == head
        assert_problem(await bench.sell("k1", tendered=500), 422, "key_reused")
        assert (await bench.sell("k2")).json()["number"] != first["number"]


async def test_a_sale_without_a_key_is_refused(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        body = {"lines": [{"sku": "COF-01", "quantity": 1}], "payments": []}
        assert_problem(await bench.post("/sales", body), 400, "key_missing")


async def test_a_difference_is_told_as_a_difference_and_approved(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        await bench.post("/till/start")
        body: dict[str, Any] = {"denominations": [{"value": 5000, "quantity": 2}]}

        problem = assert_problem(await bench.post("/till/initial-count", body), 409, "unapproved_difference")
        assert problem["difference"] == 10000
        wrong = {**body, "approval": {"person": "SUPERVISOR-1", "pin": "123456", "reason": "x"}}
        assert_problem(await bench.post("/till/initial-count", wrong), 401, "wrong_pin")
        right = {**body, "approval": {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}}
        assert (await bench.post("/till/initial-count", right)).status_code == 200


async def test_a_blind_count_shows_nothing_on_any_route(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(blind_count=True)) as bench:
        await bench.open_till()
        await bench.post("/cash-up/start")
        body = {"tender": "cash", "denominations": [{"value": 5000, "quantity": 2}]}

        problem = assert_problem(await bench.post("/cash-up/tender", body), 409, "unapproved_difference")

        assert not {"expected", "difference"} & problem.keys()
        assert (await bench.status())["till_state"]["expected"] is None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"lines": [{"sku": "COF-01", "quantity": 1.5}], "payments": []}, "quantity"),
        ({"lines": [{"sku": "COF-01", "quantity": "1"}], "payments": []}, "quantity"),
        ({"lines": [], "payments": [], "gift": 5}, "gift"),
        ([], ""),
    ],
)
async def test_a_malformed_request_is_told_what_is_wrong(tmp_path: Path, body: Any, where: str) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        problem = assert_problem(await bench.post("/sales", body, "k"), 422, "invalid_request")
        assert where in str(problem["errors"])


@pytest.mark.parametrize("number", ["1e400", "NaN", "-1", "1000000000001", '"200"', "2.0"])
async def test_an_amount_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        head = bench.book.head
        payment = f'{{"tender":"cash","tendered":{number}}}'
        content = f'{{"lines":[{{"sku":"COF-01","quantity":1}}],"payments":[{payment}]}}'
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}

        answer = await bench.http.post("/api/v1/sales", content=content, headers=headers)

        assert answer.status_code in (409, 422)
        assert bench.book.head == head


async def test_a_problem_never_repeats_a_pin(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        answer = await bench.post("/sign-in", {"person": "CASHIER-1", "pin": "918273918273918273"})

        assert_problem(answer, 422, "invalid_request")
        assert "918273" not in answer.text


async def test_an_oversize_request_is_refused(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        assert_problem(await bench.post("/sign-in", {"person": "x" * 70_000, "pin": "1"}), 413, "too_large")


async def test_a_receipt_that_no_entry_could_hold_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        long = GOODS["WAT-02"].model_copy(update={"name": "ñ" * 120})
        await bench.book.hold_catalogue(2, (long,))
        head = bench.book.head
        body = {"lines": [{"sku": "WAT-02", "quantity": 1}] * 150, "payments": []}

        assert_problem(await bench.post("/sales", body, "k1"), 413, "too_large")

        assert bench.book.head == head
        assert bench.book.memory.till.receipts == 0
        few = {**body, "lines": body["lines"][:50]}
        assert (await bench.post("/sales", few, "k2")).status_code == 200


async def test_wrong_pins_cost_time_offline_and_after_a_restart(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        for _ in range(3):
            assert_problem(
                await bench.post("/sign-in", {"person": "CASHIER-1", "pin": "0"}), 401, "wrong_pin"
            )
        late = await bench.post("/sign-in", {"person": "CASHIER-1", "pin": PINS["CASHIER-1"]})
        assert_problem(late, 429, "wait")
        assert int(late.headers["retry-after"]) in (30, 31)
        clock = bench.clock
        kinds = [e.type for e in await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 99)]
        assert kinds.count("PIN_REFUSED") == 3

    clock.wall = clock.wall.replace(year=2040)  # a clock that is set forward frees nobody
    async with running_agent(tmp_path, clock=clock) as bench:
        body = {"person": "CASHIER-1", "pin": PINS["CASHIER-1"]}
        assert_problem(await bench.post("/sign-in", body), 429, "wait")
        clock.pass_seconds(31)
        assert (await bench.post("/sign-in", body)).status_code == 200


async def test_ten_wrong_pins_in_a_row_are_an_alarm_until_somebody_signs_in(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        for number in range(10):
            assert "pins" not in told_alarms_of(bench)
            await bench.post("/sign-in", {"person": f"NOBODY-{number}", "pin": "0"})
        assert "pins" in told_alarms_of(bench)
        bench.clock.pass_seconds(301)

        await bench.sign_in()

        assert "pins" not in told_alarms_of(bench)


async def test_an_unknown_person_is_told_the_same_as_a_wrong_pin(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        known = await bench.post("/sign-in", {"person": "CASHIER-1", "pin": "0"})
        unknown = await bench.post("/sign-in", {"person": "NOBODY-7", "pin": "0"})

        assert known.json() == unknown.json()


async def test_an_idle_person_is_signed_out(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        bench.clock.pass_seconds(1801)
        assert_problem(await bench.post("/till/start"), 401, "not_signed_in")


async def test_a_supervisor_opens_a_terminal_that_is_alone(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        clock = bench.clock
        await bench.book.hold(store_settings(rev=2))
    clock.pass_seconds(86_400)
    async with running_agent(tmp_path, clock=clock, online=False) as bench:
        await bench.sign_in()
        assert (await bench.status())["outcome"]["code"] == "check_date"
        wish = {"business_date": "2031-05-07"}
        assert_problem(await bench.post("/terminal/open", wish), 403, "right_missing")
        await bench.sign_in("SUPERVISOR-1")
        answer = await bench.post("/terminal/open", wish)

        assert answer.json() == wish
        assert (await bench.status())["business_date"] == "2031-05-07"


async def test_several_tenders_are_counted_each_in_its_way(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD)) as bench:
        await bench.open_till()
        await bench.post("/cash-up/start")
        pieces = [{"value": 1, "quantity": 15000}]
        assert_problem(
            await bench.post("/cash-up/tender", {"tender": "card", "counted": 0}), 409, "cash_first"
        )
        await bench.post("/cash-up/tender", {"tender": "cash", "denominations": pieces})
        assert_problem(await bench.post("/cash-up/confirm"), 409, "tenders_missing")
        assert (await bench.post("/cash-up/tender", {"tender": "card", "counted": 0})).status_code == 200
        assert (await bench.post("/cash-up/confirm")).status_code == 200


async def test_the_routes_are_described_without_any_page_from_elsewhere(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        paths = (await bench.http.get("/openapi.json")).json()["paths"]

        assert {"/api/v1/sales", "/api/v1/status", "/api/v1/cash-up/confirm"} <= paths.keys()
        assert (await bench.http.get("/docs")).status_code in (401, 404)
        assert_problem(await bench.http.get("/api/v1/nothing"), 404, "not_found")


def told_alarms_of(bench: Bench) -> set[str]:
    """What a HELLO tells the back office."""
    return {told.code for told in told_alarms(bench.book.notes)}
