"""Who gets to see the terminal's screens, and who may do something on them."""

from pathlib import Path

import pytest

from agent_bench import PORT, TOKEN, running_agent
from agent_screen import address_in, screen_at
from agent_shop import PINS, TestClock
from terminal_agent.screens.entrance import Entrance, Threshold
from terminal_agent.screens.routes import ACTIONS, WITHOUT_PERSON


async def test_the_one_time_address_lets_one_browser_in_once(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        address = address_in(tmp_path)
        screen = await screen_at(bench, tmp_path)
        assert screen.name == "pin"

        again = await bench.http.get(address)
        assert again.status_code == 401
        assert address_in(tmp_path) != address
        assert (tmp_path / "screen-address").stat().st_mode & 0o077 == 0


async def test_a_browser_that_was_not_let_in_sees_and_does_nothing(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        assert (await bench.http.get("/")).status_code == 401
        assert (await bench.http.get("/screens/now")).status_code == 403
        assert (await bench.http.get("/screens/events")).status_code == 403
        signed_in = await bench.http.post("/screens/do/sign-in", data={"person": "CASHIER-1", "pin": "1001"})
        assert signed_in.status_code == 403
        assert bench.agent.people.present is None


async def test_a_cookie_that_somebody_made_up_opens_nothing(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        cookie = {"Cookie": f"tillday-screen={'a' * 32}.{'b' * 64}"}
        assert (await bench.http.get("/", headers=cookie)).status_code == 401


async def test_a_screen_stays_one_after_a_restart(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        kept = dict((await screen_at(bench, tmp_path)).http.cookies)
    async with running_agent(tmp_path) as bench:
        cookie = {"Cookie": "; ".join(f"{name}={kept[name]}" for name in kept)}
        answer = await bench.http.get("/", headers=cookie)
        assert 'id="screen-pin"' in answer.text


async def test_where_the_screens_are_open_a_plain_visit_is_the_first_screen(tmp_path: Path) -> None:
    threshold = Threshold(PORT, TOKEN, tmp_path, open_to_all=True)
    entrance = Entrance(threshold, TestClock().random_bytes)
    assert entrance.is_open
    assert entrance.screen_of(entrance.cookie())


@pytest.mark.parametrize(("header", "value"), [("Host", "evil.example"), ("Origin", "https://evil.example")])
async def test_a_foreign_page_cannot_use_the_screen(tmp_path: Path, header: str, value: str) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        form = {"person": "CASHIER-1", "pin": PINS["CASHIER-1"]}
        answer = await screen.http.post("/screens/do/sign-in", data=form, headers={header: value})
        assert answer.status_code == 403
        assert bench.agent.people.present is None


async def test_the_cookie_opens_the_screens_and_not_the_api(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        assert (await screen.http.get("/api/v1/status")).status_code == 401


async def test_every_page_forbids_what_it_does_not_need(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        for path in ("/", "/ui/tillday.css", "/screens/now"):
            headers = (await screen.http.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
        cookie = (await bench.http.get(address_in(tmp_path))).headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie


async def test_nothing_is_done_before_somebody_signs_in(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        head = bench.book.head
        for name in sorted({*ACTIONS, "approve"} - WITHOUT_PERSON):
            await screen.do(name, sku="COF-01", view="menu", date="2031-05-06", tender="cash", value=5000)
            assert screen.name == "pin", name
        assert bench.book.head == head
        assert bench.book.memory.pending == {}


async def test_the_screen_locks_itself_and_comes_back_to_the_same_place(tmp_path: Path) -> None:
    clock = TestClock()
    async with running_agent(tmp_path, clock=clock) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("go", view="menu")
        assert screen.name == "menu"

        clock.pass_seconds(179)
        await screen.do("go", view="menu")
        assert screen.name == "menu"
        clock.pass_seconds(181)
        await screen.do("go", view="sell")
        assert screen.name == "pin"

        await screen.sign_in("SUPERVISOR-1")
        assert screen.name == "menu"


async def test_wrong_pins_are_told_and_then_made_to_wait(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        for _ in range(3):
            await screen.do("sign-in", person="CASHIER-1", pin="9999")
            assert "not right" in screen.notice
        await screen.do("sign-in", person="CASHIER-1", pin="1001")
        assert "wait" in screen.notice
        assert screen.name == "pin"
        assert "9999" not in screen.html


async def test_names_of_people_and_goods_are_text_and_never_markup(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        await screen.open_till()
        await screen.do("look-through", search="<script>alert(1)</script>")
        assert "<script>alert" not in screen.html
