"""Of whom rights are asked: the store first, the back office only about who lacks them there."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from service_kit.failures import TransientError
from till_service.domain.permission import CLOSE_TILL, DECIDE_LETTERS, Deed
from till_service.messaging.allowed import Allowed
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import PeopleAnswer
from unit.till_service.back_office import OPERATOR, SUPERVISOR, KnownPeople
from unit.till_service.journals import CASHIER

UNKNOWN = Refused(code="unknown_store", text="There is no such store.")


@dataclass
class Staff(KnownPeople):
    """Notes what it was asked; `silent`: the back office does not answer."""

    silent: bool = False
    asked: list[str] = field(default_factory=list)

    async def of(self, store: str) -> PeopleAnswer | Refused:
        self.asked.append(store)
        return UNKNOWN if store == "GONE" else await super().of(store)

    async def operators(self) -> frozenset[str]:
        self.asked.append("operators")
        if self.silent:
            raise TransientError("the back office is away")
        return await super().operators()


async def refused(staff: Staff, deed: Deed, by: str, store: str = "S1") -> Any:
    no_database: Any = None
    return await Allowed(no_database, staff)._refused(deed, (by,), store)


async def test_who_has_the_right_decides_also_while_the_back_office_is_away() -> None:
    staff = Staff(silent=True)

    assert await refused(staff, DECIDE_LETTERS, SUPERVISOR) is None
    assert staff.asked == ["S1"]


async def test_nobody_is_refused_as_no_operator_while_nobody_can_tell() -> None:
    with pytest.raises(TransientError):
        await refused(Staff(silent=True), DECIDE_LETTERS, CASHIER)


async def test_what_operators_may_not_do_is_never_asked_of_the_back_office() -> None:
    staff = Staff()

    assert (await refused(staff, CLOSE_TILL, OPERATOR)).code == "not_allowed"
    assert staff.asked == ["S1"]


async def test_an_operator_decides_about_letters_of_a_store_that_is_gone_and_others_hear_that_it_is() -> None:
    assert await refused(Staff(), DECIDE_LETTERS, OPERATOR, "GONE") is None
    assert await refused(Staff(), DECIDE_LETTERS, SUPERVISOR, "GONE") == UNKNOWN
