"""What a closed session leaves in its till: counted by its terminal, reported on paper, or expected."""

from collections.abc import Mapping

from till_service.domain.sessions import ClosedInBack, Posted, TillSession, close_of, evidence_of
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import TenderAmount, tender_amount


def ended_in_back(session: TillSession) -> bool:
    """Say whether the back office closed a session, whether or not it is posted by now."""
    match session:
        case ClosedInBack():
            return True
        case Posted():
            return session.back is not None or session.no_close is not None
        case _:
            return False


def is_provisional(session: TillSession) -> bool:
    """Say whether the kept amounts still follow what joins the session: nobody told of a count."""
    known = close_of(session) is not None or evidence_of(session) is not None
    return ended_in_back(session) and not known


def kept_now(session: TillSession, totals: Mapping[str, TenderTotals]) -> tuple[TenderAmount, ...]:
    """Return what the next session finds in the till, as far as it is known. `totals` are the ledger's.

    The terminal's own close stands above its printed report, and where there is neither nothing was moved:
    all that is expected was kept.
    """
    close, evidence = close_of(session), evidence_of(session)
    if close is not None:
        return close.kept
    if evidence is not None:
        return tuple(tender_amount(t.tender, t.left) for t in evidence.tenders)
    if not ended_in_back(session):
        return ()
    return tuple(tender_amount(name, totals[name].expected) for name in sorted(totals))
