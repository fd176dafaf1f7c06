"""What the steps of the cash-up show, in the order in which they come."""

from typing import Any

from terminal_agent.core.cash_up import keep_choices
from terminal_agent.core.till import ClosingCount, expected_in
from terminal_agent.http.status import hidden
from terminal_agent.screens.show_count import closing_values
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from tillday_contracts.arithmetic import kept_amount
from tillday_contracts.entries import TenderConfirmed
from tillday_contracts.money import exponent
from tillday_contracts.wishes import Tender

Values = dict[str, Any]


async def closing_screen(stage: Stage, phase: ClosingCount, speech: Speech) -> tuple[str, Values]:
    """Return the step that is next: cash by pieces, other tenders, amounts to keep, summary."""
    terms = phase.session.terms
    done = {part.tender: part for part in phase.confirmed}
    left = [tender for tender in terms.tenders if tender.tender not in done]
    cash = next((tender for tender in left if tender.kind == "cash"), None)
    pieces = cash or next((tender for tender in left if tender.kind == "foreign_cash"), None)
    if pieces is not None:
        return "count.html", await closing_values(stage, phase, pieces, speech)
    if left:
        return "tenders.html", _tender_values(stage, phase, left, done)
    kept = stage.visit.shown.get("keep")
    chosen: dict[str, int] = kept if isinstance(kept, dict) else {}
    asked = next((part for part in keep_choices(phase) if part.tender not in chosen), None)
    if asked is not None:
        return "keep.html", _keep_values(phase, asked)
    rows = [_row(phase, tender, done, chosen) for tender in terms.tenders]
    return "summary.html", {"rows": rows, **stage.parts.sharing.guests()}


def _tender_values(
    stage: Stage, phase: ClosingCount, left: list[Tender], done: dict[str, TenderConfirmed]
) -> Values:
    typing = next((tender for tender in left if tender.tender == stage.visit.tender), None)
    return {
        "rows": [
            {
                "tender": tender,
                "expected": None if hidden(stage.memory.till) else expected_in(phase.totals, tender.tender),
                "done": done.get(tender.tender),
            }
            for tender in phase.session.terms.tenders
        ],
        "typing": typing,
        "digits": exponent(typing.currency) if typing is not None else 2,
        "may_cancel": not phase.confirmed,
        **stage.parts.sharing.guests(),
    }


def _keep_values(phase: ClosingCount, asked: TenderConfirmed) -> Values:
    tender = phase.session.terms.tender(asked.tender)
    assert tender is not None
    return {"tender": tender, "counted": asked.counted, "digits": exponent(tender.currency)}


def _row(
    phase: ClosingCount, tender: Tender, done: dict[str, TenderConfirmed], chosen: dict[str, int]
) -> Values:
    part = done[tender.tender]
    kept = kept_amount(tender.keep, part.counted, chosen.get(tender.tender, 0))
    return {
        "tender": tender,
        "expected": part.expected,
        "counted": part.counted,
        "difference": part.difference,
        "kept": kept,
        "moved": part.counted - kept,
        "approved_by": part.approval.by if part.approval is not None else "",
    }
