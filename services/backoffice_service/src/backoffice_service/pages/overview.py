"""The overview of stores as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillday_contracts.figure_messages import StoreOverview


@dataclass(frozen=True, slots=True)
class StoresSum:
    """The figures above the overview."""

    stores: int
    open_stores: int
    troubled: int
    terminals: int
    open_terminals: int
    silent: int
    open_tills: int


def summed(stores: Sequence[StoreOverview]) -> StoresSum:
    """Return the figures of these stores together; money of several currencies is not added up."""
    return StoresSum(
        stores=len(stores),
        open_stores=sum(one.state == "open" for one in stores),
        troubled=sum(bool(one.troubles) for one in stores),
        terminals=sum(one.terminals for one in stores),
        open_terminals=sum(one.open_terminals for one in stores),
        silent=sum(one.silent for one in stores),
        open_tills=sum(one.open_tills for one in stores),
    )
