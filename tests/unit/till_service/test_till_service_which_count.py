"""Which count late money belongs to: the worked table, number by number, and what holds for any till."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from till_service.domain.which_count import Money, Standing, TillCount, settle_till


def opening(
    session: str, seq: int, expected: int, counted: int, *, epoch: int = 0, brought: int = 0
) -> TillCount:
    place = (0, epoch, 0, seq)
    return TillCount(f"{session} opening", "opening", session, place, expected, counted, float_moved=brought)


def cash_up(session: str, seq: int, expected: int, counted: int, *, moved: int, epoch: int = 0) -> TillCount:
    return TillCount(f"{session} cash-up", "cash_up", session, (0, epoch, 0, seq), expected, counted, moved)


def sale(name: str, session: str, seq: int, amount: int, *, epoch: int = 0) -> Money:
    return Money(name, session, (0, epoch, 0, seq), amount)


def after(count: TillCount, name: str, amount: int) -> Money:
    """A guest's sale that a cash-up did not cover."""
    return Money(name, count.session_id, (*count.place, 1), amount, held=False, by_host=False)


def differences(standing: Standing) -> dict[str, tuple[int, int]]:
    """Per count: recorded and settled."""
    return {s.count.id: (s.count.recorded, s.difference) for s in standing.counts}


S1_OPEN = opening("S1", 1, 15_000, 15_000)


def test_own_close_unsent_while_the_back_office_closes() -> None:
    sales = [sale("a", "S1", 2, 1_000), sale("b", "S1", 3, 3_000)]

    standing = settle_till([S1_OPEN, cash_up("S1", 4, 19_000, 19_000, moved=4_000)], sales)

    assert differences(standing) == {"S1 opening": (0, 0), "S1 cash-up": (0, 0)}
    assert standing.counts[-1].count.left == 15_000
    assert (standing.waiting, standing.claims) == ((), ())


def test_stolen_money_shows_at_the_own_cash_up_after_a_close_without_amounts() -> None:
    sales = [sale("a", "S1", 2, 1_000), sale("b", "S1", 3, 3_000)]
    counts = [
        S1_OPEN,
        cash_up("S1", 4, 19_000, 18_990, moved=3_990),
        opening("S2", 5, 15_000, 15_000),
    ]

    standing = settle_till(counts, sales)

    assert differences(standing)["S1 cash-up"] == (-10, -10)
    assert differences(standing)["S2 opening"] == (0, 0)


def test_a_sale_found_after_the_pc_was_destroyed_settles_at_the_replacements_opening() -> None:
    found = sale("b", "S1", 3, 3_000)
    replacement = opening("S2", 3, 16_000, 18_990, epoch=1)
    for late in (found, found._replace(held=False)):  # "no close will come" said after it was found, before
        standing = settle_till([S1_OPEN, replacement], [sale("a", "S1", 2, 1_000), late])

        assert differences(standing)["S2 opening"] == (2_990, -10)
        assert standing.counts[-1].settlement == -3_000
        assert standing.claims == ()


def test_a_guests_sale_after_the_cash_up_is_claimed_or_settled() -> None:
    closed = cash_up("S1", 4, 19_000, 19_000, moved=4_000)
    sales = [sale("a", "S1", 2, 4_000), after(closed, "guest", 500)]

    before = settle_till([S1_OPEN, closed], sales)
    claimed = settle_till([S1_OPEN, closed, opening("S2", 5, 15_500, 15_500)], sales)
    settled = settle_till([S1_OPEN, closed, opening("S2", 5, 15_000, 15_500)], sales)

    assert [(claim.id, claim.amount, claim.session_id) for claim in before.claims] == [("guest", 500, "S1")]
    assert differences(claimed)["S2 opening"] == (0, 0)
    assert differences(settled)["S2 opening"] == (500, 0)
    assert (claimed.claims, settled.claims) == ((), ())


def test_a_guests_money_that_lay_in_the_drawer_before_is_named_by_a_reviewer() -> None:
    closed = cash_up("S1", 4, 19_000, 19_500, moved=4_500)
    guest = after(closed, "guest", 500)._replace(named_count="S1 cash-up")
    counts = [S1_OPEN, closed, opening("S2", 5, 15_500, 15_000)]

    standing = settle_till(counts, [sale("a", "S1", 2, 4_000), guest])

    assert differences(standing) == {"S1 opening": (0, 0), "S1 cash-up": (500, 0), "S2 opening": (-500, 0)}


def test_a_forced_float_belongs_to_the_opening_that_it_was_brought_for() -> None:
    counts = [
        S1_OPEN,
        cash_up("S1", 2, 15_000, 15_000, moved=0),
        opening("S2", 4, 20_000, 20_000, brought=5_000),
        cash_up("S2", 6, 21_000, 21_000, moved=6_000),
    ]

    standing = settle_till(counts, [sale("a", "S2", 5, 1_000)])

    assert set(differences(standing).values()) == {(0, 0)}
    assert standing.counts[-1].count.left == 15_000


def test_the_lost_branch_of_a_restored_disk_settles_at_the_next_cash_up() -> None:
    lost = [
        Money("sale", "S1", (0, 0, 1, 3), 500, held=False, by_host=False),
        Money("moved", "S1", (0, 0, 1, 4), -4_500, held=False, by_host=False),
    ]
    closed = cash_up("S1", 3, 19_000, 15_000, moved=0, epoch=1)

    standing = settle_till([S1_OPEN, closed], [sale("a", "S1", 2, 4_000), *lost])

    assert differences(standing)["S1 cash-up"] == (-4_000, 0)
    assert sum(event.amount for event in lost) == -4_000


def test_an_adjustment_settles_the_session_that_it_corrects_and_no_other() -> None:
    word = Money("word", "S1", (0, 0, 0, 8), 0, named_count="S1 cash-up")
    cash = settle_till(
        [
            S1_OPEN,
            cash_up("S1", 3, 17_000, 15_000, moved=0),
            opening("S2", 4, 15_000, 15_000),
            cash_up("S2", 9, 15_000, 15_000, moved=0),
        ],
        [sale("a", "S1", 2, 2_000), word._replace(amount=-2_000)],
    )
    card = settle_till(
        [cash_up("S1", 3, 0, 2_000, moved=2_000), cash_up("S2", 9, 0, 0, moved=0)],
        [word._replace(amount=2_000)],
    )

    assert differences(cash) == {
        "S1 opening": (0, 0),
        "S1 cash-up": (-2_000, 0),
        "S2 opening": (0, 0),
        "S2 cash-up": (0, 0),
    }
    assert differences(card) == {"S1 cash-up": (2_000, 0), "S2 cash-up": (0, 0)}


def test_money_that_never_came_leaves_no_claim() -> None:
    closed = cash_up("S1", 4, 15_000, 15_000, moved=0)
    rejected = after(closed, "guest", 500)._replace(no_cash=True)

    assert settle_till([S1_OPEN, closed], [rejected]).claims == ()


def test_what_the_provisional_kept_amount_tells_is_not_claimed_again() -> None:
    """Closed without amounts: 1000 is in the kept 16000 already, the rescued 700 is not."""
    rescued = sale("b", "S1", 3, 700)._replace(held=False)

    standing = settle_till([S1_OPEN], [sale("a", "S1", 2, 1_000), rescued])

    assert [claim.id for claim in standing.claims] == ["b"]
    assert len(standing.waiting) == 2


@st.composite
def tills(draw: st.DrawFn) -> tuple[list[TillCount], list[Money]]:
    """Any till: some sessions, some without a count, sales, late ones, a guest's."""
    counts: list[TillCount] = []
    events: list[Money] = []
    amounts = st.integers(-3_000, 9_000)
    for n in range(draw(st.integers(1, 4))):
        session = f"S{n}"
        counts.append(opening(session, 10 * n, draw(amounts), draw(amounts), brought=draw(amounts)))
        events += [
            sale(f"{session}/{i}", session, 10 * n + 1 + i, draw(amounts))._replace(held=draw(st.booleans()))
            for i in range(draw(st.integers(0, 3)))
        ]
        if draw(st.booleans()):
            closed = cash_up(session, 10 * n + 8, draw(amounts), draw(amounts), moved=draw(amounts))
            counts.append(closed)
            events += [after(closed, f"{session}/guest", draw(amounts))] * draw(st.integers(0, 1))
    return counts, events


@settings(deadline=None, max_examples=80)
@given(tills())
def test_between_any_two_counts_nothing_is_lost_and_no_order_of_arrival_matters(
    till: tuple[list[TillCount], list[Money]],
) -> None:
    counts, events = till
    standing = settle_till(counts, events)

    assert conserved(standing)
    assert settle_till(reversed(counts), reversed(events)) == standing
    assert sum(len(s.events) for s in standing.counts) + len(standing.waiting) == len(events)


def conserved(standing: Standing) -> bool:
    """From each count to the next: settled = b counted − a counted + a moved − float − events of b."""
    settled = standing.counts
    return all(
        b.difference
        == b.count.counted
        - a.count.counted
        + a.count.moved
        - b.count.float_moved
        - sum(event.amount for event in b.events)
        for a, b in pairwise(settled)
    ) and all(s.count.recorded + s.settlement == s.difference for s in settled)


def test_control_late_money_given_to_the_count_before_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = cash_up("S1", 4, 19_000, 19_000, moved=4_000)
    counts = [S1_OPEN, closed, opening("S2", 5, 15_500, 15_500)]
    sales = [sale("a", "S1", 2, 4_000), after(closed, "guest", 500)]

    def before(event: Money, ordered: Sequence[TillCount], _cash_ups: object) -> TillCount | None:
        return next((count for count in reversed(ordered) if count.place < event.place), None)

    monkeypatch.setattr("till_service.domain.which_count.belongs_to", before)

    assert differences(settle_till(counts, sales))["S2 opening"] != (0, 0)
