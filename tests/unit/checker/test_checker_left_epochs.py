"""A journal that was left: its lost branch waits in a rescue session, the till goes on in the new epoch."""

from collections.abc import Callable
from dataclasses import replace

from checker_journal import (
    EPOCH,
    KEY_ID,
    MORNING,
    SECOND,
    SECOND_DAY,
    STORE,
    TERMINAL,
    TILL,
    Journal,
    approval,
    pieces,
    two_days,
)
from checker_world import (
    document,
    ledger_of,
    reports_of,
    world_of,
)
from tillday_checker.judge import judge
from tillday_checker.world import (
    HeldEntry,
    LedgerRow,
    LedgerSession,
    Placement,
    Position,
    ProductRow,
    ReportReceipt,
    Reports,
    SaleRow,
    Stream,
    TenderRow,
    TerminalProduct,
    World,
    WorthRow,
)
from tillday_contracts import entries as e
from tillday_contracts.parts import Claim

NEXT_EPOCH = "9e8d7c6b5a493827"
RESCUE = "d" * 32
THIRD = "7" * 32
RUNNING = e.TillState(till=TILL, session_id=SECOND, status="open", business_date=SECOND_DAY)


def new_life(old: Journal, state: e.TillState | None = RUNNING) -> Journal:
    """Go on in a new epoch that follows the head of the old one, sell, and close the running session."""
    head = old.entries[-1]
    journal = Journal(epoch=NEXT_EPOCH)
    follows = e.Position(epoch=EPOCH, seq=head.seq, hash=head.hash)
    journal.write(e.Genesis(key_id=KEY_ID, follows=follows, till_state=state))
    journal.sell(SECOND, SECOND_DAY, ("APPLE", 1, 199))
    cash = e.TenderCount(
        tender="cash",
        opening=15_000,
        expected=15_699,
        counted=15_699,
        difference=0,
        kept=15_000,
        moved=699,
        denominations=pieces(15_699),
    )
    closed = journal.close_till(SECOND, SECOND_DAY, cash)
    member = e.ManifestMember(terminal=TERMINAL, epoch=EPOCH, to_seq=head.seq, to_hash=head.hash)
    return rewritten(journal, closed.model_copy(update={"manifest": (*closed.manifest, member)}))


def rewritten(journal: Journal, closed: e.TillClosed) -> Journal:
    again = Journal(epoch=journal.epoch)
    for body in journal.bodies:
        changed = closed if isinstance(body, e.TillClosed) else body
        if isinstance(body, e.Printed):
            changed = body.model_copy(update={"entry": again.entries[-1].hash})
        again.write(changed)
    return again


def lost_branch(old: Journal) -> Journal:
    """Sell once more in the old epoch, on a disk that was restored afterwards."""
    branch = Journal(entries=list(old.entries), bodies=list(old.bodies), receipts=old.receipts)
    branch.sell(SECOND, SECOND_DAY, ("BREAD", 1, 250))
    return branch


def together(*journals: Journal) -> Journal:
    entries = [held for journal in journals for held in journal.entries]
    return Journal(entries=entries, bodies=[body for journal in journals for body in journal.bodies])


def quarantined(held: HeldEntry, placement: Placement) -> LedgerRow:
    place = (held.epoch, held.seq, held.prev, held.hash, held.data)
    return LedgerRow(STORE, TERMINAL, *place, MORNING, True, placement, RESCUE)


def forked_world(go_on: Callable[[Journal, str], None] | None = None) -> World:
    """The back office holds the old epoch, the lost sale as quarantine, and the new epoch.

    `go_on` writes what follows in the new epoch; it is told the hash of the lost sale of 250. Then the epoch
    begins without the state of the till, so that all the money of the store is a sum of known events.
    """
    old = two_days()
    branch, life = lost_branch(old), new_life(old, RUNNING if go_on is None else None)
    if go_on is not None:
        go_on(life, branch.entries[-2].hash)
    world = world_of(together(old, life))
    assert world.ledger is not None
    lost, lost_print = branch.entries[-2:]
    sale = branch.bodies[-2]
    assert isinstance(sale, e.Sale)
    rows = (quarantined(lost, "rescue"), quarantined(lost_print, "none"))
    ledger = replace(
        world.ledger,
        journal=(*world.ledger.journal, *rows),
        streams=tuple(
            Stream(STORE, TERMINAL, journal.epoch, journal.entries[-1].seq, journal.entries[-1].hash)
            for journal in (old, life)
        ),
        sessions=(
            *world.ledger.sessions,
            LedgerSession(RESCUE, STORE, TERMINAL, TILL, SECOND_DAY, "outstanding", rescue_of=SECOND),
        ),
        sales=(
            *world.ledger.sales,
            SaleRow(lost.hash, RESCUE, "rescue", sale.number, SECOND_DAY, sale.total),
        ),
        tenders=(*world.ledger.tenders, TenderRow(RESCUE, "cash", 0, 250, 0)),
        products=(*world.ledger.products, ProductRow(RESCUE, "BREAD", 1, 250)),
    )
    printed = document(sale)
    assert printed is not None
    folder = replace(
        world.terminals[0],
        entries=(*branch.entries, *life.entries),
        paper=(*(world.terminals[0].paper or ()), printed),
    )
    return replace(world, terminals=(folder,), ledger=ledger, reports=with_rescued(world, lost.hash))


def with_rescued(world: World, entry: str) -> Reports:
    """Count the rescued sale where reports count it: as a receipt, for its terminal, by its tender."""
    reports = world.reports
    assert reports is not None
    flash = tuple(
        replace(row, quantity=row.quantity + 1, gross=row.gross + 250) if _bread_today(row) else row
        for row in reports.terminal_products
    )
    return replace(
        reports,
        receipts=(*reports.receipts, ReportReceipt(entry, RESCUE, "C1", 250)),
        terminal_products=flash,
        worths=(*reports.worths, WorthRow(RESCUE, "cash", 250)),
    )


def _bread_today(row: TerminalProduct) -> bool:
    return (row.sku, row.business_date) == ("BREAD", SECOND_DAY)


def test_a_lost_branch_in_a_rescue_session_breaks_nothing() -> None:
    assert judge(forked_world()).violations == ()


def test_a_lost_branch_that_has_not_arrived_breaks_nothing() -> None:
    old = two_days()
    branch, life = lost_branch(old), new_life(old)
    world = world_of(together(old, life))
    assert world.ledger is not None
    streams = tuple(
        Stream(STORE, TERMINAL, journal.epoch, journal.entries[-1].seq, journal.entries[-1].hash)
        for journal in (old, life)
    )
    waiting = tuple(replace(held, acknowledged=False) for held in branch.entries[-2:])
    folder = replace(world.terminals[0], entries=(*old.entries, *waiting, *life.entries), paper=None)

    assert (
        judge(replace(world, terminals=(folder,), ledger=replace(world.ledger, streams=streams))).violations
        == ()
    )


def test_a_quarantined_sale_in_the_session_it_names_is_named() -> None:
    world = forked_world()
    assert world.ledger is not None
    sales = tuple(
        replace(sale, session_id=SECOND, placement="session") if sale.session_id == RESCUE else sale
        for sale in world.ledger.sales
    )

    verdict = judge(replace(world, ledger=replace(world.ledger, sales=sales)))

    assert {10, 11} <= set(verdict.violated)


def test_a_quarantined_sale_on_the_board_is_named() -> None:
    world = forked_world()
    assert world.reports is not None
    sessions = tuple(replace(row, receipts=row.receipts + 1) for row in world.reports.sessions)

    assert judge(replace(world, reports=replace(world.reports, sessions=sessions))).violated == (11,)


def third_session(*claims: tuple[str, int], found: int = 15_250) -> Callable[[Journal, str], None]:
    """The next opening asks for claims, (session, amount) each, on top of the 15,000 that were kept."""

    def go_on(life: Journal, lost: str) -> None:
        asked = tuple(
            Claim(event=lost, tender="cash", amount=amount, session_id=session) for session, amount in claims
        )
        expected = 15_000 + sum(claim.amount for claim in asked)
        shortage = approval(THIRD, "initial", expected=expected, counted=found)
        life.open_till(
            THIRD,
            SECOND_DAY,
            expected=expected,
            counted=found,
            claims=asked,
            approval=None if found == expected else shortage,
        )

    return go_on


def test_late_money_that_the_next_opening_asked_for_breaks_nothing() -> None:
    assert judge(forked_world(third_session((SECOND, 250)))).violations == ()


def test_late_money_that_the_next_opening_found_missing_breaks_nothing() -> None:
    assert judge(forked_world(third_session((SECOND, 250), found=15_000))).violations == ()


def test_a_claim_of_another_amount_than_its_event_moved_is_named() -> None:
    assert 17 in judge(forked_world(third_session((SECOND, 260), found=15_260))).violated


def test_an_event_that_is_claimed_twice_is_named() -> None:
    twice = third_session((SECOND, 250), (SECOND, 250), found=15_500)
    assert 17 in judge(forked_world(twice)).violated


def test_a_claim_of_an_event_that_nobody_knows_is_named() -> None:
    def go_on(life: Journal, lost: str) -> None:
        third_session((SECOND, 250))(life, "e" * 64)

    assert 17 in judge(forked_world(go_on)).violated


def test_an_opening_that_expects_late_money_without_naming_it_is_named() -> None:
    def go_on(life: Journal, lost: str) -> None:
        life.open_till(THIRD, SECOND_DAY, expected=15_250, counted=15_250)

    assert {14, 17} <= set(judge(forked_world(go_on)).violated)


def test_the_small_world_itself_has_one_epoch() -> None:
    journal = two_days()

    assert {held.epoch for held in journal.entries} == {EPOCH}
    assert {position.epoch for position in ledger_of(journal).positions} == {EPOCH}
    assert len(reports_of(journal, ledger_of(journal).sessions).sessions) == 2
    assert Position(STORE, TERMINAL, EPOCH, 1, journal.entries[0].hash) in ledger_of(journal).positions
