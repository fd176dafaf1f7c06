"""Which key a terminal writes with when it starts, and what an enrolment still knows of former ones."""

import pytest

from agent_shop import bundle
from terminal_agent.core.keys import turning
from terminal_agent.enrolment import given_up_keys, held_keys, identity_of, with_former_keys
from terminal_agent.link import enrolling
from terminal_agent.link.connection import LinkDown
from tillday_contracts.enrolment import EnrolmentBundle, Grant, HeldKeys, Invitation, Redeem
from tillday_contracts.enrolment_codes import EnrolmentCode, code_of
from tillday_contracts.examples import examples

FIRST = bundle()
A, B, C = FIRST.key_id, "b" * 16, "c" * 16


def given(key_id: str, before: EnrolmentBundle, **told: object) -> EnrolmentBundle:
    fresh = {
        "key_id": key_id,
        "journal_key": key_id * 4,
        "former_keys": {},
        "given_up": (),
        "compromised": False,
    }
    return with_former_keys(before.model_copy(update={**fresh, **told}), before)


def test_a_new_key_waits_until_everything_before_it_is_acknowledged() -> None:
    identity = identity_of(given(B, FIRST))

    waiting, turns = turning(identity, A, pending=1, given_up=())
    assert (waiting.key_id, turns) == (A, False)
    assert waiting.key_named(B) == identity.key, "it is not forgotten meanwhile"
    assert turning(identity, A, pending=0, given_up=()) == (identity, True)
    assert turning(identity, B, pending=1, given_up=()) == (identity, False)


def test_a_key_that_others_know_is_left_with_entries_unsent() -> None:
    identity = identity_of(given(B, FIRST))

    assert turning(identity, A, pending=9, given_up={A}) == (identity, True)


def test_a_key_stays_given_up_when_another_one_is_given_before_the_terminal_ever_turned() -> None:
    declared = given(B, FIRST, compromised=True, given_up=(A,))
    rotated = given(C, declared)

    assert given_up_keys(rotated) == {A}
    assert turning(identity_of(rotated), A, pending=9, given_up=given_up_keys(rotated))[1]
    assert not turning(identity_of(rotated), B, pending=9, given_up=given_up_keys(rotated))[1]


def test_an_enrolment_of_before_says_only_that_the_former_keys_are_known_to_others() -> None:
    assert given_up_keys(given(B, FIRST, compromised=True)) == {A}
    assert given_up_keys(given(B, FIRST)) == frozenset()


def test_a_terminal_tells_its_keys_oldest_first() -> None:
    assert list(held_keys(given(C, given(B, FIRST))).keys) == [A, B, C]


async def test_the_last_try_tells_nothing_as_an_older_back_office_would_not_understand_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grant = examples()["link.given"].grant  # type: ignore[attr-defined]
    tried: list[HeldKeys | None] = []

    async def older(_: Invitation, __: EnrolmentCode, asked: Redeem) -> Grant:
        tried.append(asked.held)
        if asked.held is not None:
            raise LinkDown("the back office does not answer")
        return Grant.model_validate(grant.model_dump())

    monkeypatch.setattr(enrolling, "_ask", older)
    monkeypatch.setattr(enrolling, "PAUSE_SECONDS", 0.0)
    invitation = Invitation(mqtt_url="mqtts://broker.example:8883", code=code_of(bytes(16)).text)

    enrolled = await enrolling.redeem(invitation, "0" * 64, held_keys(FIRST))

    assert enrolled.key_id == grant.key_id
    assert tried == [held_keys(FIRST), held_keys(FIRST), None]
