"""Which entries a count covers: positions in journals, known whole or from a printed report."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tillday_contracts.close_evidence import HASH_BITS
from tillday_contracts.entries import ManifestMember
from tillday_contracts.ids import epoch_code

_CODE_LENGTH: Final = 5


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a count goes in one journal. `epoch` is the whole epoch, or the CODE that stands for it.

    `proof` is the start of the hash at that position, in bits; empty where nothing was said of it.
    """

    terminal: str
    epoch: str
    to_seq: int
    proof: str = ""

    def of(self, terminal: str, epoch: str) -> bool:
        """Say whether this is the journal that is meant."""
        own = epoch_code(epoch) if len(self.epoch) == _CODE_LENGTH else epoch
        return (self.terminal, self.epoch) == (terminal, own)

    def holds(self, hash_: str) -> bool:
        """Say whether the entry at that position may be the one that the report speaks of."""
        return bits_of(hash_).startswith(self.proof)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The positions that one count covers. Membership is decided by this alone, never by arrival.

    `undecided` are guests of which nobody knows yet how far the count goes: what they sold stays.
    """

    reaches: tuple[Reach, ...]
    undecided: frozenset[str] = frozenset()

    def covers(self, terminal: str, epoch: str, seq: int) -> bool:
        """Say whether the count covers an entry."""
        return any(reach.of(terminal, epoch) and seq <= reach.to_seq for reach in self.reaches)

    def keeps(self, terminal: str, epoch: str, seq: int) -> bool:
        """Say whether an entry stays in the session: covered, or undecided."""
        return terminal in self.undecided or self.covers(terminal, epoch, seq)

    def with_guest(self, terminal: str, reaches: Iterable[Reach]) -> "Manifest":
        """Return the manifest once somebody said how far the count goes in a guest's journals."""
        if terminal not in self.undecided:
            return self
        return Manifest((*self.reaches, *reaches), self.undecided - {terminal})


def manifest(members: Iterable[ManifestMember], not_counted: Iterable[str] = ()) -> Manifest:
    """Return the manifest that a terminal's own close carries."""
    reaches = tuple(Reach(m.terminal, m.epoch, m.to_seq, bits_of(m.to_hash)) for m in members)
    return Manifest(reaches, frozenset(not_counted))


def bits_of(hash_start_hex: str) -> str:
    """Return hexadecimal digits as bits."""
    return f"{int(hash_start_hex, 16):0{4 * len(hash_start_hex)}b}"


def short_proof(start: int) -> str:
    """Return the bits that a short form names."""
    return f"{start:0{HASH_BITS}b}"
