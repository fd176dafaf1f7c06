"""What a person writes in the place of an entry."""

import json
from collections.abc import Mapping
from typing import Final, NoReturn

NO_BODY: Final = "Write the whole entry as it is to count, in the form in which it stands here."


class UnreadableBody(ValueError):
    """What was written is no entry's content; the text says what to do, as a sentence of the pages."""


def body_of(text: str) -> dict[str, object]:
    """Return the content that somebody wrote. Raises UnreadableBody."""
    try:
        body = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnreadableBody(NO_BODY) from None
    if not isinstance(body, dict) or not body:
        raise UnreadableBody(NO_BODY)
    return body


def written(body: Mapping[str, object]) -> str:
    """Return an entry's content as a person may change it."""
    return json.dumps(body, indent=2, ensure_ascii=False)


def _refuse(_constant: str) -> NoReturn:
    raise ValueError
