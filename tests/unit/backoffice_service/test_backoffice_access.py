"""The authorisation matrix, cell by cell: role, action and store."""

import pytest

from backoffice_service.domain.access import ACTIONS, ALLOWED, ROLES, Action, Role, Visitor

MATRIX = """
            cashier supervisor manager operator
enter          -        x         x       x
forget_authenticator - - - x
see_store      -        x         x       x
open_store     -        x         x       -
close_store    -        x         x       -
cancel_day     -        -         x       -
close_till     -        x         x       -
order_reprint  -        x         x       -
decide_rescue  -        x         x       -
see_letters    -        -         x       x
decide_letter  -        -         x       x
see_report     -        x         x       x
see_books      -        x         x       x
keep_stock     -        x         x       -
keep_ledger    -        x         x       -
keep_accounts  -        -         x       -
see_alarms     -        x         x       x
see_audit      -        -         x       x
see_operations -        -         x       x
see_settings   -        x         x       x
manage_store   -        x         x       -
define_login   -        -         x       x
create_store   -        -         x       -
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [
    (action, role, mark == "x")
    for action, *marks in ROWS[1:]
    for role, mark in zip(ROWS[0], marks, strict=True)
]


def somebody(role: Role) -> Visitor:
    return Visitor("SOMEBODY-1", "Somebody", role, ("S1",))


def test_the_matrix_has_a_cell_for_every_role_and_action() -> None:
    assert {(action, role) for action, role, _ in CELLS} == {(a, r) for a in ACTIONS for r in ROLES}
    assert set(ALLOWED) == set(ACTIONS)


@pytest.mark.parametrize(("action", "role", "allowed"), CELLS)
def test_a_role_may_do_in_its_store_what_the_matrix_says(action: Action, role: Role, allowed: bool) -> None:
    assert somebody(role).may(action, "S1") is allowed


@pytest.mark.parametrize(("action", "role", "allowed"), CELLS)
def test_in_another_store_only_an_operator_may_anything(action: Action, role: Role, allowed: bool) -> None:
    assert somebody(role).may(action, "S2") is (allowed and role == "operator")
