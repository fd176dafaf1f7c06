"""Streams: how far the ledger knows a terminal's journal, and which transaction of which writer knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tillday_contracts.ids import ZERO_HASH
from tillday_contracts.journal import chain_hash, same
from tillday_contracts.topics import TerminalAddress


class Stamp(NamedTuple):
    """The ledger transaction of one writer: its timeline and its count there."""

    timeline: str
    c: int


class StreamId(NamedTuple):
    """One epoch of one terminal: what most tables of a batch are looked up by."""

    address: TerminalAddress
    epoch: str


@dataclass(frozen=True, slots=True)
class Terminal:
    """A registered terminal and the keys its journals may be chained with, by key id.

    What a key of `compromised` proves may be anybody's: it is kept, and decided by a person.
    """

    address: TerminalAddress
    till: str
    keys: Mapping[str, bytes]
    current_epoch: str | None = None
    revoked: bool = False
    compromised: frozenset[str] = frozenset()


class Stream(NamedTuple):
    """What the ledger holds of one epoch: everything up to `upto`, whose hash is `head_hash`."""

    id: StreamId
    key_id: str
    key: bytes
    upto: int = 0
    head_hash: str = ZERO_HASH
    last_receipt: int = 0
    last_cash_up: int = 0

    def upto_entry(self, seq: int, hash_: str) -> "Stream":
        """Return the same stream with one entry more."""
        return Stream(self.id, self.key_id, self.key, seq, hash_, self.last_receipt, self.last_cash_up)


class Held(NamedTuple):
    """The hash at a position, and the stamp of the transaction that consumed the position."""

    hash: str
    stamp: Stamp


def proving_key(keys: Mapping[str, bytes], prev: str, data: bytes, claimed: str) -> str | None:
    """Return the id of the key that chains the bytes to `claimed`, None when no key does."""
    return next((key_id for key_id, key in keys.items() if same(chain_hash(key, prev, data), claimed)), None)
