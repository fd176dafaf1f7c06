"""The power goes at each step of a sale, one after the other; the next start finds every printed sale."""

import os
from collections import Counter
from pathlib import Path

import pytest

from agent_bench import Bench, running_agent
from terminal_agent import crash
from terminal_agent.core.chain import Head, first_break
from terminal_agent.crash import Label
from terminal_agent.journal import rows

STEPS: tuple[Label, ...] = (
    "before_commit",
    "after_commit",
    "after_anchor",
    "before_print",
    "after_print",
    "before_printed_commit",
    "after_printed_commit",
    "before_kick",
    "after_kick",
)


class PowerCut(BaseException):
    """Nothing after this step happened."""


@pytest.fixture
def power(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def cut(_code: int) -> None:
        raise PowerCut

    monkeypatch.setattr(os, "_exit", cut)
    monkeypatch.setattr(crash, "_passed", Counter[str]())
    return monkeypatch


@pytest.mark.parametrize("step", STEPS)
async def test_a_sale_that_was_printed_survives_and_is_not_made_twice(
    tmp_path: Path, power: pytest.MonkeyPatch, step: Label
) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        power.setenv("CRASH_AT", step)
        await sell_in_the_dark(bench)
        power.delenv("CRASH_AT")
        paper = bench.printer.tape

    async with running_agent(tmp_path, online=False) as bench:
        bench.go_online()
        kept = bench.book.memory.till.receipts
        assert kept == (0 if step == "before_commit" else 1)
        if b"-1\n" in paper:
            assert kept == 1
        await bench.sign_in()
        first = (await bench.sell("k1")).json()
        second = (await bench.sell("k2")).json()

        assert [first["number"][-2:], second["number"][-2:]] == ["-1", "-2"]
        both = paper + bench.printer.tape
        assert both.count(f"{first['number']}\n".encode()) <= 1
        entries = await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 1000)
        assert first_break(bench.book.identity.key, entries, after=Head(bench.book.head.epoch)) is None
        assert [entry.type for entry in entries].count("SALE") == 2


async def sell_in_the_dark(bench: Bench) -> None:
    try:
        await bench.sell("k1")
    except PowerCut:
        return


async def test_a_later_pass_of_a_step_may_be_named(power: pytest.MonkeyPatch) -> None:
    power.setenv("CRASH_AT", "after_commit:2")

    crash.crash_point("after_commit")
    crash.crash_point("before_commit")
    with pytest.raises(PowerCut):
        crash.crash_point("after_commit")
