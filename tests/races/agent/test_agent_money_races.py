"""Money that would go out twice: a receipt refunded by two, the same cash taken by two, copies at once."""

import asyncio
from pathlib import Path

import httpx

from agent_bench import Bench, running_agent
from agent_shop import PINS, TENDERS, store_settings

BOSS = {"person": "SUPERVISOR-1", "pin": PINS["SUPERVISOR-1"]}


class NoTurn:
    """The lock that is none."""

    async def __aenter__(self) -> None:
        await asyncio.sleep(0)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)


async def refund_at_once(bench: Bench, number: str) -> list[httpx.Response]:
    await bench.sign_in("SUPERVISOR-1")
    wishes = (bench.post("/refunds", {"of": number}, f"r{n}") for n in range(5))
    return list(await asyncio.gather(*wishes))


async def test_one_receipt_is_refunded_once_however_many_want_it(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(*TENDERS)) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]

        answers = await refund_at_once(bench, number)

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_without_the_turn_one_receipt_is_paid_out_twice_or_fails(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(*TENDERS)) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]
        bench.book.turn = NoTurn()  # type: ignore[assignment]

        answers = await refund_at_once(bench, number)

        assert sorted(answer.status_code for answer in answers) != [200, 409, 409, 409, 409]


async def test_the_same_cash_is_not_taken_out_by_two(tmp_path: Path) -> None:
    async with running_agent(tmp_path, store=store_settings(*TENDERS)) as bench:
        await bench.open_till()
        await bench.sign_in("SUPERVISOR-1")
        wish = {"kind": "pickup", "tender": "cash", "amount": 10000, "reason": "to the safe"}

        answers = await asyncio.gather(*(bench.post("/movements", wish, f"m{n}") for n in range(3)))

        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_copies_at_once_have_numbers_of_their_own(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        number = (await bench.sell("k1")).json()["number"]

        answers = await asyncio.gather(*(bench.post(f"/documents/{number}/reprint") for _ in range(4)))

        assert sorted(answer.json()["copy"] for answer in answers) == [1, 2, 3, 4]
