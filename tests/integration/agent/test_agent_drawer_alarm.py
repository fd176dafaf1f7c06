"""A drawer that stays open is in the journal and on the status; selling goes on."""

from pathlib import Path

from agent_bench import Bench, running_agent
from terminal_agent.core.chain import Entry
from terminal_agent.journal import rows
from terminal_agent.link.seal import told_alarms


async def entries_of(bench: Bench) -> list[Entry]:
    return list(await rows.entries_from(bench.book.database, bench.book.head.epoch, 1, 500))


async def test_a_drawer_left_open_is_told_once_and_stops_no_sale(tmp_path: Path) -> None:
    async with running_agent(tmp_path) as bench:
        await bench.open_till()
        bench.printer.device.drawer_open = True
        await bench.agent.printing.look()
        assert "drawer" not in [alarm["code"] for alarm in (await bench.status())["alarms"]]
        bench.clock.pass_seconds(61)
        for _ in range(3):
            await bench.agent.printing.look()
        kinds = [entry.type for entry in await entries_of(bench)]
        assert kinds.count("DRAWER_LEFT_OPEN") == 1
        assert "drawer" in [alarm["code"] for alarm in (await bench.status())["alarms"]]
        assert "drawer" in [told.code for told in told_alarms(bench.book.notes)], (
            "the back office hears of it"
        )
        assert (await bench.sell("s-1")).status_code == 200
        bench.printer.device.drawer_open = False
        await bench.agent.printing.look()
        assert "drawer" not in [alarm["code"] for alarm in (await bench.status())["alarms"]]
