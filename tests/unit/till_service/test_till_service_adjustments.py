"""Adjustments: a word on the difference of a closed session, which moves no expected amount."""

from till_service.domain.incoming import read_message
from till_service.domain.needs import needs_of
from unit.till_service.journals import SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger
from unit.till_service.test_till_service_money import NEXT_SESSION


def test_an_adjustment_is_linked_to_the_session_it_corrects_and_changes_no_expected_amount(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.close_till(15_000)
    journal.session = NEXT_SESSION
    journal.open_till(15_000)
    journal.adjust(SESSION, -2_000)
    journal.adjust(SESSION, 2_000, tender="card")

    ledger.take(journal, journal.message())

    kept = [
        (row.body.session_id, row.body.corrects, row.body.tender, row.body.amount)
        for row in ledger.adjustments
    ]
    assert kept == [(NEXT_SESSION, SESSION, "cash", -2_000), (NEXT_SESSION, SESSION, "card", 2_000)]
    assert (ledger.expected(SESSION), ledger.expected(NEXT_SESSION)) == (15_000, 15_000)
    assert ledger.journal[journal.head].placement == "session"
    assert not ledger.safe


def test_an_adjustment_of_a_session_that_is_not_here_yet_is_kept_with_its_link(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.adjust(NEXT_SESSION, -2_000)

    ledger.take(journal, journal.message())

    assert [row.body.corrects for row in ledger.adjustments] == [NEXT_SESSION]


def test_an_adjustment_of_the_session_in_which_it_is_written_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.adjust(SESSION, -2_000)

    ledger.take(journal, journal.message())

    assert not ledger.adjustments
    assert [letter.entry.seq for letter in ledger.letters] == [5]


def test_an_adjustment_in_a_session_that_its_terminal_never_began_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.adjust(NEXT_SESSION, -2_000)

    ledger.take(journal, journal.message())

    assert not ledger.adjustments
    assert [letter.entry.seq for letter in ledger.letters] == [3]


def test_an_adjustment_of_a_journal_that_was_left_is_evidence(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    journal.adjust(NEXT_SESSION, -2_000)

    ledger.take(journal, journal.message(5, quarantine=True))

    assert not ledger.adjustments
    assert ledger.journal[journal.head].placement == "none"


class Exchanged(WrittenJournal):
    """The journal of a terminal that has another till from its second session on."""

    @property
    def till(self) -> str:
        return "T2-A" if self.session == NEXT_SESSION else super().till


def test_an_adjustment_settles_the_till_whose_session_it_corrects_wherever_it_was_written(
    ledger: Ledger,
) -> None:
    journal = Exchanged()
    ledger.register(journal)
    journal.begin()
    journal.open_till(15_000)
    closed = journal.close_till(15_000)
    ledger.take(journal, journal.message())
    journal.session = NEXT_SESSION
    opened = journal.open_till(15_000)
    ledger.take(journal, journal.message(closed.seq + 1, opened.seq))
    adjusted = journal.message_of(journal.adjust(SESSION, -2_000))

    needed = needs_of([read_message(journal.address, adjusted)])
    taken = ledger.decide((journal.address, adjusted))

    assert set(needed.sessions) == {SESSION, NEXT_SESSION}
    assert taken.to_settle == (("S1", "T1-A"),)
    assert SESSION in taken.to_post
