"""Which of its keys a terminal writes with when it starts."""

from collections.abc import Collection

from terminal_agent.core.chain import Identity


def turning(
    identity: Identity, held: str, *, pending: int, given_up: Collection[str]
) -> tuple[Identity, bool]:
    """Return whom to write as from this start on, and whether that begins a new epoch.

    `held` is the id of the key that the newest epoch is chained with, `pending` how much of the journal is
    not acknowledged. A new key is taken once all that the old one chained is sent; until then the old one
    goes on. One that others may know is left at once: what it chained and was not sent waits in the back
    office for a person.
    """
    if held not in identity.former:
        return identity, False
    if pending and held not in given_up:
        return identity.going_on_with(held), False
    return identity, True
