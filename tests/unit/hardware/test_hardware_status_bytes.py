"""A status is one byte, and silence is no answer."""

import pytest

from terminal_agent.hardware.ports import Cover, DrawerPosition, Paper, PrinterStatus
from terminal_agent.hardware.status_bytes import (
    Condition,
    in_order_answer,
    is_in_order,
    is_real_time,
    read_status,
    real_time_answer,
)

CONDITIONS = [
    Condition(online, paper, cover, drawer)
    for online in (True, False)
    for paper in (Paper.ENOUGH, Paper.LOW, Paper.OUT)
    for cover in (True, False)
    for drawer in (True, False)
]


def asked(condition: Condition) -> PrinterStatus:
    printer, cause, paper = (real_time_answer(n, condition)[0] for n in (1, 2, 4))
    return read_status(printer, cause, paper)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_what_the_device_says_is_what_the_till_understands(condition: Condition) -> None:
    status = asked(condition)
    assert status.online is condition.online
    assert status.paper is condition.paper
    assert status.cover is (Cover.OPEN if condition.cover_open else Cover.CLOSED)
    assert status.drawer is (DrawerPosition.OPEN if condition.drawer_open else DrawerPosition.CLOSED)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_answer_of_one_kind_is_never_taken_for_the_other(condition: Condition) -> None:
    late = in_order_answer(condition)[0]
    assert is_in_order(late)
    assert not is_real_time(late)
    for n in (1, 2, 3, 4):
        answer = real_time_answer(n, condition)[0]
        assert is_real_time(answer)
        assert not is_in_order(answer)


@pytest.mark.parametrize("flow_control", [0x11, 0x13])
def test_flow_control_is_no_answer(flow_control: int) -> None:
    assert not is_real_time(flow_control)
    assert not is_in_order(flow_control)


def test_no_answer_is_unknown_and_never_ready() -> None:
    silent = read_status(None, None, None)
    assert (silent.online, silent.paper, silent.drawer) == (None, Paper.UNKNOWN, DrawerPosition.UNKNOWN)
    assert silent.obstacle == "the printer does not answer"


def test_each_obstacle_is_named_for_the_cashier() -> None:
    assert asked(Condition(False, Paper.OUT)).obstacle == "the printer is out of paper"
    assert asked(Condition(False, cover_open=True)).obstacle == "the printer's cover is open"
    assert asked(Condition(False)).obstacle == "the printer is offline"
    assert asked(Condition(paper=Paper.LOW)).obstacle == ""


def test_a_drawer_wired_the_other_way_is_read_the_other_way() -> None:
    answer = real_time_answer(1, Condition(drawer_open=True))[0]
    assert read_status(answer, None, None, open_level=False).drawer is DrawerPosition.CLOSED
