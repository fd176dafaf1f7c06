"""A till session is explained line by line: from its opening count over every event to what was settled."""

from datetime import timedelta

import pytest

from till_service.domain.explaining import MOST_POINTS, Replayed, explain
from till_service.domain.routing import Origin, Placed, TenderEvent
from till_service.domain.which_count import Money, Standing, TillCount, settle_till
from tillday_contracts.explain_messages import LINES_A_PAGE, ExplainTill, TillExplained
from unit.till_service.journals import DAY, NOON, SESSION, WrittenJournal

JOURNAL = WrittenJournal()


def placed(body: TenderEvent, seq: int, *, minutes: int = 0, terminal: str = "T1") -> Placed:
    origin = Origin(
        hash=f"{seq:064x}",
        store="S1",
        terminal=terminal,
        epoch=JOURNAL.epoch,
        seq=seq,
        quarantine=False,
        at=NOON + timedelta(minutes=minutes),
    )
    return Placed(origin, body, "session", SESSION)


def replayed(*held: Placed, late: tuple[Placed, ...] = ()) -> Replayed:
    return Replayed(
        terminal="T1",
        till="TILL1",
        business_date=DAY,
        openings={"cash": 15_000},
        held=held,
        late={one.origin.hash: one for one in late},
    )


def asked(tender: str | None = None, until: int | None = None) -> ExplainTill:
    return ExplainTill(store="S1", session_id=SESSION, tender=tender, until=until)


def told(session: Replayed, standings: dict[str, Standing] | None = None, **more: object) -> TillExplained:
    found = explain(asked(**more), session, standings or {})  # type: ignore[arg-type]
    assert found is not None
    return found


def test_each_event_stands_with_what_it_made_of_the_expected_amount() -> None:
    session = replayed(
        placed(JOURNAL.sale(1_000), 5),
        placed(JOURNAL.movement("paid_out", 300), 6),
        placed(JOURNAL.movement("loan", 2_000), 7),
        placed(JOURNAL.movement("pickup", 700), 8),
    )

    found = told(session)

    assert (found.tender, found.begins, found.expected, found.events) == ("cash", 15_000, 17_000, 4)
    assert [(one.number, one.kind, one.amount, one.expected) for one in found.lines] == [
        (1, "sale", 1_000, 16_000),
        (2, "paid_out", -300, 15_700),
        (3, "loan", 2_000, 17_700),
        (4, "pickup", -700, 17_000),
    ]
    assert found.curve[-1] == (NOON, 17_000)


def test_a_tender_has_its_own_events_only() -> None:
    session = replayed(
        placed(JOURNAL.sale(1_000), 5), placed(JOURNAL.movement("paid_in", 50, tender="voucher"), 6)
    )

    assert [one.amount for one in told(session, tender="voucher").lines] == [50]
    assert told(session).tenders == ("cash", "voucher")
    assert explain(asked("card"), session, {}) is None


def test_a_clock_that_is_set_back_does_not_turn_a_journal_around() -> None:
    session = replayed(
        placed(JOURNAL.sale(3), 7, minutes=-90),
        placed(JOURNAL.sale(1), 5, minutes=10),
        placed(JOURNAL.sale(2), 6, minutes=20),
        placed(JOURNAL.sale(9), 5, minutes=15, terminal="T2"),
    )

    assert [one.amount for one in told(session).lines] == [1, 9, 2, 3]


def test_many_events_are_told_page_by_page_and_their_picture_is_thinned_out() -> None:
    many = LINES_A_PAGE + 120
    session = replayed(*(placed(JOURNAL.sale(1), seq) for seq in range(many)))

    newest = told(session)
    first = told(session, until=newest.lines[0].number - 1)

    assert [one.number for one in newest.lines] == list(range(121, many + 1))
    assert [one.number for one in first.lines] == list(range(1, 121))
    assert first.lines[-1].expected == 15_120
    assert len(newest.curve) <= MOST_POINTS
    assert newest.curve == first.curve
    assert newest.curve[-1][1] == newest.expected == 15_000 + many


def counted(kind: str, place: int, expected: int, found: int, *, moved: int = 0) -> TillCount:
    return TillCount(f"{SESSION} {kind}", kind, SESSION, (place,), expected, found, moved)  # type: ignore[arg-type]


@pytest.mark.parametrize(("lay_in_it", "settled"), [(True, 0), (False, 500)])
def test_late_money_that_lay_in_a_count_stands_below_its_recorded_difference(
    lay_in_it: bool, settled: int
) -> None:
    sale, late = placed(JOURNAL.sale(1_000), 5), placed(JOURNAL.sale(500), 9, terminal="T2")
    named = f"{SESSION} cash_up" if lay_in_it else None
    counts = (counted("opening", 1, 15_000, 15_000), counted("cash_up", 8, 16_000, 16_500, moved=1_500))
    money = (
        Money(SESSION, SESSION, (2,), 1_000),
        Money(late.origin.hash, SESSION, (8, 1), 500, held=False, by_host=False, named_count=named),
    )

    found = told(replayed(sale, late=(late,)), {"cash": settle_till(counts, money)})

    assert found.cash_up is not None
    figures = found.cash_up.figures
    assert (figures.expected, figures.counted, figures.difference, figures.settled) == (
        16_000,
        16_500,
        500,
        settled,
    )
    assert [one.amount for one in found.cash_up.late] == ([500] if lay_in_it else [])
    assert found.cash_up.moved == 1_500
    assert found.expected == 16_000


def test_the_tender_with_a_difference_is_explained_first() -> None:
    session = replayed(placed(JOURNAL.movement("paid_in", 50, tender="voucher"), 6))
    short = settle_till((counted("cash_up", 8, 50, 40),), (Money(SESSION, SESSION, (2,), 50),))

    assert told(session, {"voucher": short}).tender == "voucher"
    assert told(session).tender == "cash"
