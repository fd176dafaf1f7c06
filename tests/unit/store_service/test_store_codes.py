"""Codes of terminals and tills: printed numbers of the two kinds are never alike."""

import pytest

from store_service.domain.codes import refusal_of_terminal
from store_service.domain.wishes import Terminal

KNOWN = (Terminal("S1", "T1", "TILL1", "Counter 1"), Terminal("S1", "T2", "TILL2", "Counter 2"))


@pytest.mark.parametrize(
    ("terminal", "till", "code", "text"),
    [
        ("T3", "T3", "code_taken", 'different codes, both are "T3"'),
        ("TILL2", "TILL3", "code_taken", '"TILL2" is the code of a till already'),
        ("T3", "T1", "code_taken", '"T1" is the code of a terminal already'),
        ("T3", "TILL2", "till_taken", 'The till "TILL2" belongs to the terminal "T2"'),
        ("T1", "TILL9", "terminal_has_other_till", '"T1" exists already with the till "TILL1"'),
    ],
)
def test_a_code_that_is_taken_is_refused(terminal: str, till: str, code: str, text: str) -> None:
    refusal = refusal_of_terminal(KNOWN, terminal, till)
    assert refusal is not None
    assert refusal.code == code
    assert text in refusal.text


def test_new_codes_and_repeats_are_let_in() -> None:
    assert refusal_of_terminal(KNOWN, "T3", "TILL3") is None
    assert refusal_of_terminal(KNOWN, "T1", "TILL1") is None


def test_a_terminal_of_before_the_rule_still_gets_its_secrets() -> None:
    assert refusal_of_terminal((Terminal("S1", "T1", "T1", "Counter 1"),), "T1", "T1") is None
