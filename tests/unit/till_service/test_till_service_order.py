"""Any order, doubling or loss of messages ends in the same ledger."""

from hypothesis import given
from hypothesis import strategies as st

from tillday_contracts.entries import Attested, ManifestMember, SignedIn
from tillday_contracts.link import Ack, Gap
from unit.till_service.journals import DAY, WrittenJournal
from unit.till_service.ledgers import Ledger

NEXT_SESSION = "1" * 32


def two_sessions() -> WrittenJournal:
    """A journal with two sessions, with early, covered, uncovered and late sales and movements."""
    journal = WrittenJournal()
    journal.begin()
    journal.start_till()
    journal.move_float(10_000, 15_000)
    journal.sell(300)
    journal.move("pickup", 200)
    journal.confirm_opening(15_000)
    journal.sell(1_000, sku="4002")
    journal.move("loan", 400)
    journal.sell(500)
    journal.move("pickup", 100)
    journal.close_till(16_600, to_seq=9)
    journal.sell(700)
    journal.move("loan", 50)
    first, journal.session = journal.session, NEXT_SESSION
    journal.open_till(15_000)
    journal.sell(900)
    journal.adjust(first, -10)
    journal.write(Attested(business_date=DAY, revision=3), SignedIn(person="C1"))
    journal.close_till(15_900, n=2)
    return journal


def outcome(ledger: Ledger) -> object:
    """Everything that must not depend on the way the journal came in."""
    nonzero = {key: totals for key, totals in ledger.products.items() if totals.quantity}
    return (
        {hash_: (placed.placement, placed.session_id) for hash_, placed in ledger.placed.items()},
        ledger.sessions,
        ledger.closes,
        {key: totals for key, totals in ledger.tenders.items() if totals.expected},
        nonzero,
        sum(row.amount for row in ledger.safe),
        ledger.adjustments,
        ledger.tasks,
    )


def in_order(journal: WrittenJournal) -> Ledger:
    ledger = Ledger()
    ledger.register(journal)
    ledger.take(journal, journal.message())
    return ledger


JOURNAL = two_sessions()
EXPECTED = outcome(in_order(JOURNAL))
LENGTH = len(JOURNAL.entries)
SAFE = -5_000 + 200 - 400 + 1_600 + 900
"""The float, the covered pickup and loan, and what the two cash-ups moved; nothing that was not covered."""
PIECE = st.tuples(st.integers(1, LENGTH), st.integers(1, 6))
BATCHES = st.lists(st.lists(PIECE, min_size=1, max_size=4), max_size=25)


def test_the_journal_in_one_piece_ends_as_its_figures_say() -> None:
    ledger = in_order(JOURNAL)

    assert sum(row.amount for row in ledger.safe) == SAFE
    (task,) = ledger.tasks
    assert "cash 16600 and the ledger 16500" in task.text


@given(batches=BATCHES)
def test_pieces_in_any_order_and_number_end_like_the_journal_in_one_piece(
    batches: list[list[tuple[int, int]]],
) -> None:
    ledger = Ledger()
    ledger.register(JOURNAL)
    for batch in batches:
        ledger.take(JOURNAL, *(JOURNAL.message(first, first + size - 1) for first, size in batch))

    answers = ledger.take(JOURNAL, JOURNAL.message())

    assert isinstance(answers[0], Ack)
    assert answers[0].seq == LENGTH
    assert outcome(ledger) == EXPECTED
    assert not ledger.letters


@given(batches=BATCHES)
def test_what_is_acknowledged_is_in_the_ledger_with_exactly_that_hash(
    batches: list[list[tuple[int, int]]],
) -> None:
    ledger = Ledger()
    ledger.register(JOURNAL)
    for batch in batches:
        messages = (JOURNAL.message(first, first + size - 1) for first, size in batch)
        for answer in ledger.take(JOURNAL, *messages):
            if isinstance(answer, Ack):
                covered = [entry.hash for entry in JOURNAL.entries[: answer.seq]]
                assert covered[-1] == answer.hash
                assert set(covered) <= ledger.journal.keys()
            else:
                assert isinstance(answer, Gap)


@given(order=st.permutations(range(6)))
def test_left_entries_in_any_order_end_alike(order: list[int]) -> None:
    journal = WrittenJournal()
    journal.begin()
    journal.open_till(15_000)
    ledger = Ledger()
    ledger.register(journal)
    ledger.take(journal, journal.message())
    for n in range(6):
        journal.sell(100 + n)

    for n in order:
        ledger.take(journal, journal.message(5 + n, 5 + n, quarantine=True))

    (rescue,) = ledger.rescues[journal.session]
    assert ledger.expected(rescue.session_id) == 615
    assert ledger.expected(journal.session) == 15_000


def test_a_replacement_enrolled_while_the_old_one_still_drains_takes_over_and_loses_nothing() -> None:
    old = WrittenJournal()
    old.begin()
    old.open_till(15_000)
    ledger = Ledger()
    ledger.register(old)
    ledger.take(old, old.message())
    old.sell(1_000)
    replacement = WrittenJournal(epoch="09b1e77c4d20f3a5", key_id="2" * 16, key=b"r" * 32)
    ledger.register(replacement)
    replacement.begin()
    replacement.sell(200)
    close = replacement.closing(16_200)
    member = ManifestMember(terminal="T1", epoch=old.epoch, to_seq=len(old.entries), to_hash=old.head)
    replacement.write(close.model_copy(update={"manifest": (*close.manifest, member)}))

    ledger.take(replacement, replacement.message())
    ledger.take(old, old.message(5))

    assert ledger.expected(old.session) == 16_200
    assert {sale.placement for sale in ledger.placed.values()} == {"session"}
