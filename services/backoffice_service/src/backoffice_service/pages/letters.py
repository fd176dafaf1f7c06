"""What the page of a dead letter shows of its bytes."""

import json
from base64 import b64decode
from typing import Final

from tillday_contracts.desk_messages import DeadLetterShown

SHOWN_BYTES: Final = 2000


def content_of(shown: DeadLetterShown) -> str:
    """Return the entry where it can be read, else the first bytes as hexadecimal digits, sixteen a line."""
    if shown.entry is not None:
        return json.dumps(shown.entry, indent=2, ensure_ascii=False)
    data = b64decode(shown.body)[:SHOWN_BYTES]
    return "\n".join(data[start : start + 16].hex(" ") for start in range(0, len(data), 16))
