"""What HELLOs tell: entries that do not move, wrong clocks, damaged journals, two computers of one name."""

from datetime import timedelta

import pytest

from till_service.domain.alarms import Boots, findings, heard_boot
from tillday_contracts.link import Clocks, Hello, ToldAlarm
from unit.till_service.journals import NOON, WrittenJournal


def hello(**changes: object) -> Hello:
    journal = WrittenJournal()
    journal.begin()
    return journal.hello(**{"acked_upto": 2, **changes})  # type: ignore[arg-type]


def boots_after(*hellos: tuple[int, int, int]) -> Boots:
    """Hear HELLOs given as (seconds, boot, n)."""
    known: Boots | None = None
    for second, boot_no, n in hellos:
        known = heard_boot(known, hello(boot_no=boot_no, n=n), at=NOON + timedelta(seconds=second))
    assert known is not None
    return known


def test_a_terminal_that_is_well_clears_what_it_told_before() -> None:
    found = findings(hello(), boots_after((0, 1, 1)), grew=False, at=NOON)

    assert set(found.values()) == {None}
    assert "clone_suspected" not in found, "a clone is over when it falls silent, not by a HELLO"


def test_entries_that_wait_are_marked_by_the_oldest_so_that_progress_shows() -> None:
    stuck = findings(hello(acked_upto=0), boots_after((0, 1, 1)), grew=False, at=NOON)
    moved = findings(hello(acked_upto=1), boots_after((0, 1, 1)), grew=False, at=NOON)
    left = findings(hello(pending=5), boots_after((0, 1, 1)), grew=False, at=NOON)

    marks = [found["not_in_ledger"].mark for found in (stuck, moved, left) if found["not_in_ledger"]]
    assert len(set(marks)) == 3
    waiting = stuck["oldest_unacknowledged"]
    assert waiting is not None
    assert waiting.ripens, "also a terminal that fell silent is told of"


@pytest.mark.parametrize(("minutes", "wrong"), [(0, False), (4, False), (-5, False), (6, True), (-6, True)])
def test_a_clock_may_differ_by_five_minutes(minutes: int, wrong: bool) -> None:
    clocks = Clocks(wall=NOON + timedelta(minutes=minutes), mono_ms=1)

    found = findings(hello(clocks=clocks), boots_after((0, 1, 1)), grew=False, at=NOON)

    assert (found["clock_skew"] is not None) == wrong


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("damaged", "journal_damaged"),
        ("journal", "journal_damaged"),
        ("server_behind",) * 2,
        ("drawer", "drawer_left_open"),
        ("pins", "pins_guessed"),
    ],
)
def test_a_terminals_own_alarms_are_told_on(code: str, kind: str) -> None:
    told = (
        ToldAlarm(code=code, text="Entry 7 cannot be trusted."),
        ToldAlarm(code="fork", text="It parted."),
    )

    found = findings(hello(alarms=told), boots_after((0, 1, 1)), grew=False, at=NOON)

    assert {name for name, finding in found.items() if finding} == {kind}


def test_an_older_start_that_goes_on_twice_long_after_the_newer_one_began_is_a_clone() -> None:
    assert boots_after((0, 3, 9), (10, 4, 1), (200, 3, 10), (260, 3, 11)).grown == 2
    assert boots_after((0, 4, 1), (60, 4, 5), (200, 4, 2), (260, 4, 6), (300, 4, 3)).grown == 2, (
        "copies of one disk begin with the same number"
    )


def test_late_and_doubled_hellos_of_the_start_before_are_no_clone() -> None:
    assert boots_after((0, 3, 9), (10, 4, 1), (60, 3, 10), (100, 3, 11)).grown == 0, "late, not long after"
    assert boots_after((0, 3, 9), (10, 4, 1), (200, 3, 9), (260, 3, 9), (300, 3, 8)).grown == 0, "doubled"
