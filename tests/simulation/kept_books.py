"""What must hold of stock, accounts and rescue sessions in every run, whatever became of journals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulation.settler import claimed_by_event
from simulation.tables import Tables
from till_service.domain.sessions import Posted
from till_service.domain.till_history import amounts_of


def badly_kept(tables: Tables) -> Iterator[str]:
    """Say what of the books contradicts itself or the sessions that they are kept of."""
    yield from _failed(tables)
    yield from _out_of_balance(tables)
    for session_id in _posted(tables):
        yield from _not_as_it_is(tables, session_id)
    yield from _outstanding_twice(tables)
    yield from _asked_too_much(tables)


def _failed(tables: Tables) -> Iterator[str]:
    for session_id, steps in tables.late.steps.items():
        for step in steps:
            if step.state == "failed":
                yield f"the posting of {session_id[:8]} failed: {step.reason}"


def _out_of_balance(tables: Tables) -> Iterator[str]:
    seen: set[tuple[str, int]] = set()
    for entry in tables.late.entries:
        about = f"the entry of {entry.session_id[:8]}, revision {entry.revision},"
        sums: Counter[str] = Counter()
        for line in entry.lines:
            sums[line.currency] += line.amount
        if any(sums.values()):
            yield f"{about} is out of balance by {dict(sums)}"
        if (entry.session_id, entry.revision) in seen:
            yield f"{about} was posted twice"
        seen.add((entry.session_id, entry.revision))


def _posted(tables: Tables) -> list[str]:
    """Return the sessions of which everything is posted."""
    known = [key for key, session in tables.sessions.items() if isinstance(session, Posted)]
    late = tables.late
    steps = ((key, late.steps.get(key, ())) for key in (*known, *sorted(late.posted_rescues)))
    done = (key for key, own in steps if all(step.state == "done" for step in own))
    return [key for key in done if key not in late.to_post]


def _not_as_it_is(tables: Tables, session_id: str) -> Iterator[str]:
    moved: Counter[str] = Counter()
    for picking in tables.late.pickings:
        if picking.session_id == session_id:
            moved.update(dict(picking.pieces))
    for (owner, sku), sold in tables.products.items():
        if owner == session_id and moved[sku] != -sold.quantity:
            yield f"{-moved[sku]} of {sku} left the stock for {session_id[:8]}, which sold {sold.quantity}"
    taken: Counter[str] = Counter()
    for entry in tables.late.entries:
        lines = entry.lines if entry.session_id == session_id else ()
        for line in lines:
            taken[line.key] += line.amount if line.role == "tender" else 0
    for (owner, tender), totals in tables.tenders.items():
        if owner == session_id and taken[tender] != totals.sales - totals.refunds:
            due = totals.sales - totals.refunds
            yield f"{tender} {taken[tender]} is posted of {session_id[:8]}, which took {due}"


def _outstanding_twice(tables: Tables) -> Iterator[str]:
    for original, rescues in tables.rescues.items():
        numbers = [rescue.number for rescue in rescues]
        if numbers != [*range(1, len(numbers) + 1)] or any(rescue.outstanding for rescue in rescues[:-1]):
            yield f"the rescue sessions of {original[:8]} are {rescues}"
        for rescue in rescues:
            own = (totals for (owner, _), totals in tables.tenders.items() if owner == rescue.session_id)
            if any(totals.opening for totals in own):
                yield f"a rescue session of {original[:8]} began with money"


def _asked_too_much(tables: Tables) -> Iterator[str]:
    if tables.late.to_settle:
        return
    left = {(row.origin.hash, row.tender): row.amount for row in tables.left_money}
    for (event, tender), amount in claimed_by_event(tables.late.claims).items():
        placed = tables.placed.get(event)
        due = left.get((event, tender)) if placed is None else amounts_of(placed.body).get(tender)
        if amount != due:
            yield f"{tender} {amount} is asked for of entry {event[:8]}, which brought {due}"
