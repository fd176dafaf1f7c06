"""The journal on the wire: canonical bytes, the hash chain and the strict reading of foreign bytes."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, NoReturn

from pydantic import ConfigDict, Field

from tillday_contracts.ids import Epoch, Hash, Sequence
from tillday_contracts.model import Part

MAX_ENTRY_BYTES: Final = 32 * 1024
MAX_BATCH_ENTRIES: Final = 256
MAX_BATCH_BYTES: Final = 256 * 1024
MAX_MESSAGE_BYTES: Final = 512 * 1024
HISTORY_WINDOW: Final = 64
MAX_DEPTH: Final = 12

_FORBIDDEN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F])")


class MalformedBytes(ValueError):
    """Bytes that are not the strict JSON this protocol speaks; the text says which rule they break."""


def canonical(content: Mapping[str, object]) -> bytes:
    """Return the one byte form of a JSON object: sorted keys, no spaces, UTF-8 unescaped.

    Raises MalformedBytes for text that strict_json would refuse: nothing is stored that cannot be sent.
    """
    text = _CANONICAL.encode(content)
    if _holds_forbidden_text(text):
        raise MalformedBytes("holds a NUL or a surrogate")
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedBytes("holds a NUL or a surrogate") from None


def digest_of(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of the canonical bytes, 64 hex digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def chain_hash(key: bytes, prev: str, data: bytes) -> str:
    """Return HMAC-SHA256(key, prev ‖ data): an entry's place in the chain and its idempotency key."""
    return _mac(key, bytes.fromhex(prev) + data)


def message_mac(key: bytes, data: bytes) -> str:
    """Return the MAC of a message that is no journal entry (HELLO)."""
    # The prefix keeps such a MAC from ever being taken for an entry's hash: prev is 32 bytes, this is not.
    return _mac(key, b"tillday-message\x00" + data)


def _mac(key: bytes, data: bytes) -> str:
    mac = _keyed(key).copy()
    mac.update(data)
    return mac.hexdigest()


@lru_cache(maxsize=2**12)
def _keyed(key: bytes) -> hmac.HMAC:
    """Return the MAC of nothing: to begin with a key takes longer than the bytes of an entry do."""
    return hmac.new(key, digestmod="sha256")


def same(left: str, right: str) -> bool:
    """Compare two hashes or MACs in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def strict_json(data: bytes, *, limit: int = MAX_ENTRY_BYTES) -> dict[str, object]:
    """Read one JSON object, or raise MalformedBytes.

    Refused: more than `limit` bytes, invalid UTF-8, duplicate keys, floats, NaN and Infinity, NUL and
    surrogate escapes (PostgreSQL text cannot hold them), nesting deeper than MAX_DEPTH, all but an object.
    """
    if len(data) > limit:
        raise MalformedBytes(f"{len(data)} bytes where at most {limit} are allowed")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedBytes(f"not UTF-8 at byte {error.start}") from None
    if _holds_forbidden_text(text):
        raise MalformedBytes("holds a NUL or a surrogate escape")
    try:
        content = _STRICT.decode(text)
    except RecursionError:
        raise MalformedBytes(f"nested deeper than {MAX_DEPTH}") from None
    except json.JSONDecodeError as error:
        raise MalformedBytes(f"not JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(content, dict):
        raise MalformedBytes("not a JSON object")
    if text.count("{") + text.count("[") > MAX_DEPTH:  # fewer brackets cannot be nested deeper
        _check_depth(content)
    return content


def _holds_forbidden_text(text: str) -> bool:
    return "\x00" in text or ("\\u" in text and _FORBIDDEN_ESCAPE.search(text) is not None)


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise MalformedBytes("an object names a key twice")
    return content


def _no_float(text: str) -> NoReturn:
    raise MalformedBytes(f"{text[:20]} is no integer")


@lru_cache(maxsize=2**12)
def _small_int(text: str) -> int:
    """Read an integer: the same few come again and again."""
    if len(text) > 20:
        raise MalformedBytes("an integer of more than 20 digits")
    return int(text)


_CANONICAL: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_float=_no_float, parse_constant=_no_float, parse_int=_small_int
)


def _check_depth(content: dict[str, object]) -> None:
    level: list[Any] = [content]
    for _ in range(MAX_DEPTH):
        parts = (part.values() if type(part) is dict else part for part in level)
        # The reader makes plain dictionaries and lists, and nothing else that holds anything.
        level = [child for part in parts for child in part if type(child) is dict or type(child) is list]
        if not level:
            return
    raise MalformedBytes(f"nested deeper than {MAX_DEPTH}")


class WireEntry(Part):
    """One journal entry as it travels: claimed position, chain, and the bytes that were hashed, unchanged.

    `data` is raw bytes in Python and URL-safe base64 in JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    seq: Sequence
    prev: Hash
    hash: Hash
    data: bytes


class JournalBatch(Part):
    """Consecutive entries of one epoch, oldest first; `quarantine` for entries of an epoch that was left."""

    v: Literal[1] = 1
    boot_no: Annotated[int, Field(strict=True, ge=1)]
    epoch: Epoch
    quarantine: bool = False
    entries: Annotated[tuple[WireEntry, ...], Field(min_length=1, max_length=MAX_BATCH_ENTRIES)]
