"""What `tillday desk` does: show the dead-letter desk and carry decisions to it."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from rich.console import RenderableType
from rich.text import Text

from tillday_contracts.desk_messages import (
    Change,
    DeadLetter,
    DeadLetterDecided,
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_local.operator.asking import Asking, NothingToAsk
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.tables import headed_table, minute, rows_table
from tillday_local.service_client import CommandRefused

SHOWN_DIGITS = 12
SHOWN_BYTES = 2_000
WAY = "./tillday desk show LETTER tells more; retry, repair or discard closes it"
Decision = RetryDeadLetter | RepairDeadLetter | DiscardDeadLetter


async def list_letters(asking: Asking, state: Literal["open", "closed", "all"]) -> int:
    """Show what a store's desk holds, page after page."""
    letters: list[DeadLetter] = []
    after: str | None = None
    async with find_broker_login(asking.where).connect() as client:
        while True:
            question = DeadLetters(store=asking.store, state=state, after=after)
            page = await client.ask(question, DeadLetterList)
            letters += page.letters
            if not page.more:
                break
            after = page.letters[-1].digest
    answer = DeadLetterList(store=asking.store, letters=tuple(letters))
    asking.show(answer, *listed(answer, state))
    return 0


def listed(answer: DeadLetterList, state: str) -> list[RenderableType]:
    """Return the letters as a table, and what to do with them."""
    if not answer.letters:
        return [
            Text("Nothing waits on the dead-letter desk." if state == "open" else "There is no such letter.")
        ]
    table = headed_table(
        f"Dead-letter desk of {answer.store}", "Letter", "Since", "Seen", "From", "Entry", "Reason", "Closed"
    )
    for letter in answer.letters:
        closed = letter.closed
        table.add_row(
            letter.digest[:SHOWN_DIGITS],
            minute(letter.first_seen),
            f"{letter.attempts}×, last {minute(letter.last_seen)}",
            letter.subject.split(".")[2],
            str(letter.place.seq) if letter.place is not None else "",
            letter.reason,
            "" if closed is None else f"{closed.outcome} {minute(closed.at)} {closed.by or ''}".strip(),
        )
    return [table] if state == "closed" else [table, Text(WAY)]


async def show_letter(asking: Asking, digest: str) -> int:
    """Show one letter with its bytes, the entry in it, and what was decided."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await client.ask(ShowDeadLetter(store=asking.store, digest=digest), DeadLetterShown)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, *shown(answer))
    return 0


def shown(answer: DeadLetterShown) -> list[RenderableType]:
    """Return all that is known of one letter."""
    letter, place, closed = answer.letter, answer.letter.place, answer.letter.closed
    facts: list[tuple[str, object]] = [
        ("Letter", letter.digest),
        ("Subject", letter.subject),
        ("Reason", letter.reason),
        ("First seen", minute(letter.first_seen)),
        ("Last seen", f"{minute(letter.last_seen)}, {letter.attempts} times"),
    ]
    if place is not None:
        proof = (
            "proven by the terminal's key" if place.proven else "proven by no key: its position is not taken"
        )
        facts += [("Epoch, entry", f"{place.epoch}, {place.seq}"), ("Hash", place.hash), ("Origin", proof)]
    if closed is not None:
        by = " and ".join(name for name in (closed.by, closed.approved_by) if name) or "nobody"
        facts.append(("Closed", f"{closed.outcome} {minute(closed.at)} by {by}: {closed.reason}"))
    tables: list[RenderableType] = [rows_table("Dead letter", ("", "What is known"), facts)]
    if answer.repair:
        tables.append(changes_table(answer.repair))
    return [*tables, Text(_content(answer))]


def changes_table(changes: tuple[Change, ...]) -> RenderableType:
    """Return what a repair changed, a row for each difference."""
    rows = [(change.path, json.dumps(change.before), json.dumps(change.after)) for change in changes]
    return rows_table("Repair", ("Where", "Before", "After"), rows)


def _content(shown: DeadLetterShown) -> str:
    if shown.entry is not None:
        return f"{shown.entry_type} {json.dumps(shown.entry, indent=1, ensure_ascii=True)}"
    body = base64.b64decode(shown.body)
    rest = f" … and {len(body) - SHOWN_BYTES} bytes more" if len(body) > SHOWN_BYTES else ""
    # As ASCII it holds no control byte that could move the reader's screen.
    return f"Bytes: {body[:SHOWN_BYTES]!a}{rest}"


def read_body(path: Path) -> dict[str, object]:
    """Read the body of a repair, `-` for standard input; raises NothingToAsk."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as error:
        raise NothingToAsk(f"{path} holds no JSON object: {error}") from None
    if not isinstance(content, dict):
        raise NothingToAsk(f"{path} holds no JSON object; desk show --json tells the present one as `entry`")
    return content


async def retry(asking: Asking, digest: str, *, reason: str) -> int:
    """Try a letter once more."""
    return await _decide(asking, RetryDeadLetter, {"digest": digest, "reason": reason})


async def repair(asking: Asking, digest: str, *, reason: str, approved_by: str, body: Path) -> int:
    """Give an entry another body."""
    named = {"digest": digest, "reason": reason, "approved_by": approved_by, "body": read_body(body)}
    return await _decide(asking, RepairDeadLetter, named)


async def discard(asking: Asking, digest: str, *, reason: str) -> int:
    """Close a letter without an effect."""
    return await _decide(asking, DiscardDeadLetter, {"digest": digest, "reason": reason})


async def _decide(asking: Asking, kind: type[Decision], named: Mapping[str, object]) -> int:
    try:
        async with find_broker_login(asking.where).connect() as client:
            command = kind.model_validate({**asking.command(), **named})
            answer = await client.ask(command, DeadLetterDecided)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    said = Text(f"The letter {answer.digest[:SHOWN_DIGITS]} is closed: {answer.closed}.")
    asking.show(answer, said, *([changes_table(answer.changes)] if answer.changes else []))
    return 0
