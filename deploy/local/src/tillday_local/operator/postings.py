"""What `tillday posting` does: show how far sessions are posted, try one again, waive what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.account_messages import EntryLine
from tillday_contracts.messages import Done
from tillday_contracts.money import plain_minor
from tillday_contracts.posting_messages import (
    PostedEntry,
    Posting,
    PostingList,
    PostingShown,
)
from tillday_contracts.stock_messages import Picking
from tillday_local.operator.tables import headed_table, minute, rows_table

LINES = ("Account", "What", "Of", "Debit", "Credit", "Currency")


def listed(answer: PostingList) -> list[RenderableType]:
    """Return the postings as a table, and how many wait or failed."""
    columns = ("Session", "Kind", "Till", "Business date", "State", "Revision", "Reason")
    table = headed_table(f"Postings of {answer.store}", *columns)
    for one in answer.postings:
        table.add_row(*_row(one))
    counts = Text(
        f"{answer.waiting} wait and {answer.failed} failed; ./tillday posting show SESSION tells more."
    )
    return [table, counts]


def _row(one: Posting) -> tuple[str, ...]:
    reason = one.reason or (
        "" if one.waived_by is None else f"waived by {one.waived_by}: {one.waived_because}"
    )
    date_, revision = one.business_date.isoformat(), str(one.revision or "")
    return one.session_id, one.kind, one.till, date_, one.state, revision, reason


def shown(answer: PostingShown) -> list[RenderableType]:
    """Return a session's posting: its steps, pickings and entries."""
    one = answer.posting
    facts = [
        ("Session", one.session_id),
        ("Till", one.till),
        ("Business date", one.business_date.isoformat()),
    ]
    facts += [("State", one.state), ("Reason", one.reason or "")]
    steps = [
        (str(s.revision), s.step, s.state, str(s.attempts), minute(s.at), s.owner, s.reason or "")
        for s in answer.steps
    ]
    columns = ("Revision", "Step", "State", "Attempts", "When", "By", "Reason")
    parts: list[RenderableType] = [
        rows_table("Posting", ("", "What is known"), facts),
        rows_table("Steps", columns, steps),
    ]
    parts += [picking_table(picking) for picking in answer.pickings]
    return parts + [_entry(entry) for entry in answer.entries]


def picking_table(picking: Picking) -> RenderableType:
    """Return a picking with its moves."""
    of = f", receipt {picking.receipt}" if picking.receipt else ""
    title = f"Picking {picking.document} at {picking.location}, revision {picking.revision}{of}"
    rows = [(move.sku, move.name, str(move.quantity)) for move in picking.moves]
    return rows_table(title, ("Product", "Name", "Quantity"), rows)


def _entry(entry: PostedEntry) -> RenderableType:
    moved = f" ({entry.date_reason})" if entry.date_reason else ""
    title = f"Entry {entry.entry} of {entry.entry_date}, revision {entry.revision}{moved}"
    return rows_table(title, LINES, list(line_rows(entry.lines)))


def line_rows(lines: tuple[EntryLine, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of an entry as people read them."""
    for line in lines:
        amount = plain_minor(abs(line.amount), line.currency)
        sides = (amount, "") if line.amount > 0 else ("", amount)
        yield line.account, line.role.replace("_", " "), line.key, *sides, line.currency


def retried(_: Done) -> list[RenderableType]:
    """Say that it is tried."""
    return [Text("It is tried now; ./tillday posting show SESSION tells what came of it.")]


def waived(_: Done) -> list[RenderableType]:
    """Say that it is posted all the same."""
    return [Text("It is posted as it is; what arrives later becomes an entry of its own.")]
