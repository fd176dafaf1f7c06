"""Receipts that are not paid yet, over the API and over a restart."""

import json
from pathlib import Path
from typing import Any

from agent_bench import Bench, running_agent
from agent_shop import PINS, TODAY, desired
from terminal_agent.journal import rows
from tillday_contracts.wishes import DesiredTill

RECEIPT = "a" * 32
LINES = {"lines": [{"sku": "COF-01", "quantity": 2}]}
WORD = {"allowed_by": {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}}


async def tap(bench: Bench, body: dict[str, Any] | None = None, receipt: str = RECEIPT) -> Any:
    return await bench.http.put(f"/api/v1/pending/{receipt}", json=body or LINES)


async def pay(bench: Bench, key: str = "k1", **more: object) -> Any:
    payments = [{"tender": "cash", "tendered": 500}]
    return await bench.post("/sales", {**LINES, "payments": payments, "receipt": RECEIPT, **more}, key)


async def last_entry(bench: Bench) -> dict[str, Any]:
    entry = await rows.entry_at(bench.book.database, bench.book.head.epoch, bench.book.head.seq)
    assert entry is not None
    content: dict[str, Any] = json.loads(entry.data)
    return content


async def test_each_tap_is_kept_and_is_there_after_a_crash(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        assert (await tap(bench)).json()["total"] == 320
        head = bench.book.head
        await tap(bench, {"lines": [*LINES["lines"], {"sku": "BAK-04", "quantity": 1}]})
        assert bench.book.head == head

    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        found = (await bench.http.get(f"/api/v1/pending/{RECEIPT}")).json()
        assert (found["total"], found["by"], len(found["lines"])) == (740, "CASHIER-1", 2)
        assert (await bench.status())["pending_receipts"] == [RECEIPT]


async def test_a_sale_finishes_its_receipt_and_a_repeat_of_it_sells_nothing_twice(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await tap(bench)
        first = (await pay(bench)).json()
        assert first["total"] == 320
        assert (await bench.http.get("/api/v1/pending")).json() == {"receipts": []}
        again = (await pay(bench)).json()
        assert again["number"] == first["number"]
        assert (await pay(bench, "k2")).json()["code"] == "unknown_receipt"

    async with running_agent(tmp_path) as bench:
        assert (await bench.status())["pending_receipts"] == []


async def test_a_refused_payment_leaves_the_receipt_as_it_was(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await tap(bench)
        short = await pay(bench, payments=[{"tender": "cash", "tendered": 1}])
        assert short.json()["code"] == "payment_too_small"
        assert (await bench.status())["pending_receipts"] == [RECEIPT]


async def test_a_receipt_is_deleted_with_a_supervisors_pin_and_then_the_till_is_cashed_up(
    tmp_path: Path,
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await tap(bench)
        assert (await bench.post("/cash-up/start")).json()["code"] == "receipts_pending"
        path = f"/api/v1/pending/{RECEIPT}"
        assert (await bench.http.delete(path)).json()["code"] == "right_missing"

        assert (await bench.http.request("DELETE", path, json=WORD)).status_code == 200

        entry = await last_entry(bench)
        assert (entry["type"], entry["body"]["allowed_by"]) == ("RECEIPT_DELETED", "SUPERVISOR-1")
        assert (await bench.http.get(path)).status_code == 404
        assert (await bench.post("/cash-up/start")).status_code == 200


async def test_a_receipt_handed_on_is_finished_in_the_next_session(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await tap(bench)
        assert (await bench.post(f"/pending/{RECEIPT}/hand-over")).json()["handed_over"] is True
        await bench.post("/cash-up/start")
        counted = {"tender": "cash", "denominations": [{"value": 1, "quantity": 15000}]}
        await bench.post("/cash-up/tender", counted)
        assert (await bench.post("/cash-up/confirm")).status_code == 200

        await bench.open_till()
        assert (await bench.post("/cash-up/start")).json()["code"] == "receipts_pending"
        assert (await pay(bench)).status_code == 200
        assert (await bench.post("/cash-up/start")).status_code == 200


async def test_a_till_closed_in_the_back_office_finishes_its_receipt_and_is_cashed_up(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        await tap(bench)
        session = (await bench.status())["till_state"]["session_id"]
        closed = DesiredTill(till="TILL1", session_id=session, status="closed_back")
        await bench.book.hold(desired(2, business_date=TODAY, tills=(closed,)))

        assert (await bench.status())["outcome"]["code"] == "cash_up_first"
        assert (await bench.sell("k9")).json()["code"] == "cash_up_first"
        assert (await tap(bench, receipt="b" * 32)).json()["code"] == "cash_up_first"
        assert (await pay(bench)).status_code == 200
        await bench.post("/cash-up/start")
        counted = {"tender": "cash", "denominations": [{"value": 1, "quantity": 15320}]}
        await bench.post("/cash-up/tender", counted)
        assert (await bench.post("/cash-up/confirm")).json()["tenders"][0]["difference"] == 0
        await bench.agent.follow()
        assert (await bench.status())["outcome"]["code"] == "initial_count"
