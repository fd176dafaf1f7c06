"""Late money after people's words: which count has it, who is asked for it, and what the safe has of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from checker_journal import FIRST, FIRST_DAY, KEY_ID, STORE, Journal
from checker_money import counted_exactly, movement
from tillday_checker.judge import judge
from tillday_checker.spoken import NoClose
from tillday_checker.world import DecisionRow, EventMoney, Ledger, SafeRow, SettlementRow, TenderRow, World
from tillday_contracts import entries as e
from unit.checker.test_checker_settlements import FOUND_LATE, judged, late_money
from unit.checker.test_checker_uncounted_sessions import LATE, of_ledger, rescued
from unit.checker.test_checker_words_on_closes import IN_RESCUE, RESCUE, ledger, upto_the_first_sale

PICKED_UP, BY = 100, "SV1"


def late_hash(world: World) -> str:
    assert world.ledger is not None
    return next(row.hash for row in world.ledger.sales if row.placement == "rescue")


def word_on(world: World, **said: object) -> DecisionRow:
    return DecisionRow(late_hash(world), 1, RESCUE, "accepted", BY, **said)  # type: ignore[arg-type]


# --- which count, and who is asked --------------------------------------------------------------------------


def test_a_count_that_a_reviewer_names_has_the_money_and_no_other() -> None:
    world = rescued(late_money())
    named = word_on(world, named_session=FIRST, named_kind="opening")
    there = SettlementRow(FIRST, "opening", "cash", -LATE)

    assert settled(world, named, there)
    assert not settled(world, named, FOUND_LATE)


def test_a_count_that_is_not_known_cannot_be_named() -> None:
    world = rescued(late_money())
    unknown = word_on(world, named_session="9" * 32, named_kind="cash_up")

    assert settled(world, unknown, FOUND_LATE)


def test_money_that_nobody_paid_is_in_no_count() -> None:
    world = rescued(late_money())

    assert settled(world, word_on(world, no_cash=True))
    assert not settled(world, word_on(world, no_cash=True), FOUND_LATE)


def settled(world: World, decision: DecisionRow, *rows: SettlementRow) -> bool:
    changed = of_ledger(world, settlements=rows, decisions=(decision,))
    return 20 not in judge(changed).violated


def test_what_a_count_has_is_asked_for_of_nobody() -> None:
    world = rescued(late_money())
    again = EventMoney(late_hash(world), "cash", LATE)

    assert judged(world, FOUND_LATE, claims=(again,)) != judged(world, FOUND_LATE)


# --- the safe -----------------------------------------------------------------------------------------------


def picked_up_late() -> Ledger:
    """A pickup that a word put into the rescue session; the close that came nevertheless counts it."""
    journal = Journal()
    journal.write(e.Genesis(key_id=KEY_ID))
    journal.open_till(FIRST, FIRST_DAY, expected=15_000, counted=15_000)
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199))
    journal.write(movement("pickup", PICKED_UP))
    journal.close_till(FIRST, FIRST_DAY, *counted_exactly(journal, FIRST))
    found = ledger(journal)
    held = [replace(row, pickups=0) if row.session_id == FIRST else row for row in found.tenders]
    return replace(
        found,
        no_closes=(NoClose(FIRST, upto_the_first_sale(found)),),
        movements=(replace(found.movements[0], placement="rescue", session_id=RESCUE),),
        tenders=(*held, TenderRow(RESCUE, "cash", 0, 0, 0, pickups=PICKED_UP)),
        safe=tuple(row for row in found.safe if row.kind != "pickup"),
        sessions=(*found.sessions, replace(IN_RESCUE, rescue_number=1)),
    )


def in_the_safe(found: Ledger) -> Ledger:
    moved = found.movements[0]
    row = SafeRow(STORE, "pickup", "cash", PICKED_UP, RESCUE, moved.hash)
    return replace(found, safe=(*found.safe, row))


def accepted(found: Ledger) -> Ledger:
    decision = DecisionRow(found.movements[0].hash, 1, RESCUE, "accepted", BY)
    return replace(found, decisions=(decision,))


@pytest.mark.parametrize(
    ("change", "right"),
    [
        (lambda found: found, True),
        (lambda found: accepted(in_the_safe(found)), True),
        (in_the_safe, False),
        (accepted, False),
    ],
    ids=["it waits", "it is accepted", "nobody accepted it", "it is accepted and never came"],
)
def test_a_late_pickup_that_a_close_counts_is_in_the_safe_once_it_is_accepted(
    change: Callable[[Ledger], Ledger], right: bool
) -> None:
    found = judge(World(ledger=change(picked_up_late()))).violated
    assert (17 not in found) == right


def test_nothing_of_these_days_is_wrong_otherwise() -> None:
    assert judge(World(ledger=picked_up_late())).violated == ()


def repaired(found: Ledger, amount: int) -> Ledger:
    """The pickup as a reviewer put it right: the close goes on to say what the terminal counted."""
    moved = found.movements[0]
    row = next(row for row in found.journal if row.hash == moved.hash)
    envelope = e.read_envelope(row.data)
    data = e.encode_entry(envelope.model_copy(update={"body": {**envelope.body, "amount": amount}}))
    decision = DecisionRow(moved.hash, 1, RESCUE, "repaired", BY, "SV2", data=data)
    return replace(
        found,
        journal=tuple(replace(one, repaired=data) if one is row else one for one in found.journal),
        movements=(replace(moved, amount=amount),),
        tenders=(*found.tenders[:-1], replace(found.tenders[-1], pickups=amount)),
        safe=(*found.safe, SafeRow(STORE, "pickup", "cash", amount, RESCUE, moved.hash)),
        decisions=(decision,),
    )


def test_a_repaired_entry_counts_as_repaired_and_the_close_is_right_as_the_terminal_made_it() -> None:
    found = repaired(picked_up_late(), amount=60)

    assert judge(World(ledger=found)).violated == ()
    assert judge(World(ledger=replace(found, journal=picked_up_late().journal))).violated != ()
