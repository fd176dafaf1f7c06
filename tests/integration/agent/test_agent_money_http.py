"""Money over the local API: refunds, movements, adjustments, the drawer, floats, and changes at work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from agent_bench import Bench, running_agent
from agent_shop import CARD, CASH, DOLLARS, GOODS, PEOPLE, PINS, TENDERS, store_settings
from terminal_agent.journal import rows
from tillday_contracts.wishes import Settings

BOSS = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}


@asynccontextmanager
async def open_till(folder: Path, store: Settings | None = None) -> AsyncIterator[Bench]:
    async with running_agent(folder, store=store or store_settings(*TENDERS)) as bench:
        await bench.open_till()
        yield bench


def fails(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    content: dict[str, Any] = answer.json()
    assert (answer.status_code, content["code"]) == (status, code), answer.text
    assert content["detail"]
    return content


async def done(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


async def sold(bench: Bench, key: str, sku: str, quantity: int, **payments: int) -> dict[str, Any]:
    parts = [{"tender": tender, "tendered": amount} for tender, amount in payments.items()]
    body = {"lines": [{"sku": sku, "quantity": quantity}], "payments": parts}
    return await done(await bench.post("/sales", body, key))


async def cash_in(bench: Bench) -> int:
    expected = (await bench.status())["till_state"]["expected"]
    return next(int(part["amount"]) for part in expected if part["tender"] == "cash")


async def types_in(bench: Bench) -> list[str]:
    entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 500)
    return [entry.type for entry in entries]


async def test_a_receipt_paid_in_dollars_and_its_change(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        answer = await sold(bench, "k1", "MUG-01", 1, cash_usd=2000)

        assert (answer["total"], answer["change"]) == (1250, 590)
        assert await cash_in(bench) == 15000 - 590
        assert b"US cash 20.00 USD" in bench.printer.tape


async def test_a_discount_is_given_with_a_supervisors_pin_and_never_with_a_wrong_one(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        body: dict[str, Any] = {
            "lines": [{"sku": "COF-01", "quantity": 2, "discount": 20}, {"sku": "BAK-04", "quantity": 1}],
            "payments": [{"tender": "cash", "tendered": 1000}],
            "discount": 72,
        }
        fails(await bench.post("/sales", body, "k1"), 403, "right_missing")
        wrong = {**body, "allowed_by": {**BOSS, "pin": "1"}}
        fails(await bench.post("/sales", wrong, "k1"), 401, "wrong_pin")
        cashier = {**body, "allowed_by": {"person": "CASHIER-1", "pin": PINS["CASHIER-1"]}}
        fails(await bench.post("/sales", cashier, "k1"), 403, "approval_right_missing")

        answer = await done(await bench.post("/sales", {**body, "allowed_by": BOSS}, "k2"))

        assert (answer["total"], answer["change"]) == (648, 352)


async def test_a_void_after_payment_is_a_refund_and_only_once(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        sale = await sold(bench, "k1", "COF-01", 3, cash=500)
        pulses = bench.printer.pulses
        wish = {"of": sale["number"], "allowed_by": BOSS}

        back = await done(await bench.post("/refunds", wish, "r1"))

        assert (back["total"], back["change"], back["print"]) == (-480, 480, "printed")
        assert await done(await bench.post("/refunds", wish, "r1")) == back
        assert bench.printer.pulses == pulses + 1
        assert await cash_in(bench) == 15000
        fails(await bench.post("/refunds", wish, "r2"), 409, "already_refunded")
        assert b"REFUND" in bench.printer.tape


async def test_parts_come_back_at_the_price_of_their_day_and_never_more_than_was_sold(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        sale = await sold(bench, "k1", "COF-01", 3, cash=500)
        dear = GOODS["COF-01"].model_copy(update={"price": 999})
        await bench.book.hold_catalogue(2, (dear,))
        await bench.sign_in("SUPERVISOR-1")

        def wish(quantity: int) -> dict[str, Any]:
            return {"of": sale["number"], "lines": [{"sku": "COF-01", "quantity": quantity}]}

        assert (await done(await bench.post("/refunds", wish(2), "r1")))["total"] == -320
        problem = fails(await bench.post("/refunds", wish(2), "r2"), 409, "too_many_refunded")
        assert problem["left"] == 1
        assert (await done(await bench.post("/refunds", wish(1), "r3")))["total"] == -160


async def test_a_receipt_of_elsewhere_is_refunded_on_a_supervisors_word(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        wish: dict[str, Any] = {"of": "T9-ABCDE-7", "lines": [{"sku": "COF-01", "quantity": 1}]}

        fails(await bench.post("/refunds", wish, "r1"), 403, "right_missing")
        assert (await done(await bench.post("/refunds", {**wish, "allowed_by": BOSS}, "r2")))["total"] == -160
        fails(await bench.post("/refunds", {**wish, "allowed_by": BOSS}), 400, "key_missing")


async def test_money_moves_once_per_key_and_opens_the_drawer(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        wish = {"kind": "paid_out", "tender": "cash", "amount": 1200, "reason": "milk", "allowed_by": BOSS}
        pulses = bench.printer.pulses

        first = await done(await bench.post("/movements", wish, "m1"))

        assert await done(await bench.post("/movements", wish, "m1")) == first
        await bench.sell("k1", tendered=160)
        assert await cash_in(bench) == 15000 - 1200 + 160
        assert bench.printer.pulses == pulses + 2
        too_much = {**wish, "kind": "pickup", "amount": 14000}
        assert (
            fails(await bench.post("/movements", too_much, "m2"), 409, "not_enough_cash")["expected"] == 13960
        )
        fails(await bench.post("/movements", {**wish, "allowed_by": None}, "m3"), 403, "right_missing")


async def test_a_blind_till_shows_no_figure_on_any_route(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(*TENDERS, blind_count=True)) as bench:
        assert (await bench.status())["till_state"]["expected"] is None
        await bench.sign_in()
        assert (await done(await bench.post("/till/start")))["expected"] is None
        await bench.open_till()
        assert (await bench.status())["till_state"]["expected"] is None
        wish = {"kind": "pickup", "tender": "cash", "amount": 15001, "reason": "safe", "allowed_by": BOSS}
        problem = fails(await bench.post("/movements", wish, "m1"), 409, "not_enough_cash")
        assert "15000" not in str(problem)
        fails(await bench.http.get("/api/v1/x-report"), 403, "blind_count")


async def test_a_wrong_close_is_adjusted_in_the_next_session(tmp_path: Path) -> None:
    async with open_till(tmp_path, store_settings(CASH, CARD)) as bench:
        wish: dict[str, Any] = {
            "tender": "card",
            "amount": 2000,
            "reason": "keyed as cash",
            "allowed_by": BOSS,
        }
        running = (await bench.status())["till_state"]["session_id"]

        fails(await bench.post("/adjustments", {**wish, "corrects": running}, "a1"), 409, "own_session")
        answer = await done(await bench.post("/adjustments", {**wish, "corrects": "9" * 32}, "a2"))

        assert answer == {"corrects": "9" * 32, "tender": "card", "amount": 2000}
        assert await cash_in(bench) == 15000


async def test_the_drawer_opens_by_hand_once_per_key_with_a_reason_in_the_journal(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        fails(await bench.post("/drawer/open", {"reason": "coins"}), 403, "right_missing")
        await bench.sign_in("SUPERVISOR-1")
        pulses = bench.printer.pulses

        for _ in range(2):
            await done(await bench.post("/drawer/open", {"reason": "coins"}, "d1"))
        await bench.sell("k1", tendered=160)

        assert bench.printer.pulses == pulses + 2
        assert (await types_in(bench)).count("NO_SALE") == 1


async def test_a_forced_float_is_brought_or_left(tmp_path: Path) -> None:
    store = store_settings(*TENDERS, floats={"TILL1": 20000})
    async with running_agent(tmp_path, store=store) as bench:
        await bench.sign_in()
        await bench.post("/till/start")
        assert await cash_in(bench) == 20000
        left = {"denominations": [], "float": "leave"}
        assert (await done(await bench.post("/till/initial-count", left)))["tenders"][0]["expected"] == 0
        assert "FLOAT_MOVED" not in await types_in(bench)

    async with running_agent(tmp_path / "other", store=store) as bench:
        await bench.sign_in()
        await bench.post("/till/start")
        counted = {"denominations": [{"value": 5000, "quantity": 4}]}
        await done(await bench.post("/till/initial-count", counted))
        types = await types_in(bench)
        assert types[-2:] == ["FLOAT_MOVED", "INITIAL_COUNT_CONFIRMED"]


async def test_a_cash_up_of_every_tender_asks_only_where_there_is_a_choice(tmp_path: Path) -> None:
    variable = CASH.model_copy(update={"keep": CASH.keep.model_copy(update={"mode": "variable"})})
    async with open_till(tmp_path, store_settings(variable, CARD, DOLLARS)) as bench:
        await sold(bench, "k1", "MUG-01", 1, cash_usd=1400)
        await sold(bench, "k2", "MUG-01", 1, card=1250)
        await bench.post("/cash-up/start")
        cash = 15000 - 38
        await done(
            await bench.post(
                "/cash-up/tender", {"tender": "cash", "denominations": [{"value": 1, "quantity": cash}]}
            )
        )
        await done(await bench.post("/cash-up/tender", {"tender": "card", "counted": 1250}))
        fails(
            await bench.post("/cash-up/tender", {"tender": "cash_usd", "counted": 1400}),
            409,
            "denominations_required",
        )
        dollars = [{"value": 1000, "quantity": 1}, {"value": 100, "quantity": 4}]
        await done(await bench.post("/cash-up/tender", {"tender": "cash_usd", "denominations": dollars}))

        assert (await bench.status())["till_state"]["keep_choices"] == [{"tender": "cash", "counted": cash}]
        fails(await bench.post("/cash-up/confirm"), 409, "amount_to_keep")
        closed = await done(await bench.post("/cash-up/confirm", {"keep": {"cash": 10000}}))

        assert [(t["tender"], t["kept"], t["moved"]) for t in closed["tenders"]] == [
            ("cash", 10000, cash - 10000),
            ("card", 0, 1250),
            ("cash_usd", 1400, 0),
        ]


async def test_prices_hold_from_the_next_receipt_and_tenders_from_the_next_opening_count(
    tmp_path: Path,
) -> None:
    async with open_till(tmp_path) as bench:
        await bench.book.hold_catalogue(2, (GOODS["COF-01"].model_copy(update={"price": 170}),))
        await bench.book.hold(store_settings(CASH, rev=2, cash_rounding=5))

        assert (await sold(bench, "k1", "COF-01", 1, card=170))["total"] == 170


async def test_people_and_pins_change_at_once(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        await bench.book.hold_people(2, PEOPLE[1:])

        fails(await bench.sell("k1"), 401, "not_signed_in")
        back = PEOPLE[0].model_copy(update={"rights": ()})
        await bench.book.hold_people(3, (back, *PEOPLE[1:]))
        await bench.sign_in()
        fails(await bench.sell("k2"), 403, "right_missing")


async def test_what_moved_survives_a_restart(tmp_path: Path) -> None:
    async with open_till(tmp_path) as bench:
        wish = {"kind": "loan", "tender": "cash", "amount": 1000, "reason": "coins", "allowed_by": BOSS}
        await bench.post("/movements", wish, "m1")
    async with running_agent(tmp_path, online=False) as bench:
        assert await cash_in(bench) == 16000
