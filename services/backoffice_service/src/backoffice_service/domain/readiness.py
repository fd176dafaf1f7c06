"""What a new store needs before it can sell: products, people with a PIN, terminals that are let in."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from tillday_contracts.master_data_messages import StoreTerminal
from tillday_contracts.store_messages import Person
from tillday_contracts.wishes import SettingsContent


class Step(NamedTuple):
    """Something to do first: what it is called, in which part of the settings, and whether it is done."""

    name: str
    part: str
    is_done: bool


def steps_to_sell(
    settings: SettingsContent,
    people: Sequence[Person],
    with_pin: Collection[str],
    terminals: Sequence[StoreTerminal],
) -> tuple[Step, ...]:
    """Return every step in the order in which they are taken, the first opening last."""
    can_sell = any("sell" in one.rights and one.person in with_pin for one in people)
    is_let_in = any(one.enrolled_at is not None for one in terminals)
    return (
        Step("products", "catalogue", settings.catalogue_rev > 0),
        Step("people", "people", can_sell),
        Step("terminals", "terminals", bool(terminals)),
        Step("let_in", "terminals", is_let_in),
        Step("open", "day", is_done=False),
    )
