"""Which settings a session can have worked under."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tillday_checker.story import whole_story
from tillday_checker.world import Terms, World
from tillday_contracts.entries import TillStarted

Fits = Callable[[Terms], bool]


class Rules:
    """The revisions of each store's settings.

    A session works under the revision that its terminal held when it was started. That one was known to the
    store when the ledger recorded the start, and so was every older one: a terminal may be behind.
    """

    def __init__(self, world: World) -> None:
        self._terms = world.stores.terms if world.stores else {}
        recorded = {row.hash: row.recorded_at for row in world.ledger.journal} if world.ledger else {}
        self._started: dict[str, datetime | None] = {
            entry.body.session_id: recorded.get(entry.hash)
            for entry in whole_story(world)
            if isinstance(entry.body, TillStarted)
        }

    def of(self, store: str, session_id: str) -> Sequence[Terms]:
        """Return the revisions that a session can have worked under; none where settings are unknown."""
        known = self._terms.get(store, ())
        started = self._started.get(session_id)
        if started is None:
            return known
        by_then = tuple(terms for terms in known if terms.since is None or terms.since <= started)
        return by_then or known[:1]
