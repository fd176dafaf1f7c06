"""What has to be added so that the stored settlements and claims of a till say what its standing says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from till_service.domain.which_count import Standing


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """An amount that takes a count nearer to its settled difference."""

    session_id: str
    kind: Literal["opening", "cash_up"]
    tender: str
    amount: int


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Late money that the next opening count asks for (> 0 or < 0), or a claim taken back."""

    event: str
    tender: str
    session_id: str
    amount: int


Row = TypeVar("Row", SettlementRow, ClaimRow)


def settlements(standings: Mapping[str, Standing]) -> tuple[SettlementRow, ...]:
    """Return what settles each count."""
    return tuple(
        SettlementRow(s.count.session_id, s.count.kind, tender, s.settlement)
        for tender, standing in standings.items()
        for s in standing.counts
        if s.settlement
    )


def claims(standings: Mapping[str, Standing]) -> tuple[ClaimRow, ...]:
    """Return what the next opening count asks for."""
    return tuple(
        ClaimRow(event.id, tender, event.session_id, event.amount)
        for tender, standing in standings.items()
        for event in standing.claims
    )


def to_add(wanted: Iterable[Row], stored: Iterable[Row]) -> tuple[Row, ...]:
    """Return the rows of either sign that lead from what is stored to what is wanted."""
    left = {replace(row, amount=0): row.amount for row in wanted}
    for row in stored:
        key = replace(row, amount=0)
        left[key] = left.get(key, 0) - row.amount
    return tuple(replace(key, amount=amount) for key, amount in left.items() if amount)
