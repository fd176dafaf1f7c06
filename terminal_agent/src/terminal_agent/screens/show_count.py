"""What the counting screen shows: coins and notes, and the three figures that never move."""

from collections.abc import Mapping
from typing import Any

from terminal_agent.core.claims import claimed_of, with_claims
from terminal_agent.core.drafts import CountDraft
from terminal_agent.core.till import ClosingCount, OpeningCount, amount_of, expected_in
from terminal_agent.http.status import hidden
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from tillday_contracts.denominations import Denomination
from tillday_contracts.wishes import Tender

Values = dict[str, Any]


def missing_float(phase: OpeningCount, cash: str, *, blind: bool) -> int | None:
    """Return what a forced float lacks, negative where there is too much.

    What moves is no expected amount, and a blind count may say it. Into an empty drawer all of the float is
    brought: there the two are one, and None is returned.
    """
    kept = amount_of(phase.kept, cash)
    wanted = amount_of(phase.expected, cash) - claimed_of(phase.claims, cash)
    return None if blind and kept == 0 else wanted - kept


async def initial_values(stage: Stage, phase: OpeningCount, speech: Speech) -> Values:
    """Return what the initial count shows."""
    terms = phase.session.terms
    tenders = [tender for tender in terms.tenders if tender.kind in ("cash", "foreign_cash")]
    tender = _chosen(stage, tenders)
    leave = stage.visit.shown.get("float") == "leave" and phase.kept
    amounts = with_claims(phase.kept, phase.claims) if leave else phase.expected
    expected = None if hidden(stage.memory.till) else amount_of(amounts, tender.tender)
    figures = await _figures(stage, tender, expected, tender.initial_tolerance, speech)
    claimed = sum(claim.amount for claim in phase.claims if claim.tender == tender.tender)
    return {
        **figures,
        "tenders": tenders if len(tenders) > 1 else [],
        "confirm": "confirm-float",
        "claimed": speech.amount(claimed, tender.currency) if claimed and expected is not None else "",
        "may_cancel": False,
        "not_counted": (),
    }


async def closing_values(stage: Stage, phase: ClosingCount, tender: Tender, speech: Speech) -> Values:
    """Return what the count of a cash tender shows at the cash-up."""
    blind = hidden(stage.memory.till)
    expected = None if blind else expected_in(phase.totals, tender.tender)
    figures = await _figures(stage, tender, expected, tender.cash_up_tolerance, speech)
    return {
        **figures,
        "tenders": [],
        "confirm": "count-cash",
        "claimed": "",
        "may_cancel": not phase.confirmed,
        "not_counted": () if phase.confirmed else stage.parts.sharing.guests()["not_counted"],
    }


def _chosen(stage: Stage, tenders: list[Tender]) -> Tender:
    return next((tender for tender in tenders if tender.tender == stage.visit.tender), tenders[0])


async def _figures(
    stage: Stage, tender: Tender, expected: int | None, tolerance: int, speech: Speech
) -> Values:
    draft = await stage.count()
    session = stage.memory.till.session
    assert session is not None
    pieces = session.terms.shown_of(tender)
    counted = draft.total(tender.tender)
    difference = None if expected is None else counted - expected
    chosen = stage.visit.piece if any(p.value == stage.visit.piece for p, _ in pieces) else pieces[0][0].value
    shown = [_piece(piece, colour, tender=tender, draft=draft, speech=speech) for piece, colour in pieces]
    return {
        "tender": tender,
        "currency": tender.currency,
        "notes": [piece for piece in shown if piece["kind"] == "note"],
        "coins": [piece for piece in shown if piece["kind"] == "coin"],
        "chosen": chosen,
        "chosen_name": speech.piece(chosen, tender.currency),
        "chosen_quantity": draft.quantity(tender.tender, chosen),
        "expected": expected,
        "counted": counted,
        "difference": difference,
        "within": difference is not None and abs(difference) <= tolerance,
        "can_undo": bool(draft.steps),
    }


def _piece(
    piece: Denomination, colour: str, *, tender: Tender, draft: CountDraft, speech: Speech
) -> Mapping[str, object]:
    many = draft.quantity(tender.tender, piece.value)
    return {
        "value": piece.value,
        "kind": piece.kind,
        "name": speech.piece(piece.value, tender.currency),
        "quantity": many,
        "sum": speech.amount(piece.value * many, tender.currency) if many else "—",
        "paint": f"{piece.kind}-{colour}",
    }
