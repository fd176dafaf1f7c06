"""From table rows to the domain's words."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from till_service.domain.closes import BackClose, Close, Evidence, GuestWord, NoClose, ReportedTender
from till_service.domain.manifest import Manifest, Reach
from till_service.domain.routing import Origin, Placed, TenderEvent
from till_service.domain.sessions import Closed, SessionFacts, TillSession, restore
from till_service.domain.streams import Stamp, Stream, StreamId, Terminal
from tillday_contracts.arithmetic import TenderTotals
from tillday_contracts.entries import (
    ManifestMember,
    Movement,
    Sale,
    TenderCount,
    read_body,
    read_envelope,
)
from tillday_contracts.topics import TerminalAddress

TENDERS: Final = TypeAdapter(tuple[TenderCount, ...])
MANIFEST: Final = TypeAdapter(tuple[ManifestMember, ...])


def address_of(row: Any) -> TerminalAddress:
    """Return the terminal that a row belongs to."""
    return TerminalAddress(row["store"], row["terminal"])


def terminal_of(row: Any, keys: Sequence[Any]) -> Terminal:
    """Return a registered terminal with its keys."""
    return Terminal(
        address=address_of(row),
        till=row["till"],
        keys={key["key_id"]: key["key"] for key in keys},
        current_epoch=row["current_epoch"],
        revoked=row["revoked"],
        compromised=frozenset(key["key_id"] for key in keys if key["compromised"]),
    )


def stream_of(row: Any) -> Stream:
    """Return a stream with its key."""
    return Stream(
        id=StreamId(address_of(row), row["epoch"]),
        key_id=row["key_id"],
        key=row["key"],
        upto=row["upto"],
        head_hash=row["head_hash"].hex(),
        last_receipt=row["last_receipt"],
        last_cash_up=row["last_cash_up"],
    )


def stamp_of(row: Any) -> Stamp:
    """Return the stamp of a ledger transaction."""
    return Stamp(row["timeline"], row["c"])


def session_of(row: Any) -> TillSession:
    """Return a session; its close comes from the same row (`close_hash` is null where there is none)."""
    facts = SessionFacts(
        session_id=row["session_id"],
        store=row["store"],
        terminal=row["terminal"],
        till=row["till"],
        business_date=row["business_date"],
        opened_by=row["opened_by"],
        epoch=row["epoch"],
        start_seq=row["start_seq"],
        late=row["late"],
        recovered=row["recovered"],
        turn=row["turn"],
    )
    close = _close_of(row) if row["close_hash"] is not None else None
    session = restore(facts, row["status"], close, back=_back_of(row), no_close=_no_close_of(row))
    return replace(session, guests=_guest_words_of(row)) if isinstance(session, Closed) else session


def _back_of(row: Any) -> BackClose | None:
    if row.get("back_number") is None:
        return None
    return BackClose(
        row["back_number"], row["back_by"], row["back_reason"], row["back_at"], _evidence_of(row)
    )


def _evidence_of(row: Any) -> Evidence | None:
    if row["evidence_hash"] is None:
        return None
    return Evidence(
        hash=row["evidence_hash"].hex(),
        kind=row["evidence_kind"],
        by=row["evidence_by"],
        at=row["evidence_at"],
        tenders=tuple(ReportedTender(*told) for told in json.loads(row["evidence_tenders"])),
        manifest=_reported_manifest(row),
    )


def _reported_manifest(row: Any) -> Manifest | None:
    if row["evidence_reaches"] is None:
        return None
    return Manifest(_reaches_of(row["evidence_reaches"]), frozenset(row["evidence_not_counted"] or ()))


def _no_close_of(row: Any) -> NoClose | None:
    if row.get("no_close_by") is None:
        return None
    covered = Manifest(_reaches_of(row["no_close_reaches"] or "[]"))
    return NoClose(row["no_close_by"], row["no_close_reason"], row["no_close_at"], covered)


def _reaches_of(reaches: str) -> tuple[Reach, ...]:
    return tuple(Reach(*reach) for reach in json.loads(reaches))


def _guest_words_of(row: Any) -> tuple[GuestWord, ...]:
    said = json.loads(row.get("guest_words") or "[]")
    return tuple(
        GuestWord(
            terminal, by, reason, datetime.fromisoformat(at), tuple(Reach(terminal, *reach) for reach in told)
        )
        for terminal, by, reason, at, told in said
    )


def _close_of(row: Any) -> Close:
    return Close(
        hash=row["close_hash"].hex(),
        number=row["number"],
        by=row["closed_by"],
        at=row["closed_at"],
        tenders=TENDERS.validate_json(row["tenders"]),
        manifest=MANIFEST.validate_json(row["manifest"]),
        not_counted=tuple(row["not_counted"]),
    )


def tenders_json(close: Close) -> str:
    """Return a close's figures for the table."""
    return json.dumps([tender.model_dump(mode="json") for tender in close.tenders])


def manifest_json(close: Close) -> str:
    """Return a close's manifest for the table."""
    return json.dumps([member.model_dump(mode="json") for member in close.manifest])


def totals_of(row: Any) -> TenderTotals:
    """Return one tender's totals."""
    return TenderTotals(**{name: row[name] for name in TenderTotals._fields})


def placed_of(row: Any) -> Placed:
    """Return a placed entry, read again from its bytes: those of its repair, where it was repaired."""
    envelope = read_envelope(row["data"])
    body = tender_event(row["data"])
    origin = Origin(
        hash=row["hash"].hex(),
        store=row["store"],
        terminal=row["terminal"],
        epoch=row["epoch"],
        seq=row["seq"],
        quarantine=row["quarantine"],
        at=envelope.at,
    )
    return Placed(origin, body, row["placement"], row["session_id"], row["reason"], accepted=row["accepted"])


def tender_event(data: bytes) -> TenderEvent:
    """Return the sale or movement that an entry's bytes tell of."""
    body = read_body(read_envelope(data))
    assert isinstance(body, Sale | Movement)
    return body
