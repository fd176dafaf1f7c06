"""Which settings a session can have worked under."""

from collections.abc import Callable, Sequence
from datetime import datetime

from tillday_checker.store_rows import Terms
from tillday_checker.story import whole_story
from tillday_checker.world import World
from tillday_contracts.entries import TillStarted

Fits = Callable[[Terms], bool]


class Rules:
    """The revisions of each store's settings.

    A session works under the revision that its terminal held when it was started, and its journal says which.
    Where it does not: that one was known to the store when the ledger recorded the start, and so was every
    older one, for a terminal may be behind.
    """

    def __init__(self, world: World) -> None:
        self._terms = world.stores.terms if world.stores else {}
        recorded = {row.hash: row.recorded_at for row in world.ledger.journal} if world.ledger else {}
        started = [(entry, entry.body) for entry in whole_story(world) if isinstance(entry.body, TillStarted)]
        self._said = {body.session_id: body.settings_rev for _, body in started}
        self._started: dict[str, datetime | None] = {
            body.session_id: recorded.get(entry.hash) for entry, body in started
        }

    def of(self, store: str, session_id: str) -> Sequence[Terms]:
        """Return the revisions that a session can have worked under; none where settings are unknown."""
        known = self._terms.get(store, ())
        said = tuple(terms for terms in known if terms.rev == self._said.get(session_id))
        started = self._started.get(session_id)
        if said or started is None:
            return said or known
        by_then = tuple(terms for terms in known if terms.since is None or terms.since <= started)
        return by_then or known[:1]
