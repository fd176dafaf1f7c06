"""What is printed on a cash-up report is read back as it was meant, and a slip of the finger is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillday_contracts.close_evidence import (
    UnreadableEvidence,
    close_code,
    hash_start,
    read_close_code,
    read_short_form,
    short_form,
)
from tillday_contracts.example_entries import till_closed
from tillday_contracts.ids import CROCKFORD

HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(seq=st.integers(1, 2**25 - 1), fingerprint=HASHES)
def test_a_short_form_names_a_position_in_twelve_characters(seq: int, fingerprint: str) -> None:
    form = short_form(seq, fingerprint)

    assert len(form) == 12
    assert read_short_form(form) == (seq, hash_start(fingerprint))


@given(
    seq=st.integers(1, 2**25 - 1),
    fingerprint=HASHES,
    place=st.integers(0, 10),
    letter=st.sampled_from(CROCKFORD),
)
def test_one_wrong_character_is_noticed(seq: int, fingerprint: str, place: int, letter: str) -> None:
    form = short_form(seq, fingerprint)
    distance = abs(CROCKFORD.index(letter) - CROCKFORD.index(form[place]))
    typed = form[:place] + letter + form[place + 1 :]

    if distance in (0, 31):
        return  # the same character, or the one pair that 31 remainders cannot tell apart
    with pytest.raises(UnreadableEvidence, match="12 characters"):
        read_short_form(typed)


def test_a_short_form_is_read_however_people_write_it() -> None:
    form = short_form(1, "0" * 64)

    assert read_short_form(f" {form[:4]}-{form[4:8].lower()} {form[8:]}".replace("0", "O")) == (1, 0)


def test_the_code_of_a_report_says_what_the_close_said() -> None:
    closed = till_closed()

    printed = read_close_code(close_code(closed))

    assert (printed.session, printed.number) == (closed.session_id, closed.number)
    assert [t[2] for t in printed.tenders] == [t.counted for t in closed.tenders]
    assert [m[2] for m in printed.manifest] == [m.to_seq for m in closed.manifest]


@pytest.mark.parametrize("code", ["", "https://example.org", '{"v":1}', '{"v":2,"session":"x"}'])
def test_another_code_is_refused_with_what_to_scan(code: str) -> None:
    with pytest.raises(UnreadableEvidence, match="Scan the square code"):
        read_close_code(code)
