"""What is printed beside sales: X and flash report, copies, and what a person says of a doubtful print."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent_bench import Bench, running_agent
from agent_shop import CARD, CASH, TODAY, store_settings
from terminal_agent.hardware.tape import decode
from terminal_agent.journal import rows
from tillday_contracts.asks import Ask, AskFailed, FlashLine, FlashPage
from tillday_contracts.entries import Printed, read_body, read_envelope

Answering = Callable[[Ask], list[FlashPage | AskFailed]]


def texts(bench: Bench) -> list[str]:
    return [document.text for document in decode(bench.printer.tape) if not document.is_blank]


async def test_an_x_report_tells_the_figures_and_ends_nothing(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD)) as bench:
        await bench.open_till()
        await bench.sell("k1")

        seen = (await bench.http.get("/api/v1/x-report")).json()
        printed = (await bench.post("/x-report/print")).json()

        assert seen["receipts"] == 1
        assert [(t["tender"], t["sales"], t["expected"]) for t in seen["tenders"]] == [
            ("cash", 160, 15160),
            ("card", 0, 0),
        ]
        assert printed["print"] == "printed"
        assert "X REPORT" in texts(bench)[-1]
        assert "151.60" in texts(bench)[-1]
        assert (await bench.status())["till_state"]["status"] == "open"


async def test_without_a_session_there_is_no_x_report(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        assert (await bench.http.get("/api/v1/x-report")).json()["code"] == "till_closed"


async def test_a_copy_equals_the_original_except_for_its_mark(tmp_path: Path) -> None:
    at_home = store_settings().model_copy(update={"receipt_head": ("1 Harbour Street", "VAT 123456789")})
    async with running_agent(tmp_path, store=at_home) as bench:
        await bench.open_till()
        sale = (await bench.sell("k1")).json()
        await bench.post("/cash-up/start")
        counted = {"tender": "cash", "denominations": [{"value": 1, "quantity": 15160}]}
        await bench.post("/cash-up/tender", counted)
        report = (await bench.post("/cash-up/confirm")).json()
        originals = texts(bench)[-2:]
        head = [row.strip() for row in originals[0].splitlines() if row.strip()][:3]
        assert head == ["Tillday Café", "1 Harbour Street", "VAT 123456789"]
        # Neither the clock nor the shop's name changes what was said once.
        bench.clock.pass_seconds(600)
        await bench.book.hold(store_settings(rev=2).model_copy(update={"name": "Another name"}))

        for number, original in zip((sale["number"], report["number"]), originals, strict=True):
            for copy in (1, 2):
                answer = (await bench.post(f"/documents/{number}/reprint")).json()
                assert (answer["copy"], answer["print"]) == (copy, "printed")
                mark = f"*** DUPLICATE {copy} ***"
                rows_of_copy = [row for row in texts(bench)[-1].splitlines() if mark not in row]
                assert rows_of_copy == original.splitlines()


async def test_copies_are_in_the_journal_with_their_numbers(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        await bench.post(f"/documents/{number}/reprint")

        bodies = await printed_in(bench)

        assert [(body.document, body.copy_no) for body in bodies] == [(number, 0), (number, 1)]
        assert bodies[0].entry == bodies[1].entry


async def printed_in(bench: Bench) -> list[Printed]:
    entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 500)
    bodies = [read_body(read_envelope(entry.data)) for entry in entries if entry.type == "PRINTED"]
    return [body for body in bodies if isinstance(body, Printed)]


async def test_a_document_that_is_not_of_this_terminal_is_not_copied(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        answer = await bench.post("/documents/T9-ABCDE-1/reprint")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_copy_without_paper_is_told_and_tried_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        bench.printer.connected = False

        answer = (await bench.post(f"/documents/{number}/reprint")).json()

        assert answer["print"] == "not_printed"
        assert answer["reason"]
        bench.printer.connected = True
        await bench.sell("k2")
        assert "DUPLICATE" not in " ".join(texts(bench))


@pytest.mark.parametrize("complete", [True, False])
async def test_a_person_says_whether_a_doubtful_receipt_came_out(tmp_path: Path, complete: bool) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.breaks_after = 40
        number = (await bench.sell("k1")).json()["number"]
        bench.printer.connected = True
        before = len(texts(bench))

        answer = (await bench.post(f"/documents/{number}/came-out", {"complete": complete})).json()

        assert answer["print"] == "printed"
        assert (await bench.status())["printer"]["unfinished"] == []
        assert [(body.document, body.copy_no) for body in await printed_in(bench)] == [(number, 0)]
        assert any(number in text for text in texts(bench)[before - 1 :]) == (not complete)
        again = await bench.post(f"/documents/{number}/came-out", {"complete": True})
        assert again.json()["code"] == "printed"


async def test_a_receipt_that_waits_for_paper_is_not_printed_twice(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.connected = False
        number = (await bench.sell("k1")).json()["number"]

        answer = await bench.post(f"/documents/{number}/came-out", {"complete": False})

        assert answer.json()["code"] == "print_waits"


def answers(bench: Bench, reply: Answering) -> list[Ask]:
    """Stand in for the back office on the line."""
    asked: list[Ask] = []
    question = bench.agent.courier.flash

    def send(ask: Ask) -> bool:
        asked.append(ask)
        for content in reply(ask):
            asyncio.get_running_loop().call_soon(question.take, content)
        return True

    question._send = send
    return asked


def page(ask: Ask, number: int, *lines: FlashLine, missing: int = 0) -> FlashPage:
    return FlashPage(
        request_id=ask.request_id,
        business_date=TODAY,
        currency="EUR",
        missing=missing,
        page=number,
        pages=2,
        lines=lines,
        total=740,
    )


ESPRESSO = FlashLine(sku="COF-01", name="Espresso", quantity=2, total=320)
LOAF = FlashLine(sku="BAK-04", name="Sourdough loaf", quantity=1, total=420)


async def test_a_supervisor_prints_what_the_back_office_knows_of_today(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        asked = answers(bench, lambda ask: [page(ask, 1, ESPRESSO, missing=2), page(ask, 0, LOAF, missing=2)])
        await bench.sign_in("SUPERVISOR-1")

        figures: dict[str, Any] = (await bench.post("/flash-report")).json()

        assert [line["sku"] for line in figures["lines"]] == ["BAK-04", "COF-01"]
        assert (figures["total"], figures["missing"], figures["print"]) == (740, 2, "printed")
        assert (asked[0].person, asked[0].head_seq) == ("SUPERVISOR-1", bench.book.head.seq)
        paper = texts(bench)[-1]
        for words in (
            "FLASH REPORT",
            "BAK-04",
            "Sourdough loaf",
            "7.40",
            "last 2 entries",
            "T1, Supervisor-1",
        ):
            assert words in paper


async def test_a_flash_report_is_for_supervisors_and_online_only(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        assert (await bench.post("/flash-report")).json()["code"] == "right_missing"
        await bench.sign_in("SUPERVISOR-1")
        bench.clock.pass_seconds(151)

        answer = await bench.post("/flash-report")

        assert (answer.status_code, answer.json()["code"]) == (503, "offline")


async def test_a_back_office_that_refuses_or_is_silent_is_told(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in("SUPERVISOR-1")
        answers(bench, lambda ask: [AskFailed(request_id=ask.request_id, text="no date yet")])
        refused = await bench.post("/flash-report")
        assert (refused.json()["code"], refused.json()["detail"]) == ("flash_refused", "no date yet")

        bench.agent.courier.flash._patience = 0.05
        answers(bench, lambda ask: [page(ask, 0, LOAF)])  # the second page never comes
        assert (await bench.post("/flash-report")).json()["code"] == "no_answer"


async def test_a_receipt_that_waited_when_the_terminal_ended_is_printed_when_a_person_says_so(
    tmp_path: Path,
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.connected = False
        number = (await bench.sell("k1")).json()["number"]
        await asyncio.sleep(0.1)
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        assert texts(bench) == []

        answers = [await bench.post(f"/documents/{number}/came-out", {"complete": False}) for _ in range(2)]

        assert answers[0].json()["print"] == "printed"
        assert answers[1].json()["code"] == "printed"
        assert sum(number in text for text in texts(bench)) == 1
