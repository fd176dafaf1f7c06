"""What a closed session leaves in its till: counted by its terminal, reported on paper, or expected."""

from collections.abc import Mapping

from till_service.domain.sessions import ClosedInBack, TillSession, close_of, evidence_of
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import TenderAmount


def is_provisional(session: TillSession) -> bool:
    """Say whether the kept amounts still follow what joins the session: nobody told of a count."""
    known = close_of(session) is not None or evidence_of(session) is not None
    return isinstance(session, ClosedInBack) and not known


def kept_now(session: TillSession, totals: Mapping[str, TenderTotals]) -> tuple[TenderAmount, ...]:
    """Return what the next session finds in the till, as far as it is known. `totals` are the ledger's.

    The terminal's own close stands above its printed report, and where there is neither nothing was moved:
    all that is expected was kept.
    """
    close, evidence = close_of(session), evidence_of(session)
    if close is not None:
        return close.kept
    if evidence is not None:
        return tuple(TenderAmount(tender=t.tender, amount=t.left) for t in evidence.tenders)
    if not isinstance(session, ClosedInBack):
        return ()
    return tuple(TenderAmount(tender=name, amount=totals[name].expected) for name in sorted(totals))
