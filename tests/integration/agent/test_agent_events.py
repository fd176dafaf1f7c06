"""What the terminal tells other front ends: its events, its means of payment, its own description."""

import asyncio
import json
from pathlib import Path

from agent_bench import Bench, running_agent
from agent_screen import screen_at
from agent_shop import CARD, CASH, store_settings
from terminal_agent.http.events import event_routes
from terminal_openapi import COMMITTED, described
from tillday_contracts.piece_looks import PieceLook


async def told(bench: Bench, events: int) -> list[dict[str, object]]:
    """Listen until so many events came; something happens after the first."""
    route = next(one for one in event_routes(bench.agent.parts).routes if one.path == "/events")  # type: ignore[attr-defined]
    answer = await route.endpoint()  # type: ignore[attr-defined]
    heard = []
    async with asyncio.timeout(30):
        async for part in answer.body_iterator:
            assert part.startswith("event: status\ndata: {")
            heard.append(json.loads(part.split("data: ", 1)[1]))
            if len(heard) == events:
                return heard
            started = await bench.post("/till/start", {})
            assert started.status_code == 200, started.text
    return heard


async def test_an_event_tells_the_whole_account_at_once_and_again_when_it_is_another(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.sign_in()
        first, second = await told(bench, 2)
        assert first["till_state"]["status"] == "none"  # type: ignore[index]
        assert second["till_state"]["status"] == "opening_count"  # type: ignore[index]


async def test_nobody_hears_events_without_the_token(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        screen = await screen_at(bench, tmp_path)
        assert (await screen.http.get("/api/v1/events")).status_code == 401


async def test_tenders_are_told_with_their_coins_and_notes_as_the_store_orders_them(tmp_path: Path) -> None:
    looks = (PieceLook(value=2000, colour="pink"), PieceLook(value=5))
    store = store_settings(CASH, CARD).model_copy(update={"looks": looks})
    async with running_agent(tmp_path, store=store) as bench:
        answer = (await bench.http.get("/api/v1/tenders")).json()["tenders"]
        assert [(one["tender"], one["kind"], len(one["denominations"]) > 10) for one in answer] == [
            ("cash", "cash", True),
            ("card", "card", False),
        ]
        shown = [(one["value"], one["kind"], one["colour"]) for one in answer[0]["denominations"]]
        assert shown[:3] == [(2000, "note", "pink"), (5, "coin", "copper"), (20000, "note", "ochre")]


async def test_the_description_beside_the_documentation_is_the_one_that_is_served(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        served = (await bench.http.get("/openapi.json")).text
        assert described(served) == COMMITTED.read_text(encoding="utf-8"), (
            "run: python tests/terminal_openapi.py"
        )
