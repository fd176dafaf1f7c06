"""Two journals of one shared till, cut into pieces that arrive in any order: the end is the same.

Each journal arrives in its own order, as its terminal sends it; which of the two comes first is chance.
"""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from till_service.domain.sessions import Closed, status_of
from unit.till_service.journals import SESSION, WrittenJournal
from unit.till_service.shared_till import Shop, close, host, joined, member, sell

AMOUNTS = st.lists(st.integers(1, 900), max_size=3)
End = tuple[dict[str, tuple[str, str]], dict[str, int], int, str, int]


def shared_day(
    own: list[int], counted: list[int], after: list[int], *, alone: bool
) -> tuple[WrittenJournal, WrittenJournal]:
    """A host and a guest; `counted` is in the host's manifest, unless it counts alone, `after` is not."""
    counter, tablet = host(), joined()
    for amount in own:
        counter.sell(amount)
    for amount in counted:
        sell(tablet, amount)
    covered = member(tablet)
    for amount in after:
        sell(tablet, amount)
    if alone:
        close(counter, 15_000 + sum(own), not_counted=("T2",))
    else:
        close(counter, 15_000 + sum(own) + sum(counted), covered)
    return counter, tablet


def pieces(journal: WrittenJournal, cuts: list[int]) -> list[tuple[WrittenJournal, bytes]]:
    """The journal in consecutive messages."""
    size = len(journal.entries)
    edges = sorted({0, size, *(cut for cut in cuts if cut < size)})
    return [(journal, journal.message(first + 1, last)) for first, last in pairwise(edges)]


def ended(shop: Shop) -> End:
    ledger = shop.ledger
    session = ledger.sessions[SESSION]
    assert isinstance(session, Closed)
    return (
        {hash_: (placed.placement, placed.session_id) for hash_, placed in ledger.placed.items()},
        {f"{owner}/{name}": t.expected for (owner, name), t in ledger.tenders.items() if t.expected},
        sum(totals.expected for totals in ledger.guest_tenders.values()),
        status_of(session),
        len(ledger.tasks),
    )


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, AMOUNTS, AMOUNTS, st.booleans(), st.data())
def test_whatever_arrives_first_every_sale_ends_in_the_same_place(
    own: list[int], counted: list[int], after: list[int], alone: bool, data: st.DataObject
) -> None:
    journals = shared_day(own, counted, after, alone=alone)
    plain = Shop(journals)
    plain.arrive(*journals)
    cuts = data.draw(st.lists(st.integers(1, 12), max_size=4))
    queues = [pieces(journal, cuts) for journal in journals]

    mixed = Shop(journals)
    while any(queues):
        queue = data.draw(st.sampled_from([queue for queue in queues if queue]))
        journal, message = queue.pop(0)
        mixed.ledger.take(journal, message)

    assert ended(mixed) == ended(plain)
    held = {placement for placement, _ in ended(plain)[0].values()}
    assert held <= ({"session"} if alone or not after else {"session", "rescue"})
