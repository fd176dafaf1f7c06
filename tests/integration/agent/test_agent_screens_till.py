"""A till worked by taps alone: counting, selling, approvals, cash-up, and what is there after a power cut."""

from pathlib import Path

from agent_bench import running_agent
from agent_screen import Screen, screen_at
from agent_shop import CARD, CASH, DOLLARS, TODAY, VOUCHER, desired, store_settings
from terminal_agent.journal import rows


async def tapped(screen: Screen, *values: int, tender: str = "cash") -> None:
    for value in values:
        await screen.do("tap", tender=tender, value=value)


async def test_every_tap_counts_one_piece_and_undo_takes_it_back(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        assert screen.name == "need"
        await screen.do("start-till")
        assert bench.printer.pulses == 1
        await tapped(screen, 5000, 5000, 200)
        assert (screen.figure("counted"), screen.figure("difference")) == ("€102.00", "+€102.00")
        await screen.do("tap", tender="cash", value=5000, less=1)
        await screen.do("choose-piece", tender="cash", value=20)
        for digit in "12":
            await screen.do("digit", tender="cash", value=20, digit=digit)
        assert screen.figure("counted") == "€54.40"
        await screen.do("undo")
        assert screen.figure("counted") == "€52.20"


async def test_a_count_is_there_after_the_power_failed(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        await screen.do("start-till")
        await tapped(screen, 5000, 1000)
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        assert screen.name == "count"
        assert screen.figure("counted") == "€60.00"


async def test_a_difference_waits_for_a_supervisor_on_the_same_screen(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        await screen.do("start-till")
        await tapped(screen, 5000)
        await screen.do("confirm-float")
        assert screen.name == "count"
        assert "Supervisor" in screen.html
        assert screen.figure("counted") == "€50.00"

        await screen.do("approve", person="SUPERVISOR-1", pin="000000")
        assert screen.name == "count"
        await screen.approve("first float")
        assert screen.name == "sell"
        assert bench.book.memory.till.running is not None


async def test_an_equal_count_needs_nobody_else(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        await screen.do("start-till")
        await screen.do("confirm-float")
        assert screen.name == "sell"


async def test_a_blind_count_shows_no_expected_amount_anywhere(tmp_path: Path) -> None:
    settings = store_settings(CASH, CARD, floats={"TILL1": 12345}, blind_count=True)
    async with running_agent(tmp_path, store=settings) as bench:
        screen = await screen_at(bench, tmp_path)
        seen = [await screen.sign_in(), await screen.do("start-till")]
        seen.append(await screen.do("settle-float", float="move"))
        await tapped(screen, 5000)
        seen += [screen.html, await screen.do("confirm-float"), await screen.look()]
        assert all("123.45" not in html and "73.45" not in html for html in seen)
        assert "the back office says how much" in seen[1]
        assert screen.figure("expected") == "•••"


async def test_a_forced_float_is_brought_before_it_is_counted(tmp_path: Path) -> None:
    settings = store_settings(CASH, floats={"TILL1": 20000})
    async with running_agent(tmp_path, store=settings) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        await screen.do("start-till")
        assert screen.name == "float"
        assert "€200.00" in screen.html
        await screen.do("settle-float", float="leave")
        assert (screen.name, screen.figure("expected")) == ("count", "€0.00")
        await screen.do("settle-float", float="move")
        await tapped(screen, 20000)
        await screen.do("confirm-float")
        assert screen.name == "sell"


async def test_a_sale_is_tapped_paid_and_printed(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD)) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        for _ in range(2):
            await screen.do("add", sku="COF-01")
        await screen.do("scan", code="BAK-04")
        assert screen.figure("total") == "€7.40"
        await screen.do("to-pay")
        await screen.do("tender", tender="card", amount=240)
        assert screen.figure("rest") == "€5.00"
        await screen.do("tender", tender="cash", amount=1000)
        assert screen.figure("change") == "€5.00"
        assert screen.figure("number").endswith("-1")
        assert b"7.40" in await screen.paper()


async def test_two_quick_taps_on_pay_sell_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="COF-01")
        await screen.do("tender", tender="cash")
        await screen.do("tender", tender="cash")
        running = bench.book.memory.till.running
        assert running is not None
        assert running.receipts == 1


async def test_an_open_receipt_is_there_after_the_power_failed(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="MUG-01")
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        assert (screen.name, screen.figure("total")) == ("sell", "€12.50")


async def test_a_receipt_is_parked_and_taken_up_by_another_cashier(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="MUG-01")
        (receipt,) = bench.book.memory.pending
        await screen.do("park")
        await screen.do("add", sku="COF-01")
        assert screen.figure("total") == "€1.60"
        await screen.do("tender", tender="cash")
        await screen.do("lock")
        await screen.sign_in("SUPERVISOR-1")
        await screen.do("resume", receipt=receipt)
        assert screen.figure("total") == "€12.50"


async def test_a_discount_without_the_right_asks_a_supervisor_when_it_is_paid(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="MUG-01")
        await screen.do("choose-line", line=0)
        await screen.do("edit", what="discount")
        await screen.do("set", percent=10)
        assert screen.figure("total") == "€11.25"
        await screen.do("to-pay")
        await screen.do("tender", tender="cash", amount=2000)
        assert "may allow it" in screen.html
        await screen.approve()
        assert screen.figure("change") == "€8.75"


async def test_a_price_is_overridden_and_a_quantity_typed(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="COF-01")
        await screen.do("choose-line", line=0)
        await screen.do("edit", what="quantity")
        await screen.do("set", figure=12)
        await screen.do("edit", what="price")
        await screen.do("set", figure=100)
        assert screen.figure("total") == "€12.00"
        await screen.do("set", figure="")
        assert screen.figure("total") == "€12.00"


async def test_training_leaves_no_trace_but_its_marked_paper(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        head, pending = bench.book.head, dict(bench.book.memory.pending)
        await screen.do("train", on="yes")
        await screen.do("add", sku="MUG-01")
        await screen.do("to-pay")
        await screen.do("tender", tender="cash", amount=2000)
        assert screen.figure("change") == "€7.50"
        assert "Training receipt" in screen.html
        assert b"TRAINING" in bench.printer.tape
        assert (bench.book.head, dict(bench.book.memory.pending)) == (head, pending)
        await screen.do("train", on="")
        assert "TRAINING" not in screen.html


async def test_money_is_paid_out_with_a_supervisors_word_and_shown_on_the_x_report(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("begin-move", kind="paid_out")
        await screen.do("move", tender="cash", amount=500, reason="Postage")
        await screen.approve()
        assert screen.name == "menu"
        await screen.do("x-report")
        assert "€145.00" in screen.html


async def test_a_receipt_comes_back_in_part_by_the_documents_list(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD)) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        for _ in range(3):
            await screen.do("add", sku="COF-01")
        await screen.do("to-pay")
        await screen.do("tender", tender="card")
        number = screen.figure("number")
        await screen.do("go", view="refunds")
        assert number in screen.html
        await screen.do("find-receipt", number=number)
        await screen.do("change-refund", sku="COF-01", less=1)
        await screen.do("refund", tender="card")
        await screen.approve()
        assert screen.figure("change") == "€3.20"
        running = bench.book.memory.till.running
        assert running is not None
        assert running.totals["card"].expected == 160


async def test_a_cash_up_goes_in_its_order_with_differences_in_two_tenders(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD, VOUCHER)) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="MUG-01")
        await screen.do("to-pay")
        await screen.do("tender", tender="card")
        await screen.do("add", sku="COF-01")
        await screen.do("start-cash-up")
        assert screen.name == "receipts"
        (receipt,) = bench.book.memory.pending
        await screen.do("delete-receipt", receipt=receipt)
        await screen.approve()
        await screen.do("start-cash-up")
        assert (screen.name, screen.figure("expected")) == ("count", "€150.00")
        await tapped(screen, 5000, 5000, 2000)
        await screen.do("count-cash", tender="cash")
        await screen.approve()
        assert screen.name == "tenders"
        await screen.do("count-total", tender="card", amount=1200)
        await screen.approve("Slip missing")
        await screen.do("count-total", tender="voucher", amount=0)
        assert screen.name == "summary"
        await screen.do("close-till")
        assert screen.name == "closed"
        assert "−€30.00" in screen.html
        assert "−€0.50" in screen.html
        assert b"CASH-UP REPORT" in await screen.paper()
        await screen.do("go", view="")
        assert screen.name == "need"


async def test_a_cash_up_is_cancelled_until_something_is_confirmed(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, CARD)) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("start-cash-up")
        await screen.do("cancel-cash-up")
        assert screen.name == "sell"
        await screen.do("start-cash-up")
        await tapped(screen, 5000, 5000, 5000)
        await screen.do("count-cash", tender="cash")
        await screen.do("cancel-cash-up")
        assert screen.name == "tenders"
        assert screen.notice


async def test_foreign_cash_is_taken_and_counted_in_its_own_pieces(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(CASH, DOLLARS)) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("add", sku="MUG-01")
        await screen.do("to-pay")
        await screen.do("tender", tender="cash_usd", amount=2000)
        assert screen.figure("change") == "€5.90"
        await screen.do("start-cash-up")
        await screen.do("count-cash", tender="cash")
        await screen.approve()
        assert screen.name == "count"
        await tapped(screen, 2000, tender="cash_usd")
        assert screen.figure("counted") == "US$20.00"
        await screen.do("count-cash", tender="cash_usd")
        assert screen.name == "summary"


async def test_offline_a_supervisor_opens_the_terminal_with_a_date(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.book.hold(desired(2, business_date=None))
        await bench.agent.follow()
    async with running_agent(tmp_path, online=False) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.sign_in()
        assert 'data-outcome="terminal_closed"' in screen.html
        await screen.do("open-terminal", date=TODAY.isoformat())
        await screen.approve()
        assert 'data-outcome="initial_count"' in screen.html
        assert bench.book.memory.business_date == TODAY


async def test_the_screens_speak_spanish(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.do("speak", language="es")
        assert "¿Quién está aquí?" in screen.html
        await screen.do("sign-in", person="CASHIER-1", pin="1")
        assert "PIN" in screen.notice
        assert "not right" not in screen.notice


async def test_what_only_the_journal_may_hold_is_not_in_the_drafts(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        assert "1001" not in str(await rows.states(bench.book.database))
