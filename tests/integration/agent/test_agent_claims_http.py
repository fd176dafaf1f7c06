"""Late money in the opening count of a terminal with a real journal."""

from pathlib import Path
from typing import Any

from agent_bench import Bench, running_agent
from agent_shop import TODAY, desired
from tillday_contracts.parts import Claim
from tillday_contracts.wishes import DesiredTill


async def closed_till(bench: Bench) -> str:
    """A session from 150.00 to 150.00; returns its name."""
    await bench.open_till()
    session = str((await bench.status())["till_state"]["session_id"])
    await bench.post("/cash-up/start")
    counted: dict[str, Any] = {"tender": "cash", "denominations": [{"value": 1, "quantity": 15000}]}
    await bench.post("/cash-up/tender", counted)
    assert (await bench.post("/cash-up/confirm")).status_code == 200
    return session


async def claimed(bench: Bench, session: str, event: str) -> list[dict[str, Any]]:
    claim = Claim(event=event, tender="cash", amount=500, session_id=session)
    till = DesiredTill(till="TILL1", session_id=session, status="closed_front", claims=(claim,))
    await bench.book.hold(desired(2, business_date=TODAY, tills=(till,)))
    shown: list[dict[str, Any]] = (await bench.status())["till_state"]["expected"]
    started = (await bench.post("/till/start")).json()
    assert started["expected"] == shown
    return shown


async def test_a_guests_late_money_is_asked_for_at_the_next_opening_count(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        session = await closed_till(bench)

        assert await claimed(bench, session, "c" * 64) == [{"tender": "cash", "amount": 15500}]
        counted = {"denominations": [{"value": 1, "quantity": 15500}]}
        assert (await bench.post("/till/initial-count", counted)).status_code == 200


async def test_money_of_the_own_journal_is_not_asked_for_twice(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        session = await closed_till(bench)

        assert await claimed(bench, session, bench.book.head.hash) == [{"tender": "cash", "amount": 15000}]
