"""Passwords that guessers try first are refused, however long they are."""

import hashlib
from pathlib import Path

import pytest

from backoffice_service.breached import BreachedList
from backoffice_service.domain.known_passwords import is_known


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd!2024",
        "123456789012",
        "098765432109",
        "qwertyuiopas",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "Administrator1",
        "...Iloveyou2026",
        "welcomewelcome",
    ],
)
def test_what_guessers_try_first_is_known(password: str) -> None:
    assert is_known(password)


@pytest.mark.parametrize("password", ["a long enough password", "correct horse", "tillday-operator-1"])
def test_others_are_not(password: str) -> None:
    assert not is_known(password)


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.mark.parametrize(("ending", "size"), [("\n", 1), ("\r\n", 2), (":37\n", 2), (":1\r\n", 501), ("", 1)])
def test_a_list_of_breached_passwords_holds_each_of_its_lines_and_no_other(
    tmp_path: Path, ending: str, size: int
) -> None:
    words = [f"word {number}" for number in range(size)]
    file = tmp_path / "breached.txt"
    file.write_bytes("".join(sorted(digest(word) + ending for word in words)).encode())

    held = BreachedList(file)

    assert all(held.holds(word) for word in words)
    assert not any(held.holds(f"other {number}") for number in range(50))


def test_without_a_list_or_with_an_empty_one_nothing_is_held(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()

    assert not BreachedList(None).holds("word")
    assert not BreachedList(tmp_path / "empty.txt").holds("word")
