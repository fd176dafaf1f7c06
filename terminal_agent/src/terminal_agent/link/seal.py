"""HELLO as it travels: the terminal's account of its journal, and its MAC."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from terminal_agent.core.drain import Drain, JournalView, reported_stamps
from terminal_agent.core.held import revision_of
from terminal_agent.core.till import state_of
from terminal_agent.desk.memory import Memory
from tillday_contracts.journal import canonical, message_mac
from tillday_contracts.link import Clocks, Hello, Sealed, ToldAlarm

MOST_ALARMS: Final = 16
LONGEST_ALARM: Final = 240


def hello_of(  # noqa: PLR0913 - a HELLO is an account of everything
    drain: Drain,
    view: JournalView,
    memory: Memory,
    *,
    stamps: Sequence[tuple[str, int]],
    till: str,
    boot_no: int,
    version: str,
    clocks: tuple[datetime, int],
    alarms: Mapping[str, str],
) -> Hello:
    """Return the next HELLO."""
    wall, mono_ms = clocks
    return Hello(
        boot_no=boot_no,
        n=drain.said + 1,
        epoch=view.head.epoch,
        head_seq=view.head.seq,
        head_hash=view.head.hash,
        low_seq=view.low_seq,
        low_hash=view.low_hash,
        low_prev=view.low_prev,
        acked=reported_stamps(drain, stamps),
        desired=revision_of(memory.desired),
        settings=revision_of(memory.settings),
        effective_date=memory.business_date,
        versions={"agent": version},
        clocks=Clocks(wall=wall, mono_ms=mono_ms),
        pending=view.pending,
        state=(state_of(memory.till, till),),
        alarms=told_alarms(alarms),
    )


def told_alarms(alarms: Mapping[str, str]) -> tuple[ToldAlarm, ...]:
    """Return the alarms as a HELLO tells them: no more than it may hold, long ones cut."""
    shown = sorted(alarms.items())[:MOST_ALARMS]
    return tuple(ToldAlarm(code=code, text=text[:LONGEST_ALARM]) for code, text in shown)


def seal(hello: Hello, key: bytes) -> bytes:
    """Return the bytes to publish."""
    data = canonical(hello.model_dump(mode="json"))
    return Sealed(data=data, mac=message_mac(key, data)).model_dump_json().encode()
