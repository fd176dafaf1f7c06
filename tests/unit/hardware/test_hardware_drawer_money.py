"""The virtual drawer holds coins and notes, and money neither appears nor disappears in it."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from terminal_agent.hardware.coins import CannotMakeAmount, make_amount, make_at_most, remove, worth
from terminal_agent.hardware.virtual_drawer import VirtualDrawer

EURO = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
few_pieces = st.dictionaries(st.sampled_from([2, 5, 10, 20, 50, 100]), st.integers(0, 3), max_size=4)


def sums(pieces: dict[int, int]) -> set[int]:
    quantities = (range(quantity + 1) for quantity in pieces.values())
    return {sum(v * q for v, q in zip(pieces, chosen, strict=True)) for chosen in product(*quantities)}


def test_change_is_found_where_taking_the_largest_first_would_miss_it() -> None:
    assert make_amount({50: 1, 20: 3}, 60) == {20: 3}


def test_change_that_cannot_be_given_is_refused() -> None:
    with pytest.raises(CannotMakeAmount):
        make_amount({50: 1, 20: 3}, 30)


@given(few_pieces, st.integers(0, 400))
def test_change_is_given_exactly_whenever_the_pieces_allow_it(pieces: dict[int, int], amount: int) -> None:
    if amount in sums(pieces):
        chosen = make_amount(pieces, amount)
        assert worth(chosen) == amount
        remove(pieces, chosen)
    else:
        with pytest.raises(CannotMakeAmount):
            make_amount(pieces, amount)


@given(few_pieces, st.integers(0, 400))
def test_as_much_as_possible_is_the_largest_sum_within_the_limit(pieces: dict[int, int], amount: int) -> None:
    assert worth(make_at_most(pieces, amount)) == max(s for s in sums(pieces) if s <= amount)


@pytest.fixture
def drawer(tmp_path: Path) -> VirtualDrawer:
    drawer = VirtualDrawer(tmp_path / "drawer.json")
    drawer.put({2000: 2, 500: 4, 100: 10, 50: 10, 10: 10, 5: 3})
    return drawer


def test_a_customer_pays_and_gets_change_out_of_the_drawer(drawer: VirtualDrawer) -> None:
    before = drawer.total()
    change = drawer.sell(1235, {2000: 1})
    assert worth(change) == 765
    assert drawer.total() == before + 1235


def test_change_may_come_from_what_the_customer_handed_over(tmp_path: Path) -> None:
    drawer = VirtualDrawer(tmp_path / "drawer.json")
    assert drawer.sell(500, {500: 1, 200: 1}) == {200: 1}


def test_a_sale_whose_change_cannot_be_given_leaves_the_drawer_as_it_was(drawer: VirtualDrawer) -> None:
    before = drawer.count()
    with pytest.raises(CannotMakeAmount):
        drawer.sell(1, {5: 1})
    assert drawer.count() == before


def test_too_little_money_pays_nothing(drawer: VirtualDrawer) -> None:
    with pytest.raises(ValueError, match="does not pay"):
        drawer.sell(1235, {1000: 1})


def test_moving_to_the_safe_leaves_the_kept_amount(drawer: VirtualDrawer) -> None:
    before = drawer.total()
    moved = drawer.move_to_safe(keep=1500)
    assert drawer.total() == 1500
    assert worth(moved) == before - 1500


def test_a_note_that_cannot_be_split_stays_in_the_drawer(tmp_path: Path) -> None:
    drawer = VirtualDrawer(tmp_path / "drawer.json")
    drawer.put({5000: 1, 100: 1})
    assert drawer.move_to_safe(keep=200) == {100: 1}
    assert drawer.total() == 5000


def test_a_theft_is_missing_at_the_next_count(drawer: VirtualDrawer) -> None:
    before = drawer.total()
    drawer.steal(10)
    assert drawer.total() == before - 10


def test_the_content_outlives_the_process(drawer: VirtualDrawer, tmp_path: Path) -> None:
    assert VirtualDrawer(tmp_path / "drawer.json").count() == drawer.count()


@pytest.mark.parametrize("pieces", [{0: 1}, {-5: 1}, {5: -1}])
def test_impossible_pieces_are_refused(drawer: VirtualDrawer, pieces: dict[int, int]) -> None:
    before = drawer.count()
    with pytest.raises(ValueError, match="cannot be"):
        drawer.put(pieces)
    assert drawer.count() == before


class MoneyIsConserved(RuleBasedStateMachine):
    """Drawer, safe, customers and thief together always hold what was brought in."""

    def __init__(self) -> None:
        super().__init__()
        self.file = _MemoryFile()
        self.drawer = VirtualDrawer(self.file)  # type: ignore[arg-type]
        self.elsewhere = 0

    @rule(value=st.sampled_from(EURO), quantity=st.integers(0, 20))
    def bring(self, value: int, quantity: int) -> None:
        self.drawer.put({value: quantity})
        self.elsewhere -= value * quantity

    @rule(due=st.integers(1, 9000), note=st.sampled_from([500, 1000, 2000, 5000, 10000]))
    def sell(self, due: int, note: int) -> None:
        tendered = {note: -(-due // note)}
        try:
            change = self.drawer.sell(due, tendered)
        except CannotMakeAmount:
            return
        assert worth(tendered) - worth(change) == due
        self.elsewhere -= due

    @rule(amount=st.integers(0, 5000))
    def steal(self, amount: int) -> None:
        try:
            self.elsewhere += worth(self.drawer.steal(amount))
        except CannotMakeAmount:
            return

    @rule(keep=st.integers(0, 20000))
    def cash_up(self, keep: int) -> None:
        before = self.drawer.total()
        self.elsewhere += worth(self.drawer.move_to_safe(keep))
        assert self.drawer.total() >= min(keep, before)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.drawer.total() + self.elsewhere == 0


class _MemoryFile:
    """As much of a path as a drawer needs, without a disk."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.written = ""
        self.name = "drawer.json"

    def exists(self) -> bool:
        return self.text is not None

    def read_bytes(self) -> bytes:
        return (self.text or "").encode()

    def with_name(self, _name: str) -> "_MemoryFile":
        return self

    def write_text(self, text: str) -> None:
        self.written = text

    def replace(self, _target: "_MemoryFile") -> None:
        self.text = self.written


TestMoneyIsConserved = MoneyIsConserved.TestCase
TestMoneyIsConserved.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
