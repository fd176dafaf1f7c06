"""A terminal's journal and a ledger that knows its key."""

import pytest

from unit.till_service.journals import WrittenJournal
from unit.till_service.ledgers import Ledger


@pytest.fixture
def journal() -> WrittenJournal:
    return WrittenJournal()


@pytest.fixture
def ledger(journal: WrittenJournal) -> Ledger:
    ledger = Ledger()
    ledger.register(journal)
    return ledger
