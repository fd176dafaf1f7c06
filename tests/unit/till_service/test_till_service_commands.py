"""A terminal's word on a command of the back office is told, and has no other effect."""

from tillday_contracts.command_messages import CommandFinished
from tillday_contracts.entries import CommandDone
from unit.till_service.journals import WrittenJournal
from unit.till_service.ledgers import Ledger


def test_how_a_command_went_is_told_once(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.write(CommandDone(command_id="1" * 32, outcome="failed", reason="No such document"))

    ledger.take(journal, journal.message())
    ledger.take(journal, journal.message())

    (told,) = [event for event in ledger.events if isinstance(event, CommandFinished)]
    assert (told.terminal, told.command_id) == ("T1", "1" * 32)
    assert (told.outcome, told.reason) == ("failed", "No such document")
    assert ledger.letters == []
