"""Bytes are cut into commands the way a printer does it."""

from hypothesis import given
from hypothesis import strategies as st

from terminal_agent.hardware.commands import split


def test_text_feeds_and_commands_are_pieces_of_their_own() -> None:
    pieces, rest = split(b"\x1b@Hi\n\x1bp\x00\x32\x32\x1dV\x01")
    assert pieces == (b"\x1b@", b"Hi", b"\n", b"\x1bp\x00\x32\x32", b"\x1dV\x01")
    assert rest == b""


def test_a_command_cut_short_waits_for_its_end() -> None:
    assert split(b"ab\x1bp\x00") == ((b"ab",), b"\x1bp\x00")
    assert split(b"\x1d(k\x05\x001P0") == ((), b"\x1d(k\x05\x001P0")


def test_a_code_takes_as_many_bytes_as_it_says_whatever_they_are() -> None:
    command = b"\x1d(k\x08\x001P0\x1bp\x00\x01\x02"
    assert split(command + b"x") == ((command, b"x"), b"")


def test_a_raster_takes_width_times_height() -> None:
    command = b"\x1dv0\x00\x02\x00\x03\x00" + b"\x1b" * 6
    assert split(command + b"\n") == ((command, b"\n"), b"")


@given(st.binary(max_size=200))
def test_no_byte_is_lost_or_made_up(data: bytes) -> None:
    pieces, rest = split(data)
    assert b"".join(pieces) + rest == data


@given(st.binary(max_size=120), st.integers(0, 120))
def test_it_does_not_matter_in_what_portions_bytes_arrive(data: bytes, at: int) -> None:
    first, rest = split(data[:at])
    second, left = split(rest + data[at:])
    whole, whole_left = split(data)
    assert b"".join((*first, *second)) == b"".join(whole)
    assert left == whole_left
