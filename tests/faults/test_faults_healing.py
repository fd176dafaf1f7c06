"""What a day loses while it is open comes again by itself: nobody starts a process anew."""

from pathlib import Path

from faults.campaign.lost_servers import Backup, wipe_the_broker
from faults.campaign.played_day import passable_folder, play

SALES = 24


async def test_a_wiped_broker_and_a_database_of_an_hour_ago_heal_while_everybody_sells_on(
    tmp_path: Path,
) -> None:
    backup = Backup(tmp_path / "backup")
    troubles = {"T1 sold 4": backup.take, "T1 sold 9": wipe_the_broker, "T1 sold 16": backup.restore}
    with passable_folder() as folder:
        day = await play(folder, troubles, sales=SALES, seed=21)

    assert day.died == {"broker"}, "it was killed to lose its store; everybody else went on"
    assert day.ended_as_if_nothing_had_happened(sales=SALES)
