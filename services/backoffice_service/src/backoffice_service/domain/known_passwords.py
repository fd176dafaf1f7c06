"""Passwords that guessers try first, though they are long enough."""

import re
from typing import Final

WORDS: Final = frozenset(
    {
        "admin",
        "administrator",
        "cashier",
        "changeme",
        "charlie",
        "computer",
        "contrasena",
        "contraseña",
        "dragon",
        "flower",
        "football",
        "iloveyou",
        "letmein",
        "login",
        "manager",
        "master",
        "michael",
        "monkey",
        "operator",
        "passwort",
        "password",
        "princess",
        "qwerty",
        "qwertyuiop",
        "qwertzuiop",
        "secret",
        "starwars",
        "sunshine",
        "superman",
        "supervisor",
        "tillday",
        "trustno",
        "welcome",
        "whatever",
    }
)
ROWS: Final = (
    "0123456789" * 3,
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)
LONGEST_UNIT: Final = 4
_AS_LETTERS: Final = str.maketrans("@430$51!7", "aaeossiit")
_AT_THE_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def is_known(password: str) -> bool:
    """Whether it is a common word in disguise, a run along a keyboard, or one piece again and again."""
    folded = password.casefold()
    return _repeats(folded) or _runs(folded) or _is_a_word(folded)


def _repeats(text: str) -> bool:
    return any((text[:size] * len(text))[: len(text)] == text for size in range(1, LONGEST_UNIT + 1))


def _runs(text: str) -> bool:
    return any(text in row or text in row[::-1] for row in ROWS)


def _is_a_word(text: str) -> bool:
    bare = _AT_THE_ENDS.sub("", text)
    for one in (bare, _AT_THE_ENDS.sub("", text.translate(_AS_LETTERS)), bare.translate(_AS_LETTERS)):
        half = one[: len(one) // 2]
        if one in WORDS or (half in WORDS and one == half * 2):
            return True
    return False
