"""A day at one till in a few lists: what was done, and the journal that tells of it."""

from collections import Counter
from dataclasses import dataclass

from tillday_contracts.entries import Payment
from tillday_contracts.movement_entries import MovementKind
from unit.till_service.journals import WrittenJournal, counted

TENDERS = ("cash", "card", "cash_usd")
SIGN: dict[str, int] = {"paid_in": 1, "paid_out": -1, "loan": 1, "pickup": -1}
SAFE: dict[str, int] = {"loan": -1, "pickup": 1}


@dataclass(frozen=True)
class Act:
    """One thing that a person does: a receipt (kind `sale`, below zero a refund) or a movement."""

    kind: str
    tender: str
    amount: int


@dataclass(frozen=True)
class AnyDay:
    """What is done before the opening count, before the position that the close counts, and after it."""

    float_moved: int
    early: list[Act]
    covered: list[Act]
    uncovered: list[Act]
    late: list[Act]
    mistaken: int


def effect(acts: list[Act]) -> Counter[str]:
    """What acts do to the drawer, by tender: worked out here and nowhere else."""
    sums: Counter[str] = Counter(dict.fromkeys(TENDERS, 0))
    for act in acts:
        sums[act.tender] += act.amount * SIGN.get(act.kind, 1)
    return sums


def write(journal: WrittenJournal, acts: list[Act]) -> None:
    for act in acts:
        if act.kind != "sale":
            kind: MovementKind = act.kind  # type: ignore[assignment]
            journal.move(kind, act.amount, tender=act.tender)
        elif act.amount >= 0:
            paid = Payment(tender=act.tender, tendered=act.amount, amount=act.amount)
            journal.write(journal.sale(act.amount, payments=(paid,) if act.amount else ()))
        else:
            back = Payment(tender=act.tender, tendered=0, change=-act.amount, amount=act.amount)
            journal.write(journal.sale(act.amount, payments=(back,)))


def journal_of(day: AnyDay, journal: WrittenJournal | None = None) -> WrittenJournal:
    """The day in a journal of its own, or in the one that is given."""
    journal = journal or WrittenJournal()
    journal.begin()
    journal.start_till()
    journal.move_float(15_000 - day.float_moved, 15_000)
    write(journal, day.early)
    journal.confirm_opening(15_000)
    write(journal, day.covered)
    to_seq = len(journal.entries)
    write(journal, day.uncovered)
    own = effect(day.early + day.covered)
    others = tuple(counted(tender, own[tender]) for tender in TENDERS[1:])
    journal.write(journal.closing(15_000 + own["cash"] + day.mistaken, to_seq=to_seq, others=others))
    write(journal, day.late)
    return journal
