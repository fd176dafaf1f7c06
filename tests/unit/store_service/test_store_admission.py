"""Who is let in at the broker, decided from what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from store_service.domain.admission import (
    Admitted,
    Code,
    Credential,
    JournalKey,
    Knock,
    Turned,
    admit,
    admit_to_enrol,
    lost_keys,
    may_redeem,
    needs_fresh_key,
    told_keys,
)
from tillday_contracts.enrolment import HeldKeys
from tillday_contracts.enrolment_codes import NoCode, code_of, read_code, secret_hash
from tillday_contracts.topics import TerminalAddress

T1 = TerminalAddress("S1", "T1")
SECRET, OLD_SECRET = "a" * 64, "b" * 64
KNOWN = {
    "S1.T1": (
        Credential(T1, secret_hash(SECRET), ended=False),
        Credential(T1, secret_hash(OLD_SECRET), ended=True),
    )
}
KNOCK = Knock(user="S1.T1", secret=SECRET, client_id="S1-T1", door="mqtt", host="192.0.2.7")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SHOWN = code_of(bytes(range(16)))
CODE = Code(SHOWN.code_id, T1, secret_hash(SHOWN.secret), NOON + timedelta(minutes=15), wrong_tries=0)
STORES, TERMINALS = ("A", "A-", "A-B", "A--B"), ("B", "-B", "C", "B-C")
WITH_CODE = Knock(user="enrol", secret=SHOWN.text, client_id=SHOWN.client_id, door="mqtt", host="192.0.2.7")


def test_a_terminal_is_let_in_for_its_own_words_alone() -> None:
    admitted = admit(KNOWN, (), KNOCK)

    assert isinstance(admitted, Admitted)
    assert admitted.name == "S1.T1"
    assert {word.rsplit(".", 2)[0] for word in admitted.publish} == {"pos.S1.T1", "pos.S1.T1.ask"}
    assert set(admitted.subscribe) == {
        "pos.S1.T1.ack.v1",
        "pos.S1.T1.reply.v1",
        "pos.S1.T1.desired.v1",
        "pos.S1.settings.v1",
    }
    assert not any(letter in word for word in (*admitted.publish, *admitted.subscribe) for letter in "*>#+")


@pytest.mark.parametrize(
    ("changed", "misuse"),
    [
        ({"secret": "c" * 64}, "wrong_secret"),
        ({"secret": ""}, "wrong_secret"),
        ({"secret": secret_hash(SECRET).hex()}, "wrong_secret"),
        ({"secret": OLD_SECRET}, "ended_credential"),
        ({"client_id": "S1-T2"}, "wrong_client_id"),
        ({"client_id": ""}, "wrong_client_id"),
        ({"door": "nats"}, "wrong_door"),
        ({"door": "websocket"}, "wrong_door"),
    ],
)
def test_who_is_not_the_terminal_is_turned_away_with_the_reason(changed: dict[str, str], misuse: str) -> None:
    assert admit(KNOWN, (), replace(KNOCK, **changed)) == Turned(misuse, T1)  # type: ignore[arg-type]


@pytest.mark.parametrize("user", ["", "S1.T2", "S1.T1.x", "store_service", "*.*", "S1.T1 "])
def test_a_name_that_we_do_not_know_is_nobody(user: str) -> None:
    assert admit(KNOWN, (), replace(KNOCK, user=user)) == Turned("wrong_secret", None)


def test_what_was_revoked_counts_before_what_was_read() -> None:
    assert admit(KNOWN, {secret_hash(SECRET)}, KNOCK) == Turned("ended_credential", T1)


def test_terminals_whose_codes_hold_dashes_never_share_a_client_id() -> None:
    dashed, other = TerminalAddress("A-B", "C"), TerminalAddress("A", "B-C")
    known = {"A-B.C": (Credential(dashed, secret_hash(SECRET), ended=False),)}
    knock = replace(KNOCK, user="A-B.C", client_id=dashed.client_id)

    assert isinstance(admit(known, (), knock), Admitted)
    assert admit(known, (), replace(knock, client_id=other.client_id)) == Turned("wrong_client_id", dashed)
    assert "A-B" + "-" + "C" == "A" + "-" + "B-C", "joined by a dash alone they would be one"
    assert T1.client_id == "S1-T1", "what was enrolled without a dash keeps its name"


def test_no_two_terminals_have_one_client_id() -> None:
    addresses = [TerminalAddress(store, terminal) for store, terminal in product(STORES, TERMINALS)]

    assert len({address.client_id for address in addresses}) == len(addresses)


def test_a_code_lets_in_to_its_own_two_words() -> None:
    admitted = admit_to_enrol(CODE, WITH_CODE, at=NOON)

    assert isinstance(admitted, Admitted)
    assert admitted.publish == (f"enrol.{SHOWN.code_id}.redeem.v1",)
    assert admitted.subscribe == (f"enrol.{SHOWN.code_id}.given.v1",)
    assert admitted.credential is None


@pytest.mark.parametrize(
    ("code", "knock", "misuse"),
    [
        (None, WITH_CODE, "wrong_code"),
        (CODE, replace(WITH_CODE, secret=f"{SHOWN.code_id}-0000-0000-0000-0000"), "wrong_code"),
        (CODE, replace(WITH_CODE, secret="0000"), "wrong_code"),
        (replace(CODE, expires_at=NOON), WITH_CODE, "used_code"),
        (replace(CODE, wrong_tries=5), WITH_CODE, "used_code"),
        (CODE, replace(WITH_CODE, client_id="S1-T1"), "wrong_client_id"),
        (CODE, replace(WITH_CODE, door="nats"), "wrong_client_id"),
    ],
)
def test_a_code_that_is_wrong_old_or_guessed_at_lets_nobody_in(
    code: Code | None, knock: Knock, misuse: str
) -> None:
    turned = admit_to_enrol(code, knock, at=NOON)
    assert isinstance(turned, Turned)
    assert turned.misuse == misuse


def test_a_code_is_redeemed_once_and_its_answer_given_again_to_the_same_attempt() -> None:
    mine, other = secret_hash("mine"), secret_hash("other")
    redeemed = replace(CODE, redeemed_by=mine)

    assert may_redeem(CODE, mine, at=NOON)
    assert may_redeem(redeemed, mine, at=NOON)
    assert not may_redeem(redeemed, other, at=NOON)
    assert not may_redeem(redeemed, mine, at=CODE.expires_at)
    assert not may_redeem(None, mine, at=NOON)


OLD, NEW = JournalKey("a" * 16, bytes(32)), JournalKey("b" * 16, bytes(range(32)))
TOLD = {key.key_id: key.key.hex() for key in (OLD, NEW)}


def test_a_database_that_was_put_back_learns_the_keys_that_a_terminal_tells() -> None:
    assert lost_keys([OLD], TOLD) == [NEW]
    assert lost_keys([NEW, OLD], TOLD) == []


def test_what_a_terminal_tells_after_a_key_of_it_was_given_up_may_be_known_to_others_as_well() -> None:
    assert lost_keys([replace(OLD, compromised=True)], TOLD) == [replace(NEW, compromised=True)]


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        (HeldKeys(store="S1", terminal=CODE.address.terminal, keys=TOLD), TOLD),
        (HeldKeys(store="S1", terminal="OTHER", keys=TOLD), {}),
        (None, {}),
    ],
)
def test_keys_of_another_terminal_are_not_taken_for_this_one(
    told: HeldKeys | None, taken: dict[str, str]
) -> None:
    assert told_keys(CODE, told) == taken


def test_a_key_that_others_may_know_is_not_given_again() -> None:
    assert not needs_fresh_key(CODE, [NEW, OLD])
    assert needs_fresh_key(CODE, [replace(NEW, compromised=True), OLD])
    assert needs_fresh_key(replace(CODE, rotate=True), [NEW])


@pytest.mark.parametrize("typed", [SHOWN.text, SHOWN.text.lower(), f" {SHOWN.text.replace('-', ' ')} "])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == SHOWN
    assert read_code(typed.replace("0", "O").replace("1", "l")) == SHOWN


@pytest.mark.parametrize("typed", ["", SHOWN.text[:-1], SHOWN.text + "0", SHOWN.text[:-1] + "U", "ü" * 22])
def test_what_is_no_code_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(NoCode, match="an enrolment code has") as refused:
        read_code(typed)
    assert not typed or typed not in str(refused.value)
    assert SHOWN.secret not in repr(SHOWN)
