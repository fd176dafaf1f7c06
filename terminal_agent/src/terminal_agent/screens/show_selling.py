"""What the selling and the paying screen show."""

from typing import Any

from terminal_agent.core.commands import Tendered
from terminal_agent.core.till import Selling
from terminal_agent.screens.due import due_in, rest_of, round_sums
from terminal_agent.screens.in_hand import InHand, in_hand
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from terminal_agent.screens.tiles import TINTS, categories_of, tiles_of
from tillday_contracts.money import exponent

Values = dict[str, Any]


async def selling_values(stage: Stage, speech: Speech) -> Values:
    """Return the products that are looked through, and the receipt in hand."""
    selling, hand = stage.selling, await in_hand(stage)
    categories = categories_of(stage)
    line = selling.line if selling.line is not None and selling.line < len(hand.lines) else None
    return {
        "categories": [(name, categories[name] % TINTS) for name in categories],
        "category": selling.category,
        "search": selling.search,
        "tiles": tiles_of(stage, speech),
        "hand": hand,
        "line": line,
        "editing": _editing(stage, hand, line),
        "done": done_now(stage),
        "training": selling.training,
        "waiting": len(parked(stage, hand.receipt)),
        "digits": exponent(speech.currency),
    }


def done_now(stage: Stage) -> Values | None:
    """Return the receipt that was just done, and where its paper is by now; None where none was."""
    done = stage.selling.done
    number = done.get("number") if done is not None else None
    return {**done, "print": stage.paper_of(number)} if done is not None and number else done


def _editing(stage: Stage, hand: InHand, line: int | None) -> str:
    editing = stage.selling.editing
    needs_line = editing in ("quantity", "price", "discount")
    return "" if (needs_line and line is None) or not hand.wanted else editing


def parked(stage: Stage, in_hand_now: str | None) -> list[Any]:
    """Return the receipts that wait, the one in hand aside."""
    return [known for name, known in stage.memory.pending.items() if name != in_hand_now]


async def paying_values(stage: Stage, running: Selling, speech: Speech) -> Values:
    """Return what is due, in which tenders, and in which round sums."""
    hand, given = await in_hand(stage), stage.selling.payments
    terms = running.session.terms
    cash = terms.cash
    due_cash = due_in(hand.total, given, running, cash.tender) if cash is not None else 0
    return {
        "hand": hand,
        "total": hand.total,
        "rest": rest_of(hand.total, given, running),
        "given": [_given(part, running, speech) for part in given],
        "cash": cash,
        "sums": round_sums(due_cash, running) if cash is not None and due_cash > 0 else (),
        "due_cash": due_cash,
        "others": [tender for tender in terms.tenders if tender.kind in ("card", "voucher")],
        "foreign": [
            (tender, due_in(hand.total, given, running, tender.tender))
            for tender in terms.tenders
            if tender.kind == "foreign_cash" and tender.rate
        ],
        "training": stage.selling.training,
        "digits": exponent(speech.currency),
    }


def _given(part: Tendered, running: Selling, speech: Speech) -> tuple[str, str]:
    tender = running.session.terms.tender(part.tender)
    name, currency = (tender.name, tender.currency) if tender is not None else (part.tender, None)
    return name, speech.amount(part.amount, currency)
