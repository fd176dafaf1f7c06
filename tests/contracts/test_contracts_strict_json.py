"""Bytes from outside: what the journal takes, what it refuses, and how long that takes."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tillday_contracts.entries import BODIES, UnknownEntryType, encode_entry, read_body, read_envelope
from tillday_contracts.example_entries import envelope, sale
from tillday_contracts.journal import (
    MAX_DEPTH,
    MAX_ENTRY_BYTES,
    MalformedBytes,
    canonical,
    chain_hash,
    digest_of,
    message_mac,
    strict_json,
)

HOSTILE = {
    "a key named twice": b'{"a":1,"a":2}',
    "a key named twice further inside": b'{"b":[{"a":1,"a":1}]}',
    "a float": b'{"a":1.0}',
    "a float with an exponent": b'{"a":1e2}',
    "a number beyond every range": b'{"a":1e400}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":Infinity}',
    "minus Infinity": b'{"a":-Infinity}',
    "an integer of 400 digits": b'{"a":' + b"9" * 400 + b"}",
    "NUL as a byte": b'{"a":"\x00"}',
    "NUL as an escape": b'{"a":"\\u0000"}',
    "NUL behind an escaped backslash": b'{"a":"\\\\\\u0000"}',
    "a lone high surrogate": b'{"a":"\\ud800"}',
    "a lone low surrogate": b'{"a":"\\uDFFF"}',
    "a surrogate as bytes": b'{"a":"\xed\xa0\x80"}',
    "bad UTF-8": b'{"a":"\xff"}',
    "cut in the middle of a letter": '{"a":"ñ'.encode()[:-1],
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "half an object": b'{"a":',
    "nothing": b"",
    "a list": b"[1]",
    "a number": b"1",
    "null": b"null",
    "two objects": b"{}{}",
    "a comment": b"{}//",
    "a single quote": b"{'a':1}",
    "a raw control character": b'{"a":"\x1b[2J"}',
    "too deep": b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1),
    "as deep as the stack": b'{"a":' + b"[" * 15_000 + b"]" * 15_000 + b"}",
    "too long": b'{"a":"' + b"x" * MAX_ENTRY_BYTES + b'"}',
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_bytes_are_refused_in_words(name: str) -> None:
    with pytest.raises(MalformedBytes):
        strict_json(HOSTILE[name])


def test_an_escaped_backslash_before_u_is_a_text_like_any_other() -> None:
    assert strict_json(b'{"a":"\\\\u0000"}') == {"a": "\\u0000"}


def test_the_greatest_allowed_depth_is_read() -> None:
    assert strict_json(b'{"a":' * (MAX_DEPTH - 1) + b"{}" + b"}" * (MAX_DEPTH - 1))


@pytest.mark.fuzz
@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise_anything_else(data: bytes) -> None:
    with contextlib.suppress(MalformedBytes):
        strict_json(data)


@pytest.mark.fuzz
@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_json_is_either_read_exactly_or_refused(content: dict[str, object]) -> None:
    text = json.dumps(content, ensure_ascii=False)
    try:
        read = strict_json(text.encode("utf-8", "surrogatepass"))
    except MalformedBytes:
        return
    assert read == content


@pytest.mark.fuzz
@given(st.dictionaries(st.text(), st.integers(-(10**12), 10**12) | st.text() | st.booleans(), max_size=6))
def test_what_is_written_canonically_is_read_back(content: dict[str, object]) -> None:
    try:
        data = canonical(content)
    except MalformedBytes:
        assert any("\x00" in part or any("\ud800" <= c <= "\udfff" for c in part) for part in _texts(content))
        return
    assert strict_json(data) == content
    assert canonical(dict(reversed(content.items()))) == data


def _texts(content: dict[str, object]) -> list[str]:
    return [part for pair in content.items() for part in pair if isinstance(part, str)]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
@pytest.mark.fuzz
def test_text_that_nobody_could_read_back_is_never_written(text: str) -> None:
    with pytest.raises(MalformedBytes, match="NUL or a surrogate"):
        canonical({"name": text})


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


def test_an_entry_is_read_back_from_its_bytes() -> None:
    read = read_envelope(encode_entry(envelope()))

    assert read == envelope()
    assert read_body(read) == sale()


def test_the_place_in_the_chain_depends_on_key_predecessor_and_bytes() -> None:
    key, prev, data = b"k" * 32, "0" * 64, b"{}"
    links = {chain_hash(key, prev, data), chain_hash(b"l" * 32, prev, data)}
    links |= {chain_hash(key, "1" * 64, data), chain_hash(key, prev, b"{ }"), message_mac(key, data)}

    assert len(links) == 5


def test_an_entry_of_an_unknown_type_is_told_from_a_malformed_one() -> None:
    strange = envelope().model_copy(update={"type": "SALUTE"})

    with pytest.raises(UnknownEntryType, match="SALUTE"):
        read_body(strange)


def test_an_entry_of_a_future_major_version_is_unknown() -> None:
    with pytest.raises(UnknownEntryType, match="v2"):
        read_body(envelope().model_copy(update={"v": 2}))


@pytest.mark.parametrize("seq", [0, -1, 2**63, 1.0, "8", True])
def test_a_position_is_a_whole_number_from_one(seq: object) -> None:
    content = {**envelope().model_dump(mode="json"), "seq": seq}

    with pytest.raises((ValidationError, MalformedBytes)):
        read_envelope(json.dumps(content).encode())


@pytest.mark.parametrize("name", sorted(BODIES))
def test_an_empty_body_fits_no_type(name: str) -> None:
    with pytest.raises(ValidationError):
        read_body(envelope().model_copy(update={"type": name, "body": {}}))
