"""Who may decide: people of the store by right, operators about dead letters, nobody for themselves."""

import pytest

from till_service.domain.permission import CLOSE_TILL, DECIDE_LETTERS, MANAGE, Deed, refused_without
from tillday_contracts.store_messages import Person

OPERATOR = "OPERATOR-1"
PEOPLE = (
    Person(person="M1", name="Manager 1", role="manager", rights=("close_till", "manage")),
    Person(person="SV1", name="Supervisor 1", role="supervisor", rights=("close_till",)),
    Person(person="C1", name="Cashier 1", role="cashier", rights=("sell",)),
)


def code(deed: Deed, *asked: str) -> str | None:
    refused = refused_without(deed, asked, "S1", PEOPLE, operators=(OPERATOR,))
    return None if refused is None else refused.code


def test_a_deed_takes_its_right() -> None:
    assert code(CLOSE_TILL, "SV1") is None
    assert code(CLOSE_TILL, "C1") == "not_allowed"
    assert code(MANAGE, "SV1") == "not_allowed"
    assert code(DECIDE_LETTERS, "M1") is None
    assert code(DECIDE_LETTERS, "SV1") == "not_allowed"


def test_an_operator_decides_about_letters_of_any_store_and_about_nothing_else() -> None:
    assert code(DECIDE_LETTERS, OPERATOR) is None
    assert code(MANAGE, OPERATOR) == "not_allowed"
    assert code(CLOSE_TILL, OPERATOR) == "not_allowed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("M1", "M1"), "needs_approval"),
        ((OPERATOR, OPERATOR), "needs_approval"),
        (("M1", OPERATOR), None),
        ((OPERATOR, "M1"), None),
        (("M1", "SV1"), "not_allowed"),
        (("C1", OPERATOR), "not_allowed"),
    ],
)
def test_a_repair_takes_two_who_may_and_nobody_approves_their_own(
    asked: tuple[str, str], said: str | None
) -> None:
    assert code(DECIDE_LETTERS, *asked) == said


def test_a_refusal_says_who_may_not_and_what_is_missing() -> None:
    stranger = refused_without(DECIDE_LETTERS, ("X9",), "S1", PEOPLE)
    supervisor = refused_without(DECIDE_LETTERS, ("SV1",), "S1", PEOPLE)

    assert stranger is not None
    assert supervisor is not None
    assert "nobody of that code works there" in stranger.text
    assert 'the right "manage" is missing' in supervisor.text
    assert supervisor.details == {"right": "manage"}
