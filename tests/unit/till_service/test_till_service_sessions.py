"""Till sessions, and where a sale goes: the close's manifest decides, never the time of arrival."""

from dataclasses import replace
from itertools import permutations

from till_service.domain.session_steps import evolve, moved_forward
from till_service.domain.sessions import (
    ClosedInBack,
    ClosedInFront,
    ClosingCount,
    Open,
    OpeningCount,
    Posted,
    SessionFacts,
    TillSession,
    is_undecided,
    restore,
    status_of,
)
from tillday_contracts.arithmetic import ProductTotals, TenderTotals
from tillday_contracts.entries import (
    Attested,
    CashUpStarted,
    TenderAmount,
    TerminalOpened,
    TillState,
)
from tillday_contracts.till_messages import (
    TerminalAttested,
    TerminalOpenedItself,
    TillSessionChanged,
)
from tillday_contracts.topics import TerminalAddress
from unit.till_service.journals import CASHIER, DAY, EPOCH, SESSION, WrittenJournal
from unit.till_service.ledgers import Ledger

NEXT_EPOCH = "09b1e77c4d20f3a5"
NEXT_SESSION = "1" * 32
FACTS = SessionFacts(SESSION, "S1", "T1", "T1-A", DAY, CASHIER, EPOCH, 3)


def statuses(ledger: Ledger) -> list[tuple[str, str]]:
    changes = [event for event in ledger.events if isinstance(event, TillSessionChanged)]
    return [(change.session_id, change.status) for change in changes]


def test_a_day_at_one_till_is_folded_into_its_session(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.sell(3_000, sku="4002")
    journal.close_till(19_000)

    ledger.take(journal, journal.message())

    session = ledger.sessions[SESSION]
    assert isinstance(session, ClosedInFront)
    assert session.close is not None
    assert session.close.kept == (TenderAmount(tender="cash", amount=15_000),)
    assert ledger.tenders[(SESSION, "cash")] == TenderTotals(opening=15_000, sales=4_000)
    assert ledger.products[(SESSION, "4002")] == ProductTotals("Apple", 1, 3_000)
    assert [status for _, status in statuses(ledger)] == [
        "opening_count",
        "open",
        "closing_count",
        "closed_front",
    ]
    assert not ledger.letters


def test_the_last_change_tells_what_was_kept_and_the_last_numbers(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.sell(1_000)
    journal.close_till(17_000, n=4)

    ledger.take(journal, journal.message())

    last = [event for event in ledger.events if isinstance(event, TillSessionChanged)][-1]
    assert (last.kept, last.last_receipt, last.last_cash_up) == (
        (TenderAmount(tender="cash", amount=15_000),),
        2,
        4,
    )
    assert last.by == CASHIER


def test_one_message_or_one_entry_at_a_time_ends_in_the_same_ledger(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    journal.sell(1_000)
    journal.close_till(16_000)
    singly = Ledger()
    singly.register(journal)

    ledger.take(journal, journal.message())
    for entry in journal.entries:
        singly.take(journal, journal.message_of(entry))

    assert (singly.sessions, singly.tenders, singly.products) == (
        ledger.sessions,
        ledger.tenders,
        ledger.products,
    )
    assert statuses(singly) == statuses(ledger)


def test_a_close_that_cannot_be_read_leaves_the_till_open_and_the_next_session_ends_it(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    closing = journal.closing(15_000)
    journal.write_bytes(journal.bytes_of(closing, body={"session_id": SESSION, "oops": True}))
    ledger.take(journal, journal.message())
    left_open = ledger.sessions[SESSION]
    journal.session = NEXT_SESSION
    journal.open_till(15_000)

    ledger.take(journal, journal.message(6))

    assert isinstance(left_open, Open)
    assert ledger.sessions[SESSION] == ClosedInFront(left_open.facts, None)
    assert not ledger.sessions[NEXT_SESSION].facts.late
    assert [letter.entry.seq for letter in ledger.letters] == [5]


def test_a_late_sale_of_a_session_closed_without_a_manifest_stays_there_undecided(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    ledger.sessions[SESSION] = ClosedInBack(ledger.sessions[SESSION].facts, None)
    journal.sell(1_000)

    ledger.take(journal, journal.message(5))

    placed = ledger.placed[journal.head]
    assert placed.placement == "session"
    assert is_undecided(ledger.sessions[SESSION])


def test_the_terminals_own_close_decides_what_was_undecided(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till(15_000)
    ledger.take(journal, journal.message())
    ledger.sessions[SESSION] = ClosedInBack(ledger.sessions[SESSION].facts, None)
    journal.sell(1_000)
    journal.sell(2_000)
    journal.close_till(16_000, to_seq=5)

    ledger.take(journal, journal.message(5))

    assert isinstance(ledger.sessions[SESSION], ClosedInBack)
    assert ledger.closes[SESSION].number.startswith("T1-A-")
    assert ledger.expected(SESSION) == 16_000
    assert [sale.placement for sale in ledger.placed.values()] == ["session", "rescue"]


def test_a_step_for_a_session_of_another_terminal_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    stranger = replace(journal, address=TerminalAddress("S1", "T2"), entries=[])
    ledger.register(stranger)
    journal.begin()
    journal.open_till()
    ledger.take(journal, journal.message())
    stranger.begin()
    stranger.write(CashUpStarted(session_id=SESSION, by=CASHIER))

    ledger.take(stranger, stranger.message())

    assert isinstance(ledger.sessions[SESSION], Open)
    assert [letter.address.terminal for letter in ledger.letters] == ["T2"]


def test_a_session_begun_twice_is_kept_once_and_the_second_goes_to_the_desk(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    journal.start_till()

    ledger.take(journal, journal.message())

    assert isinstance(ledger.sessions[SESSION], Open)
    assert [letter.entry.seq for letter in ledger.letters] == [5]


def test_a_session_that_starts_for_a_sealed_date_is_late(journal: WrittenJournal, ledger: Ledger) -> None:
    ledger.sealed.add(("S1", DAY))
    journal.begin()
    journal.open_till()

    ledger.take(journal, journal.message())

    assert ledger.sessions[SESSION].facts.late
    assert all(event.late for event in ledger.events if isinstance(event, TillSessionChanged))


def test_an_attestation_and_an_opening_at_the_front_are_told(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.write(TerminalOpened(business_date=DAY, origin="back_office", desired_rev=3))
    journal.write(TerminalOpened(business_date=DAY, origin="front_office", by="SV1"))
    journal.write(Attested(business_date=DAY, revision=9))

    ledger.take(journal, journal.message())

    (opened,) = [event for event in ledger.events if isinstance(event, TerminalOpenedItself)]
    (attested,) = [event for event in ledger.events if isinstance(event, TerminalAttested)]
    assert (opened.by, opened.epoch, opened.seq) == ("SV1", EPOCH, 4)
    assert (attested.business_date, attested.revision) == (DAY, 9)


def test_events_survive_their_wire(journal: WrittenJournal, ledger: Ledger) -> None:
    journal.begin()
    journal.open_till()
    journal.sell(100)
    journal.write(Attested(business_date=DAY, revision=9))
    journal.close_till(15_100)

    ledger.take(journal, journal.message())

    for event in ledger.events:
        assert type(event).model_validate_json(event.model_dump_json()) == event


def test_a_genesis_that_tells_of_an_unknown_session_recovers_it(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    told = TillState(
        till=journal.till,
        session_id=SESSION,
        status="open",
        business_date=DAY,
        expected=(TenderAmount(tender="cash", amount=15_000),),
    )
    journal.begin(till_state=told)
    journal.sell(1_000)

    ledger.take(journal, journal.message())

    session = ledger.sessions[SESSION]
    assert isinstance(session, Open)
    assert session.facts.recovered
    assert ledger.expected(SESSION) == 16_000


def test_a_genesis_moves_a_known_session_forward_and_never_back(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    journal.begin()
    journal.open_till()
    ledger.take(journal, journal.message())
    told = TillState(till=journal.till, session_id=SESSION, status="closed_front", business_date=DAY)
    after = journal.next_epoch(NEXT_EPOCH)
    after.begin(till_state=told)
    ledger.take(after, after.message())
    closed = ledger.sessions[SESSION]
    back = journal.next_epoch("0" * 16)
    back.begin(till_state=told.model_copy(update={"status": "open"}))

    ledger.take(back, back.message())

    assert isinstance(closed, ClosedInFront)
    assert ledger.sessions[SESSION] == closed


def test_every_state_has_its_word_and_comes_back_from_it() -> None:
    states: list[TillSession] = [
        OpeningCount(FACTS),
        Open(FACTS),
        ClosingCount(FACTS),
        ClosedInFront(FACTS, None),
        ClosedInBack(FACTS, None),
        Posted(FACTS, None),
    ]

    assert [restore(FACTS, status_of(state), None) for state in states] == states


def test_evolve_leaves_a_session_alone_where_an_entry_means_nothing() -> None:
    started = CashUpStarted(session_id=SESSION, by=CASHIER)

    for session in (
        OpeningCount(FACTS),
        ClosingCount(FACTS),
        ClosedInFront(FACTS, None),
        Posted(FACTS, None),
    ):
        assert evolve(session, started) is session


def test_moving_forward_in_any_order_ends_at_the_furthest() -> None:
    for words in permutations(["opening_count", "open", "closing_count"]):
        session: TillSession = OpeningCount(FACTS)
        for word in words:
            session = moved_forward(session, word)
        assert session == ClosingCount(FACTS)


def test_sessions_that_arrive_together_keep_the_order_in_which_they_began(
    journal: WrittenJournal, ledger: Ledger
) -> None:
    """The ledger answers a HELLO with the newest of them, and settles money by their order."""
    journal.begin()
    for session_id in ("c" * 32, "a" * 32, "b" * 32):
        journal.session = session_id
        journal.open_till()
        journal.close_till(15_000)

    taken = ledger.decide((journal.address, journal.message()))

    assert [session.facts.session_id[0] for session in taken.new_sessions] == ["c", "a", "b"]
