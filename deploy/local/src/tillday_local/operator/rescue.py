"""What `tillday rescue` does: show what came late to closed tills, and carry decisions to the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    NamedCount,
    RejectRescued,
    RepairRescued,
    RescueClosed,
    RescueDecided,
    RescueDecision,
    RescueEntry,
    RescueJournals,
    RescueJournalsShown,
    RescueSessionList,
    RescueSessions,
    RescueShown,
    SeenEntry,
    ShowRescue,
)
from tillday_contracts.store_messages import SettingsAnswer, StoreSettings
from tillday_local.operator.asking import Asking
from tillday_local.operator.connection import find_broker_login
from tillday_local.operator.desk import changes_table, read_body
from tillday_local.operator.rescue_choices import Choice, chosen_entry, chosen_rescue
from tillday_local.operator.rescue_tables import listed, shown, side_by_side
from tillday_local.service_client import CommandRefused, ServiceClient

Deciding = AcceptRescued | RejectRescued | RepairRescued


@dataclass(frozen=True, slots=True)
class Repair:
    """Another body for a late entry, and who stands for it."""

    body: Path
    approved_by: str
    reason: str
    count: NamedCount | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why late entries are no sales, whether anybody paid, and where the money lay."""

    reason: str
    no_cash: bool = False
    count: NamedCount | None = None


async def list_rescues(asking: Asking, state: str) -> int:
    """List the rescue sessions of a store."""
    async with find_broker_login(asking.where).connect() as client:
        answer = await _sessions(client, asking, state)
        settings = await _settings(client, asking)
    asking.show(answer, *listed(answer, settings.settings))
    return 0


async def show_rescue(asking: Asking, name: str) -> int:
    """Show one rescue session with everything in it."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            answer = await _shown(client, asking, name)
            settings = await _settings(client, asking)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, *shown(answer, settings.settings))
    return 0


async def show_journals(asking: Asking, name: str, entry: str) -> int:
    """Show the counts of the till, and both journals side by side, around one late entry."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            now = await _shown(client, asking, name)
            chosen = chosen_entry(now.entries, entry)
            session = now.session.session_id
            question = RescueJournals(store=asking.store, session_id=session, entry=chosen.entry)
            answer = await client.ask(question, RescueJournalsShown)
            settings = await _settings(client, asking)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, *side_by_side(answer, settings.settings))
    return 0


async def accept(
    asking: Asking, name: str, choice: Choice, *, reason: str | None, count: NamedCount | None
) -> int:
    """Let late entries count."""
    return await _decide(asking, name, choice, (AcceptRescued, {"reason": reason, "count": count}))


async def reject(asking: Asking, name: str, choice: Choice, said: Rejection) -> int:
    """Decide that late entries are no sales."""
    return await _decide(asking, name, choice, (RejectRescued, asdict(said)))


async def repair(asking: Asking, name: str, entry: str, repaired: Repair) -> int:
    """Let a late entry count with another body."""
    said = {
        "body": read_body(repaired.body),
        "approved_by": repaired.approved_by,
        "reason": repaired.reason,
        "count": repaired.count,
    }
    return await _decide(asking, name, Choice((entry,)), (RepairRescued, said))


async def _decide(
    asking: Asking, name: str, choice: Choice, act: tuple[type[Deciding], Mapping[str, object]]
) -> int:
    kind, said = act
    try:
        async with find_broker_login(asking.where).connect() as client:
            now = await _shown(client, asking, name)
            seen = tuple(_seen(entry) for entry in choice.of(now.entries))
            entries = {"entry": seen[0]} if kind is RepairRescued else {"entries": seen}
            named = {**asking.command(), "session_id": now.session.session_id, **entries, **said}
            answer = await client.ask(kind.model_validate(named), RescueDecided)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    changes = [changes_table(answer.changes)] if answer.changes else []
    asking.show(answer, f"{now.session.name} is {answer.status}; {_left(answer)}.", *changes)
    return 0


def _left(answer: RescueDecided) -> str:
    if not answer.undecided:
        return "everything in it is decided: rescue close closes it"
    return f"{answer.undecided} of its entries wait for a word"


async def close(asking: Asking, name: str) -> int:
    """Close a rescue session under its number."""
    try:
        async with find_broker_login(asking.where).connect() as client:
            session = chosen_rescue((await _sessions(client, asking, "all")).sessions, name)
            command = CloseRescue.model_validate({**asking.command(), "session_id": session.session_id})
            answer = await client.ask(command, RescueClosed)
    except CommandRefused as error:
        return asking.refused(error.refusal)
    asking.show(answer, f"{session.name} is closed as {answer.number}.")
    return 0


def _seen(entry: RescueEntry) -> SeenEntry:
    return SeenEntry(entry=entry.entry, decision=0 if entry.decision is None else entry.decision.number)


async def _shown(client: ServiceClient, asking: Asking, name: str) -> RescueShown:
    """Return a rescue session with all its pages in one."""
    session = chosen_rescue((await _sessions(client, asking, "all")).sessions, name)
    entries: list[RescueEntry] = []
    history: list[RescueDecision] = []
    while True:
        after = entries[-1].entry if entries else None
        question = ShowRescue(store=asking.store, session_id=session.session_id, after=after)
        page = await client.ask(question, RescueShown)
        entries += page.entries
        history += page.history
        if not page.more:
            return RescueShown(session=page.session, entries=tuple(entries), history=tuple(history))


async def _sessions(client: ServiceClient, asking: Asking, state: str) -> RescueSessionList:
    question = RescueSessions.model_validate({"store": asking.store, "state": state})
    return await client.ask(question, RescueSessionList)


async def _settings(client: ServiceClient, asking: Asking) -> SettingsAnswer:
    return await client.ask(StoreSettings(store=asking.store), SettingsAnswer)
