"""What the selling and the paying screen show."""

from typing import Any, Final

from terminal_agent.core.commands import Tendered
from terminal_agent.core.till import Selling
from terminal_agent.screens.due import due_in, rest_of, round_sums
from terminal_agent.screens.in_hand import InHand, in_hand
from terminal_agent.screens.speech import Speech
from terminal_agent.screens.stage import Stage
from tillday_contracts.asks import CatalogueItem
from tillday_contracts.money import exponent

MAX_TILES: Final = 60
TINTS: Final = 8
Values = dict[str, Any]


async def selling_values(stage: Stage, speech: Speech) -> Values:
    """Return the products that are looked through, and the receipt in hand."""
    selling, hand = stage.selling, await in_hand(stage)
    categories = _categories(stage)
    items = _found(stage)
    line = selling.line if selling.line is not None and selling.line < len(hand.lines) else None
    return {
        "categories": [(name, categories[name] % TINTS) for name in categories],
        "category": selling.category,
        "search": selling.search,
        "products": [(item, categories.get(item.category or "", 7) % TINTS) for item in items[:MAX_TILES]],
        "more_products": max(0, len(items) - MAX_TILES),
        "hand": hand,
        "line": line,
        "editing": _editing(stage, hand, line),
        "done": selling.done,
        "training": selling.training,
        "waiting": len(parked(stage, hand.receipt)),
        "digits": exponent(speech.currency),
    }


def _categories(stage: Stage) -> dict[str, int]:
    names = dict.fromkeys(item.category for item in stage.memory.catalogue.values() if item.category)
    return {name: at for at, name in enumerate(names)}


def _found(stage: Stage) -> list[CatalogueItem]:
    selling = stage.selling
    words = selling.search.casefold().split()
    return [
        item
        for item in stage.memory.catalogue.values()
        if (not selling.category or item.category == selling.category)
        and all(word in f"{item.name} {item.sku} {item.barcode or ''}".casefold() for word in words)
    ]


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
