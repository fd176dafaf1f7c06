"""What accounts need of receipts beside tenders and products: folded sale by sale, so nothing is scanned."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from till_service.domain.sessions import Closed, TillSession
from tillday_contracts.entries import Sale


class TaxSum(NamedTuple):
    """The receipts of one tax rate (1/100 %) in one session, net of refunds, minor units."""

    gross: int = 0
    tax: int = 0


class Worth(NamedTuple):
    """What a foreign tender took in its own currency, and what that settled in the store's."""

    amount: int = 0
    worth: int = 0


@dataclass(slots=True)
class PostingSums:
    """What a batch adds to the sums of sessions."""

    taxes: dict[tuple[str, int], TaxSum] = field(default_factory=dict)
    rounding: dict[str, int] = field(default_factory=dict)
    worths: dict[tuple[str, str], Worth] = field(default_factory=dict)

    def fold(self, session_id: str, sale: Sale, *, sign: int) -> None:
        """Add a receipt to a session, or take it out with sign −1."""
        for tax in sale.taxes:
            key = (session_id, tax.rate)
            known = self.taxes.get(key, TaxSum())
            self.taxes[key] = TaxSum(known.gross + sign * tax.gross, known.tax + sign * tax.tax)
        if sale.rounding:
            self.rounding[session_id] = self.rounding.get(session_id, 0) + sign * sale.rounding
        for payment in sale.payments:
            if payment.value is not None:
                before = self.worths.get((session_id, payment.tender), Worth())
                self.worths[(session_id, payment.tender)] = Worth(
                    before.amount + sign * payment.amount, before.worth + sign * payment.value
                )

    @property
    def sessions(self) -> set[str]:
        """The sessions of which something changed."""
        return {session for session, _ in self.taxes} | {*self.rounding} | {s for s, _ in self.worths}


def closed_among(sessions: Iterable[TillSession]) -> set[str]:
    """Return which of these sessions are closed: what is new in one of them has to be posted."""
    return {session.facts.session_id for session in sessions if isinstance(session, Closed)}
