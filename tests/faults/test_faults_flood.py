"""One terminal floods the broker with journals and HELLOs: the others' entries are acknowledged meanwhile."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from prometheus_client import REGISTRY

from integration.till_service.terminals import TerminalLink, ask, key_of, linked, made_service, running
from servers import Broker, FreshDatabase
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import WrittenJournal

GOOD = 5
SALES = 4
AHEAD = 300
"""Messages of the flood that are on their way before the others begin."""
AT_ONCE = 100


def terminal(n: int) -> WrittenJournal:
    return WrittenJournal(
        address=TerminalAddress("S1", f"T{n}"), key_id=f"{n:016x}", key=bytes([n]) * 32, session=f"{n:032x}"
    )


@contextmanager
def flooding(link: TerminalLink, journal: WrittenJournal) -> Iterator[threading.Event]:
    """Send the journal and a HELLO again and again until the end of the block; set once many are out."""
    ended, many = threading.Event(), threading.Event()
    messages = (("journal", journal.message()), ("hello", sealed_hello(journal)))

    def flood() -> None:
        sent = 0
        while not ended.is_set():
            for kind, body in messages * AT_ONCE:
                last = link.shout(kind, body)
            last.wait_for_publish(30)
            sent += AT_ONCE
            if sent >= AHEAD:
                many.set()

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        yield many
    finally:
        ended.set()
        thread.join(60)


def let_go() -> float:
    return REGISTRY.get_sample_value("till_messages_let_go_total") or 0.0


def sealed_hello(journal: WrittenJournal) -> bytes:
    return journal.sealed(journal.hello()).model_dump_json().encode()


async def sell_and_wait(link: TerminalLink, journal: WrittenJournal) -> None:
    for _ in range(SALES):
        journal.sell(100)
        await link.send(journal.message(len(journal.entries)))
        await link.acked(len(journal.entries))


async def test_a_terminal_that_floods_delays_nobody_but_itself(
    fresh_database: FreshDatabase, broker: Broker
) -> None:
    broker.start()
    await fresh_database.with_tables_of("till_service")
    flooder, *good = (terminal(n) for n in range(1, GOOD + 2))
    before = let_go()
    async with running(made_service(fresh_database, broker)) as service:
        with ExitStack() as stack:
            links = {}
            for journal in (flooder, *good):
                await ask(service, key_of(journal))
                journal.begin()
                journal.open_till(15_000)
                links[journal.address] = stack.enter_context(linked(broker, journal))
                await links[journal.address].send(journal.message())
                await links[journal.address].acked(len(journal.entries))
            with flooding(links[flooder.address], flooder) as many:
                assert await asyncio.to_thread(many.wait, 60)
                await asyncio.gather(*(sell_and_wait(links[one.address], one) for one in good))

    assert let_go() > before, "the flood never was more than a terminal's share"
    connection = await fresh_database.connect()
    try:
        sold = await connection.fetch("SELECT terminal, count(*) AS n FROM till.sale GROUP BY terminal")
    finally:
        await connection.close()
    assert {row["terminal"]: row["n"] for row in sold} == {one.address.terminal: SALES for one in good}
