"""Late money that a count is asked for: what it adds to the amounts of a till."""

from collections.abc import Iterable

from tillday_contracts.entries import TenderAmount, tender_amount
from tillday_contracts.parts import Claim


def with_claims(amounts: Iterable[TenderAmount], claims: Iterable[Claim]) -> tuple[TenderAmount, ...]:
    """Return amounts with the late money that is asked for on top."""
    sums = {part.tender: part.amount for part in amounts}
    for claim in claims:
        sums[claim.tender] = sums.get(claim.tender, 0) + claim.amount
    return tuple(tender_amount(tender, amount) for tender, amount in sums.items())


def claimed_of(claims: Iterable[Claim], tender: str) -> int:
    """Return what is claimed of a tender."""
    return sum(claim.amount for claim in claims if claim.tender == tender)
