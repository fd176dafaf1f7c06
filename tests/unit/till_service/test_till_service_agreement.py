"""Terminal and ledger see a till alike after every entry; otherwise each HELLO would raise an alarm."""

import random

from simulation.around import Around
from simulation.back_office import FIRST_DAY
from simulation.cashier import Cashier
from simulation.locksmith import first_enrolment
from simulation.memory_terminal import MemoryTerminal
from simulation.schedule import wall
from simulation.settings import SETTINGS
from simulation.wire import Agenda
from terminal_agent.core.terms import terms_of
from terminal_agent.core.till import (
    Till,
    evolve,
    state_of,
)
from till_service.domain.streams import StreamId, Terminal
from till_service.domain.verdicts import differ, till_state
from tillday_contracts.entries import TerminalOpened, TillState
from tillday_contracts.journal import WireEntry
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import KEY, KEY_ID, NOON, WrittenJournal
from unit.till_service.ledgers import Ledger

ADDRESS = TerminalAddress("S1", "T1")


def view_of(ledger: Ledger, journal: WrittenJournal) -> tuple[TillState, ...]:
    """The newest session as the ledger would tell it."""
    if not ledger.sessions:
        return ()
    stream = ledger.streams[StreamId(ADDRESS, journal.epoch)]
    session = list(ledger.sessions.values())[-1]
    totals = ledger.totals_of(session.facts.session_id)
    receipt, cash_up = stream.last_receipt, stream.last_cash_up
    return (till_state(session, totals=totals, last_receipt=receipt, last_cash_up=cash_up),)


def test_the_views_of_a_till_agree_after_every_entry_of_two_sessions() -> None:
    around = Around(random.Random(7), random.Random(7), Agenda(now=10.0), wall)
    enrolment = first_enrolment(ADDRESS, till="T1-A", key_id=KEY_ID, key=KEY)
    terminal = MemoryTerminal(enrolment, SETTINGS, around)
    terminal.boot()
    terminal.write((TerminalOpened(business_date=FIRST_DAY, origin="back_office"),))
    people = Cashier(terminal, random.Random(8))
    people.open_till()
    for _ in range(2):
        for _ in range(12):
            people.work()
        people.change_shifts(missing=100)
    written = terminal.disk.entries
    journal = WrittenJournal(epoch=written[0].epoch)
    ledger = Ledger(terminals={ADDRESS: Terminal(ADDRESS, "T1-A", {KEY_ID: KEY})})
    till, terms, compared = Till(), terms_of(SETTINGS), 0

    for entry in written:
        body = around.bodies[entry.hash]
        wire = WireEntry(seq=entry.seq, prev=entry.prev, hash=entry.hash, data=entry.data)
        ledger.take(journal, journal.message_of(wire))
        till = evolve(till, body, terms=terms, at=NOON)
        compared += 1
        assert not differ((state_of(till, "T1-A"),), view_of(ledger, journal)), entry.type

    assert compared > 20
    assert not ledger.letters
