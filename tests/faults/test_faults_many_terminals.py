"""Many terminals, each with its own link and journal; 200 of them by `./tillday faults --terminals 200`."""

from faults.campaign.fleet import open_sell_and_report
from faults.campaign.played_day import passable_folder

TERMINALS = 20
SALES = 2


async def test_every_terminal_receives_an_open_store_sells_and_reports_it() -> None:
    with passable_folder() as folder:
        done = await open_sell_and_report(folder / "fleet", TERMINALS, sales=SALES, say=lambda _: None)

    assert (done.terminals, done.sales) == (TERMINALS, TERMINALS * SALES)
