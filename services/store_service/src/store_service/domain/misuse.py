"""Misused credentials in words: who tried to speak for a terminal, how and how often."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final, NamedTuple

from tillday_contracts.identity_messages import Misuse
from tillday_contracts.topics import TerminalAddress

WAYS: Final[Mapping[Misuse, str]] = {
    "wrong_secret": "with a wrong password",
    "ended_credential": "with a credential that has ended",
    "wrong_client_id": "under a client id that is not the terminal's",
    "wrong_door": "at the door of the services",
    "wrong_code": "with a wrong enrolment code",
    "used_code": "with an enrolment code that has ended",
}
MOST_WAYS: Final = 3


class Kind(NamedTuple):
    """Attempts that are counted together: at one terminal, in one way, from one address of the network."""

    address: TerminalAddress
    misuse: Misuse
    host: str


def by_terminal(counted: Mapping[Kind, int]) -> dict[TerminalAddress, dict[Kind, int]]:
    """Return what was counted, terminal by terminal, in the order of their codes."""
    found: defaultdict[TerminalAddress, dict[Kind, int]] = defaultdict(dict)
    for kind in sorted(counted, key=lambda kind: (kind.address.store, kind.address.terminal)):
        found[kind.address][kind] = counted[kind]
    return dict(found)


def in_words(ways: Mapping[Kind, int]) -> str:
    """Return what the alarm of one terminal says: the most frequent ways first, three at most."""
    often = sorted(ways.items(), key=lambda way: (-way[1], way[0].misuse, way[0].host))
    told = [f"{times} × {WAYS[kind.misuse]} from {kind.host}" for kind, times in often[:MOST_WAYS]]
    more = f", and {len(often) - MOST_WAYS} other ways" if len(often) > MOST_WAYS else ""
    return f"Turned away at the broker: {', '.join(told)}{more}."
