"""What the benchmark sends is what a terminal would send; what it says is computed right."""

import random
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from tillday_contracts.entries import Sale, TillClosed, encode_entry, read_body, read_envelope
from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import MAX_BATCH_BYTES, JournalBatch, chain_hash
from tillday_contracts.topics import TerminalAddress
from tillday_local.bench.figures import Curve, Figures, History, Limit, Live, percentile
from tillday_local.bench.journal import Enrolled, Journal, make_receipts
from tillday_local.bench.plot import svg
from tillday_local.demo_store import CATALOGUE

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
OWNER = Enrolled(
    address=TerminalAddress("S1", "B1"),
    key_id="1" * 16,
    key=b"k" * 32,
    epoch="00000000000000a1",
    session_id="a" * 32,
    began=BEGAN,
)


@pytest.fixture
def journal() -> Journal:
    made = Journal(OWNER, make_receipts(OWNER.address, CATALOGUE, BEGAN, random.Random(1)))
    made.sell(100)
    return made


def test_every_entry_is_a_valid_one_in_its_canonical_bytes(journal: Journal) -> None:
    for entry in journal.entries:
        envelope = read_envelope(entry.data)
        read_body(envelope)
        assert encode_entry(envelope) == entry.data
        assert (envelope.seq, envelope.type == "SALE") == (entry.seq, entry.is_sale)


def test_the_chain_holds(journal: Journal) -> None:
    batch = JournalBatch.model_validate_json(journal.batch(1, len(journal.entries)))
    prev = ZERO_HASH
    for entry in batch.entries:
        assert entry.prev == prev
        assert entry.hash == chain_hash(OWNER.key, prev, entry.data)
        prev = entry.hash


def test_receipt_numbers_are_without_gaps(journal: Journal) -> None:
    bodies = [read_body(read_envelope(entry.data)) for entry in journal.entries]
    numbers = [body.number for body in bodies if isinstance(body, Sale)]
    assert numbers == [f"B1-{numbers[0].split('-')[1]}-{n}" for n in range(1, 101)]


def test_a_cash_up_covers_all_that_was_sold_and_counts_what_was_taken(journal: Journal) -> None:
    bodies = [read_body(read_envelope(entry.data)) for entry in journal.entries]
    sold = sum(body.total for body in bodies if isinstance(body, Sale))
    last = journal.entries[-1]

    journal.cash_up()

    closed = read_body(read_envelope(journal.entries[-1].data))
    assert isinstance(closed, TillClosed)
    ((cash,), (member,)) = closed.tenders, closed.manifest
    assert (cash.counted - cash.opening, cash.moved, cash.difference) == (sold, sold, 0)
    assert (member.to_seq, member.to_hash) == (last.seq, last.hash)


def test_a_message_keeps_to_the_window_and_to_the_size(journal: Journal) -> None:
    assert journal.reach(1, entries=64, size=MAX_BATCH_BYTES) == 64
    last = journal.reach(1, entries=256, size=20_000)
    assert len(journal.batch(1, last)) <= 20_000 + 200
    assert journal.reach(5, entries=256, size=1) == 5, "one entry goes in any case"
    assert journal.reach(200, entries=64, size=MAX_BATCH_BYTES) == len(journal.entries)


@pytest.mark.parametrize(
    ("share", "value"), [(0.0, 1.0), (0.5, 50.0), (0.99, 99.0), (0.991, 100.0), (1.0, 100.0)]
)
def test_a_percentile_is_a_value_that_was_measured(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value


def test_of_nothing_every_percentile_is_zero() -> None:
    assert percentile([], 0.99) == 0.0


def figures(*, ledger: int = 10, odd: int = 0) -> Figures:
    return Figures(
        terminals=2,
        cpus=2,
        live=Live(
            offered_per_second=100, sales=5, acknowledged=5, ack_p50_ms=2.0, ack_p99_ms=9.0, ack_max_ms=9.5
        ),
        history=History(sales=5, entries=10, seconds=2.0, sales_per_second=2.5),
        limit=Limit(entries=10, rows_per_batch=500, seconds=1.0, sales_per_second=5.0),
        ratio=0.5,
        memory_mib={"till_service": 60.0},
        cores_used={"till_service": 0.5},
        ledger_sales=ledger,
        acknowledged_sales=10,
        odd_verdicts=odd,
    )


def test_a_run_whose_ledger_lacks_an_acknowledged_sale_is_broken() -> None:
    assert figures().is_sound
    assert not figures(ledger=9).is_sound
    assert not figures(odd=1).is_sound


@pytest.mark.parametrize(
    "curve", [Curve([(0.5, 2), (2.0, 5)], [1.0, 2.0, 9.5]), Curve([], []), Curve([(2.0, 5)], [1.0])]
)
def test_the_picture_is_well_formed_and_says_the_figures(curve: Curve) -> None:
    picture = svg(figures(), curve)
    text = " ".join(ET.fromstring(picture).itertext())  # noqa: S314 - made here, a line above
    assert "p99 9.0 ms" in text
    assert "2 sales/s acknowledged" in text
