"""A world with every kind of money: two tenders on a receipt, foreign cash, refunds, movements, a float."""

from dataclasses import replace
from datetime import timedelta

from checker_journal import (
    EUR,
    FIRST,
    FIRST_DAY,
    MORNING,
    SECOND,
    SECOND_DAY,
    STORE,
    TILL,
    Journal,
    pieces,
)
from checker_world import (
    world_of,
)
from tillday_checker.store_rows import Opening, Terms
from tillday_checker.world import World
from tillday_contracts import entries as e
from tillday_contracts.arithmetic import TenderTotals, fold_movement, fold_tenders
from tillday_contracts.denominations import STANDARD, DenominationCount
from tillday_contracts.ids import receipt_number

USD = frozenset(piece.value for piece in STANDARD["USD"])
FORCED_AT = MORNING + timedelta(minutes=30)
KEPT, FLOAT = 15_000, 20_000
RATE = 920_000
SETTINGS = Terms(
    cash="cash", pieces={"cash": frozenset(EUR), "cash_usd": USD}, cash_rounding=5, floats={}, rev=1
)
"""The store's settings on the first day; those of the second force a float."""
FORCED = replace(
    SETTINGS,
    rev=2,
    since=FORCED_AT,
    floats={TILL: FLOAT},
    initial_tolerance={"cash": 5},
)
TENDERS = ("cash", "card", "voucher", "cash_usd")


def paid(tender: str, tendered: int, change: int = 0) -> e.Payment:
    """Return one payment in the store's currency."""
    return e.Payment(tender=tender, tendered=tendered, change=change, amount=tendered - change)


def dollars(tendered: int, value: int) -> e.Payment:
    """Return one payment in foreign cash."""
    return e.Payment(tender="cash_usd", tendered=tendered, amount=tendered, rate=RATE, value=value)


def movement(kind: str, amount: int, **changes: object) -> e.Movement:
    """Return a movement of cash on the first day."""
    named = {"session_id": FIRST, "till": TILL, "business_date": FIRST_DAY, "by": "C1", "reason": "Change"}
    return e.Movement.model_validate({**named, "kind": kind, "tender": "cash", "amount": amount, **changes})


def adjustment(tender: str, amount: int, **changes: object) -> e.Adjustment:
    """Return a word on the first session's difference, written in the second."""
    named = {"session_id": SECOND, "till": TILL, "business_date": SECOND_DAY, "by": "C1", "allowed_by": "SV1"}
    said = {"corrects": FIRST, "reason": "Keyed as cash", "tender": tender, "amount": amount}
    return e.Adjustment.model_validate({**named, **said, **changes})


def float_moved(**changes: object) -> e.FloatMoved:
    """Return what brings the kept amount up to the forced float."""
    named = {"session_id": SECOND, "till": TILL, "business_date": SECOND_DAY, "by": "C1", "tender": "cash"}
    amounts = {"kept": KEPT, "wanted": FLOAT, "amount": FLOAT - KEPT}
    return e.FloatMoved.model_validate({**named, **amounts, **changes})


def money_days() -> Journal:
    """Write a day with all that moves money, and a second one that begins with a forced float."""
    journal = Journal()
    journal.write(e.Genesis(key_id="c3d2e1f0a9b8c7d6"))
    journal.open_till(FIRST, FIRST_DAY, expected=KEPT, counted=KEPT)
    _sell_in_every_way(journal)
    for kind, amount in (("paid_in", 500), ("paid_out", 120), ("loan", 2_000), ("pickup", 3_000)):
        journal.write(movement(kind, amount))
    journal.write(e.NoSale(session_id=FIRST, reason="Change for a customer", by="C1"))
    journal.close_till(FIRST, FIRST_DAY, *counted_exactly(journal, FIRST))
    journal.write(e.TerminalClosed(business_date=FIRST_DAY, desired_rev=3))
    journal.open_till(SECOND, SECOND_DAY, expected=FLOAT, counted=FLOAT, float_moved=float_moved())
    journal.write(adjustment("cash", 2_000))
    journal.write(adjustment("card", -2_000))
    journal.sell(SECOND, SECOND_DAY, ("BREAD", 2, 250), payments=(paid("cash", 500),))
    return journal


def _sell_in_every_way(journal: Journal) -> None:
    first = receipt_number("T1", journal.epoch, 1)
    rounded = {"payments": (paid("cash", 1_000, 155),), "rounding": -2}
    journal.sell(FIRST, FIRST_DAY, ("APPLE", 3, 199), ("BREAD", 1, 250), **rounded)
    mixed = {"payments": (paid("card", 500), paid("cash", 1_000, 500)), "rounding": -2}
    journal.sell(FIRST, FIRST_DAY, ("HAM", 1, 1_002), **mixed)
    foreign = (dollars(2_000, 1_840), paid("cash", 0, 340))
    journal.sell(FIRST, FIRST_DAY, ("WINE", 1, 1_500), payments=foreign)
    journal.sell(FIRST, FIRST_DAY, ("WATER", 1, 0), payments=())
    journal.sell(FIRST, FIRST_DAY, ("GIFT", 1, 800), payments=(paid("voucher", 800),))
    back = {"payments": (paid("cash", 0, 200),), "rounding": -1, "refund_of": first}
    journal.sell(FIRST, FIRST_DAY, ("APPLE", -1, 199), **back)


def counted_exactly(journal: Journal, session: str) -> tuple[e.TenderCount, ...]:
    """Return the counts of a session that lacks nothing; cash keeps its float, the rest is moved."""
    totals = {tender: TenderTotals() for tender in TENDERS}
    for body in journal.bodies:
        if getattr(body, "session_id", None) != session:
            continue
        if isinstance(body, e.InitialCountConfirmed):
            for opened in body.tenders:
                totals[opened.tender] = TenderTotals(opening=opened.counted)
        folded = {body.tender: fold_movement(body)} if isinstance(body, e.Movement) else {}
        for tender, delta in (fold_tenders(body) if isinstance(body, e.Sale) else folded).items():
            totals[tender] = totals[tender].plus(delta)
    return tuple(_count(tender, own) for tender, own in totals.items())


def _count(tender: str, totals: TenderTotals) -> e.TenderCount:
    kept = min(KEPT, totals.expected) if tender == "cash" else 0
    in_pieces = {"cash": pieces, "cash_usd": _notes}.get(tender)
    return e.TenderCount(
        tender=tender,
        opening=totals.opening,
        expected=totals.expected,
        counted=totals.expected,
        difference=0,
        kept=kept,
        moved=totals.expected - kept,
        denominations=in_pieces(totals.expected) if in_pieces else (),
    )


def _notes(amount: int) -> tuple[DenominationCount, ...]:
    return (DenominationCount(value=1_000, quantity=amount // 1_000),)


def money_world(journal: Journal | None = None) -> World:
    """Return the world in which everybody took these days whole."""
    world = world_of(journal or money_days())
    assert world.stores is not None
    openings = (Opening(STORE, FIRST_DAY, MORNING), Opening(STORE, SECOND_DAY, FORCED_AT))
    settings = {STORE: (SETTINGS, FORCED)}
    return replace(world, stores=replace(world.stores, terms=settings, openings=openings))
