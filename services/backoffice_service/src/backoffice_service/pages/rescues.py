"""What the pages of rescue sessions show: orders with their cashiers, payments, goods, decisions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice_service.pages.speech import Speech
from tillday_contracts.rescue_messages import RescueDecision, RescueEntry, RescueShown, RescueTender
from tillday_contracts.wishes import SettingsContent

SHOWN_DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How amounts in a store's tenders are written."""

    speech: Speech
    settings: SettingsContent

    def each(self, tenders: Sequence[RescueTender]) -> list[tuple[str, str]]:
        """Return name and amount of each tender."""
        return [self._one(one) for one in tenders]

    def _one(self, told: RescueTender) -> tuple[str, str]:
        known = next((one for one in self.settings.tenders if one.tender == told.tender), None)
        if known is None:
            return told.tender, self.speech.amount(told.amount)
        return known.name, self.speech.amount(told.amount, known.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One late entry. `decision` numbers the one that is shown, 0 where nobody decided."""

    entry: str
    name: str
    at: datetime
    cashier: str
    terminal: str
    lost_journal: bool
    what: tuple[str, ...]
    payments: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    late_because: str
    verdict: str
    said: str
    decision: int

    @property
    def waits(self) -> bool:
        """Whether nobody decided, and whoever takes all that wait takes it too."""
        return not self.decision and not self.lost_journal


def order_rows(entries: Sequence[RescueEntry], amounts: Amounts, names: Mapping[str, str]) -> list[OrderRow]:
    """Return the entries of a rescue session as lines."""
    return [_row(one, amounts, names) for one in entries]


def _row(one: RescueEntry, amounts: Amounts, names: Mapping[str, str]) -> OrderRow:
    decision, speech = one.decision, amounts.speech
    return OrderRow(
        entry=one.entry,
        name=str(one.body.get("number") or one.entry[:SHOWN_DIGITS]),
        at=one.at,
        cashier=names.get(one.by, one.by),
        terminal=one.terminal,
        lost_journal=one.quarantine,
        what=tuple(_what(one, speech)),
        payments=tuple(amounts.each(one.tenders)),
        places=tuple(_places(one, speech)),
        late_because=speech.text(one.reason) if one.reason else "",
        verdict=decision.verdict if decision else "",
        said=_said(decision, names, speech) if decision else "",
        decision=decision.number if decision else 0,
    )


def _what(one: RescueEntry, speech: Speech) -> Iterator[str]:
    if one.kind == "sale":
        yield from (f"{quantity} × {name}" for name, quantity in _lines(one))
    elif one.kind == "movement":
        yield speech.text(str(one.body.get("kind", "")).replace("_", " ") or "movement")
        if reason := one.body.get("reason"):
            yield str(reason)
    else:
        yield speech.text("moved at a count of a lost journal")


def _lines(one: RescueEntry) -> Iterator[tuple[str, int]]:
    lines = one.body.get("lines")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict) and isinstance(quantity := line.get("quantity"), int):
            yield str(line.get("name", "")), quantity


def _places(one: RescueEntry, speech: Speech) -> Iterator[str]:
    seen = {place.count.kind if place.count else "next" for place in one.places}
    for kind, text in (
        ("opening", "opening count"),
        ("cash_up", "cash-up count"),
        ("next", "the next count"),
    ):
        if kind in seen:
            yield speech.text(text)


def _said(decision: RescueDecision, names: Mapping[str, str], speech: Speech) -> str:
    who = [names.get(each, each) for each in (decision.by, decision.approved_by) if each]
    parts = [", ".join(who), decision.reason or ""]
    if decision.no_cash:
        parts.append(speech.text("nobody paid"))
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """One decision on one entry, the last of which holds."""

    name: str
    at: datetime
    verdict: str
    said: str


def decision_rows(shown: RescueShown, names: Mapping[str, str], speech: Speech) -> list[DecisionRow]:
    """Return every decision on the entries of a page, the newest first."""
    numbers = {one.entry: str(one.body.get("number") or one.entry[:SHOWN_DIGITS]) for one in shown.entries}
    return [
        DecisionRow(
            name=numbers.get(one.entry, one.entry[:SHOWN_DIGITS]),
            at=one.at,
            verdict=speech.text(one.verdict),
            said=_said(one, names, speech),
        )
        for one in sorted(shown.history, key=lambda one: (one.at, one.number), reverse=True)
    ]


def goods_of(entries: Sequence[RescueEntry]) -> list[tuple[str, int]]:
    """Return what the sales that were not rejected move out of the stock, by product name."""
    counted: Counter[str] = Counter()
    for one in entries:
        if one.kind == "sale" and not (one.decision and one.decision.verdict == "rejected"):
            counted.update(dict(_summed(one)))
    return sorted(counted.items())


def _summed(one: RescueEntry) -> Counter[str]:
    summed: Counter[str] = Counter()
    for name, quantity in _lines(one):
        summed[name] += quantity
    return summed
