"""A store day full of wrong input, at every door. Each test is one kind of it; together they are the day.

Its other half, with the cash-up and the closing, is the trouble of the machine.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from integration.trouble.trouble_shop import FLOAT, SALE, SUPERVISOR, Shop, command
from tillday_contracts.report_messages import (
    CashUpReport,
    FlashReport,
    SalesReport,
    StatusBoard,
    XReport,
)
from tillday_contracts.store_messages import (
    Catalogue,
    CloseStore,
    DefinePerson,
    OpenStore,
    People,
    RegisterTerminal,
    Revised,
    StoreDayStatus,
    StoreSettings,
)
from tillday_contracts.till_messages import SafeBalance
from tillday_local.day.verdict import check_system

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY_KNOWS_S9 = 'There is no store "S9": check its code.'


async def test_a_store_that_nobody_knows_is_named_whoever_is_asked(shop: Shop) -> None:
    questions = [
        command(OpenStore, store="S9", business_date=shop.today),
        command(CloseStore, store="S9", business_date=shop.today),
        command(RegisterTerminal, store="S9", terminal="T5", till="TILL5", name="Counter 5"),
        *(kind(store="S9") for kind in (StoreDayStatus, StoreSettings, People, Catalogue, StatusBoard)),
        CashUpReport(store="S9", business_date=shop.today),
        SalesReport(store="S9", first=shop.today, last=shop.today, by="product"),
        XReport(store="S9", terminal="T1"),
        FlashReport(store="S9", terminal="T1"),
    ]
    async with shop.nothing_changes():
        refusals = [await shop.refusal(question) for question in questions]
        safe = await shop.refusal(SafeBalance(store="S9"))
        said = await shop.all_say(*(f"{line} --store S9" for line in ("store open", "report board")))

    assert [(refusal.code, refusal.text) for refusal in refusals] == [
        ("unknown_store", NOBODY_KNOWS_S9)
    ] * len(questions)
    assert safe.code == "unknown_store"
    assert said == [(1, NOBODY_KNOWS_S9)] * 2


async def test_a_store_whose_code_is_none_is_refused_before_anybody_is_asked(shop: Shop) -> None:
    said = await shop.tillday("store", "open", "--store", "my store")

    assert said.code == 2
    assert "store: 'my store' is not a code: use 1 to 16 of A-Z, 0-9, '_' and '-'" in said.words


async def test_a_terminal_that_nobody_knows_is_told_apart_from_one_that_rests(shop: Shop) -> None:
    async with shop.nothing_changes():
        for question in (XReport(store="S1", terminal="T9"), FlashReport(store="S1", terminal="T9")):
            assert (await shop.refusal(question)).code == "unknown_terminal"
        desk, office = await shop.all_say("pos status --terminal T9", "report x --terminal T9")
    rests = await shop.refusal(XReport(store="S1", terminal="T1"))

    assert (desk[0], office[0]) == (1, 1)
    assert "has no terminal T9; it has T1" in desk[1]
    assert 'has no terminal "T9": the status board shows those it has' in office[1]
    assert rests.code == "no_open_till"


async def test_a_wrong_date_is_refused_and_the_right_one_is_named(shop: Shop) -> None:
    far, tomorrow = shop.today + timedelta(days=30), shop.today + timedelta(days=1)
    async with shop.nothing_changes():
        too_late = await shop.refusal(command(OpenStore, business_date=far))
        not_open = await shop.refusal(command(CloseStore, business_date=far))
        said, none = await shop.all_say(f"store open --date {far}", "store open --date 2026-02-30")

    assert too_late.code == "date_too_late"
    assert f"today is {shop.today}, and tomorrow is the latest date to open" in too_late.text
    assert not_open.text.endswith("It is closed.")
    assert said == (1, too_late.text)
    assert none[0] == 2
    assert "'2026-02-30' is no date" in none[1]

    await shop.open_store()
    early = await shop.refusal(command(OpenStore, business_date=shop.today - timedelta(days=1)))
    assert early.text.endswith(f"is open for {shop.today}; only a later Business Date can be opened.")
    await shop.until("business_date", shop.today.isoformat())
    await shop.terminal.sign_in("SUPERVISOR-1", "900001")
    for wanted in (tomorrow, far):
        refused = await shop.problem("/terminal/open", {"business_date": wanted.isoformat()})
        assert refused.status == 409
        assert str(refused) == f"The back office has set the business date to {shop.today}."
    impossible = await shop.problem("/terminal/open", {"business_date": "2026-02-30"})
    assert impossible.status == 422
    assert "business_date must be a date of the calendar, like 2026-11-05" in str(impossible)


async def test_a_second_open_gets_the_same_answer_and_opens_nothing_twice(shop: Shop) -> None:
    first = await shop.open_store()
    async with shop.nothing_changes():
        again = await shop.open_store()
        said = await shop.tillday("store", "open")

    assert again == first
    assert len((await shop.days()).days) == 1
    assert (said.code, said.words) == (0, f"The store S1 is open for {shop.today}.")


async def test_nothing_is_sold_before_the_initial_count(shop: Shop) -> None:
    await shop.terminal.sign_in("CASHIER-1", "1001")
    closed = await shop.problem("/sales", SALE)
    await shop.count_the_float()
    async with shop.nothing_changes():
        uncounted = await shop.problem("/sales", SALE)
        await shop.tillday("pos", "sign-in", "CASHIER-1")
        said = await shop.tillday("pos", "sell", "COF-01")
        second = await shop.problem("/till/start", {})

    assert (closed.status, closed.problem["code"]) == (409, "till_closed")
    assert (uncounted.status, uncounted.problem["code"]) == (409, "initial_count_missing")
    assert str(uncounted) == "The initial count is not confirmed: count the float first."
    assert (said.code, said.words) == (1, f"tillday: {uncounted}")
    assert (second.status, second.problem["code"]) == (409, "till_not_closed")


async def test_a_coin_that_does_not_exist_is_not_counted(shop: Shop) -> None:
    wrong = {"denominations": [*FLOAT, {"value": 4999, "quantity": 1}], "approval": SUPERVISOR}
    async with shop.nothing_changes():
        refused = await shop.problem("/till/initial-count", wrong)
        said = await shop.tillday("pos", "count", "--count", "4999x2")

    assert (refused.status, refused.problem["code"]) == (409, "wrong_denomination")
    assert "4999 is no coin or note of this store; it has 1, 2, 5, 10" in str(refused)
    assert (said.code, said.words) == (1, f"tillday: {refused}")


async def test_fewer_than_no_coins_are_not_counted(shop: Shop) -> None:
    wrong = {"denominations": [*FLOAT, {"value": 5000, "quantity": -2}], "approval": SUPERVISOR}
    async with shop.nothing_changes():
        refused = await shop.problem("/till/initial-count", wrong)
        said = await shop.tillday("pos", "count", "--count", "5000x-2")

    assert (refused.status, refused.problem["code"]) == (422, "invalid_request")
    assert "denominations.2.quantity must be 0 or more" in str(refused)
    assert said.code == 2
    assert "'5000x-2' is not VALUExQUANTITY in minor units: write 5000x2 for two notes of 50.00" in said.words


async def test_a_difference_does_not_pass_by_a_wrong_pin(shop: Shop) -> None:
    async with shop.nothing_changes():
        guess = {"denominations": list(FLOAT), "approval": {**SUPERVISOR, "pin": "900002"}}
        refused = await shop.problem("/till/initial-count", guess)
        said = await shop.tillday(
            *("pos", "count", "--count", "5000x3", "--approve", "SUPERVISOR-1"), TILLDAY_APPROVER_PIN="1"
        )

    assert (refused.status, refused.problem["code"]) == (401, "wrong_pin")
    assert said.code == 1
    assert "This PIN is not right for this person: check both and try again." in said.words
    await shop.confirm_the_float()
    await shop.sell()


async def test_nothing_is_sold_in_negative_quantities(shop: Shop) -> None:
    wrong = {"lines": [{"sku": "COF-01", "quantity": -1}], "payments": [{"tender": "cash", "tendered": 0}]}
    async with shop.nothing_changes():
        refused = await shop.problem("/sales", wrong)
        fewer, too_many = await shop.all_say("pos sell COF-01x-2", "pos sell COF-01x99999999999999999999")

    assert (refused.status, refused.problem["code"]) == (409, "wrong_quantity")
    assert str(refused) == "The quantity of Espresso must be between 1 and 1000000."
    assert fewer == too_many == (1, str(refused))


async def test_a_store_with_an_open_till_is_not_closed_and_the_till_is_named(shop: Shop) -> None:
    async with shop.nothing_changes():
        refused = await shop.refusal(command(CloseStore, business_date=shop.today))
        said = await shop.tillday("store", "close")

    assert refused.code == "open_tills"
    assert refused.text == 'Cannot close the store "Tillday Café" because there are open tills'
    assert said.code == 1
    assert f"{refused.text} tillday: cash up the tills listed here, each at its terminal" in said.words
    assert "T1 TILL1" in said.words.replace("┃", "")
    await shop.sell()


async def test_a_wrong_pin_tells_nothing_and_haste_has_to_wait(shop: Shop) -> None:
    trainee = {"person": "TRAINEE-1", "name": "Trainee 1", "role": "cashier", "pin": "2001"}
    await shop.ask(command(DefinePerson, rights=("sell",), **trainee), Revised)
    await shop.knows("TRAINEE-1")
    async with shop.nothing_changes():
        stranger = await shop.problem("/sign-in", {"person": "NOBODY", "pin": "2001"})
        said = await shop.tillday("pos", "sign-in", "TRAINEE-1", TILLDAY_PIN="4711")
        wrong = [await shop.problem("/sign-in", {"person": "TRAINEE-1", "pin": "4711"}) for _ in range(2)]
        hasty = await shop.problem("/sign-in", {"person": "TRAINEE-1", "pin": "2001"})

    assert {str(stranger), *map(str, wrong)} == {said.words.removeprefix("tillday: ")}
    assert [stranger.status, said.code, *(one.status for one in wrong)] == [401, 1, 401, 401]
    assert hasty.status == 429
    assert str(hasty).startswith("Too many wrong PINs: wait ")
    await shop.sell()


async def test_all_invariants_hold_in_the_middle_of_a_day_of_wrong_input(shop: Shop) -> None:
    await shop.until("link.pending", 0)
    status = await shop.terminal.status()
    verdict = await check_system(shop.system)

    assert status["till_state"]["receipts"] == len(shop.sold) == 3
    assert verdict.holds, verdict.violations
