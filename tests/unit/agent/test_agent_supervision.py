"""The agent tells the supervisor that started it that it is ready, alive, and stopping."""

import asyncio
import os
import socket
from pathlib import Path

import pytest

from terminal_agent.agent import _listen
from terminal_agent.watchdog import ALIVE, READY, Supervision


@pytest.fixture
def supervisor(tmp_path: Path) -> socket.socket:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind(str(tmp_path / "notify"))
    line.settimeout(15)
    return line


def environment(supervisor: socket.socket, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": supervisor.getsockname(), **more}


def test_the_supervisor_hears_that_the_terminal_is_ready(supervisor: socket.socket) -> None:
    with supervisor:
        Supervision(environment(supervisor)).tell(READY)
        assert supervisor.recv(100) == b"READY=1"


async def test_it_is_told_of_life_more_often_than_it_wants_to_hear(supervisor: socket.socket) -> None:
    with supervisor:
        supervision = Supervision(
            environment(supervisor, WATCHDOG_USEC="30000", WATCHDOG_PID=str(os.getpid()))
        )
        telling = asyncio.create_task(supervision.keep_telling())
        heard = [await asyncio.to_thread(supervisor.recv, 100) for _ in range(2)]
        telling.cancel()
        assert heard == [ALIVE.encode()] * 2


def test_another_processs_watchdog_is_none_of_ours(supervisor: socket.socket) -> None:
    with supervisor:
        assert Supervision(environment(supervisor, WATCHDOG_USEC="30000", WATCHDOG_PID="1")).patience is None


async def test_without_a_supervisor_nothing_is_told(tmp_path: Path) -> None:
    alone = Supervision({})
    alone.tell(READY)
    await alone.keep_telling()
    Supervision({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(READY)


def test_an_answer_in_two_pieces_leaves_at_once() -> None:
    """The event loop turns Nagle's algorithm off for sockets that say that they are TCP, and no other."""
    with _listen(0) as listening:
        assert listening.proto == socket.IPPROTO_TCP
