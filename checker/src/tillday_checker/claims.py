"""Claims: what an opening count asks for beside what was kept is money of an event, asked for once."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tillday_checker.course import Session
from tillday_checker.story import Told, ledger_story
from tillday_checker.sums import net_by_tender
from tillday_checker.verdict import Found, Violation
from tillday_checker.world import World
from tillday_contracts.entries import FloatMoved, Movement, Sale, TillClosed


def claims_are_money(sessions: Iterable[Session], world: World) -> Found:
    """17: a claim that an opening count asked for is what its event brought, and no count asked before."""
    moved = {entry.hash: _moved(entry) for entry in ledger_story(world)}
    repaired = {one.hash for one in world.ledger.decisions if one.data} if world.ledger else set()
    asked: Counter[tuple[str, str]] = Counter()
    for session in sessions:
        for claim in session.started.claims if session.opened is not None else ():
            asked[(claim.event, claim.tender)] += 1
            due = moved.get(claim.event, {}).get(claim.tender, 0)
            if claim.amount != due and claim.event not in repaired:  # asked for before the repair
                text = f"{claim.tender}: {claim.amount} is claimed of an event that moved {due}"
                yield Violation(17, text, session.where)
            if asked[(claim.event, claim.tender)] == 2:
                text = f"{claim.tender}: the event {claim.event} is claimed a second time"
                yield Violation(17, text, session.where)


def _moved(entry: Told) -> Mapping[str, int]:
    """Return per tender what an entry brought into the drawer, or took out of it."""
    match entry.body:
        case Sale() | Movement():
            return net_by_tender([entry.body])
        case FloatMoved():
            return {entry.body.tender: entry.body.amount}
        case TillClosed():
            return {count.tender: -count.moved for count in entry.body.tenders}
        case _:
            return {}
