"""Who may change what a store is."""

import pytest

from store_service.domain.managing import Management
from store_service.domain.people import Person


def test_while_nobody_may_manage_a_store_everybody_may() -> None:
    assert Management("Corner Shop", frozenset()).refused("CASHIER-1") is None


@pytest.mark.parametrize(("by", "code"), [("MANAGER-1", None), ("CASHIER-1", "not_allowed")])
def test_once_somebody_may_manage_a_store_nobody_else_does(by: str, code: str | None) -> None:
    refused = Management("Corner Shop", {"MANAGER-1"}).refused(by)
    assert (refused and refused.code) == code


@pytest.mark.parametrize(
    ("managers", "rights", "code"),
    [
        ({"MANAGER-1"}, (), "last_manager"),
        ({"MANAGER-1"}, ("manage", "sell"), None),
        ({"MANAGER-1", "MANAGER-2"}, (), None),
        ({"MANAGER-2"}, (), None),
        (set(), (), None),
    ],
)
def test_the_last_manager_keeps_the_right(managers: set[str], rights: tuple[str, ...], code: str) -> None:
    after = Person("MANAGER-1", "Manager 1", "manager", rights)  # type: ignore[arg-type]
    refused = Management("Corner Shop", managers).left_alone(after)
    assert (refused and refused.code) == code
