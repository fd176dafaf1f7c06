"""The audit trail as the page shows it, and as a spreadsheet or a program takes it."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Final, get_args

from backoffice_service.domain.access import ACTIONS
from backoffice_service.pages.sales import as_text
from backoffice_service.pages.speech import Speech
from backoffice_service.persistence.audit import Act, Noted, content_of

AT_THE_DOOR: Final[tuple[Noted, ...]] = get_args(get_args(Noted)[1])
COLUMNS: Final = ("number", "at", "person", "role", "address", "action", "store", "outcome", "details")
_ONLY_SEEN: Final = ("enter", "see_")


def choices() -> tuple[str, ...]:
    """Return what an act may be called, for the filter: looking at a page is no act."""
    done = (action for action in ACTIONS if not action.startswith(_ONLY_SEEN))
    return tuple(sorted({*done, *AT_THE_DOOR}))


def spreadsheet(acts: Iterable[tuple[int, Act]]) -> str:
    """Return acts as CSV with a head line; no text in it is a formula to any spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for number, act in acts:
        known = {**content_of(act), "number": number}
        known["details"] = json.dumps(known["details"], ensure_ascii=False, sort_keys=True)
        lines.writerow([as_text("" if known[name] is None else str(known[name])) for name in COLUMNS])
    return text.getvalue()


def as_json(acts: Iterable[tuple[int, Act]], *, more: bool) -> dict[str, object]:
    """Return acts as plain values; `more` says that older ones fit the filter too."""
    return {"acts": [{"number": number, **content_of(act)} for number, act in acts], "more": more}


WORDS: Final[Mapping[str, str]] = {
    "sign_in": "Signed in",
    "sign_out": "Signed out",
    "second_factor": "Second factor",
    "define_login": "Login and password",
    "forget_authenticator": "Forgot an authenticator",
    "open_store": "Open store",
    "close_store": "Close store",
    "cancel_day": "Take back the day",
    "close_till": "Close a till",
    "order_reprint": "Print again at the terminal",
    "decide_rescue": "Rescue session",
    "decide_letter": "Dead letter",
    "manage_store": "Settings of the store",
    "create_store": "New store",
    "approve": "Approved by somebody else",
    "keep_stock": "Stock",
    "keep_ledger": "Ledger",
    "keep_accounts": "Accounts and periods",
}
"""What acts are called on the page; one that is not here is shown as it is written down."""
OUTCOMES: Final[Mapping[str, str]] = {
    "done": "done",
    "opening": "opening",
    "open": "open",
    "closing": "closing",
    "closed": "closed",
    "cancelled": "cancelled",
    "accept": "accepted",
    "reject": "rejected",
    "repair": "repaired",
    "repaired": "repaired",
    "retried": "retried",
    "discarded": "discarded",
    "decided": "decided",
    "revoked": "cut off",
    "no access": "no access",
    "wrong password": "wrong password",
    "begun": "begun",
    "right": "right",
    "wrong": "wrong",
    "wait": "has to wait",
}
NUMBERED: Final[Mapping[str, str]] = {
    "revision": "revision %(n)s",
    "entry": "entry %(n)s",
    "document": "document %(n)s",
}
"""What came of an act; a number that was given, or the code of a rule, is shown as it is."""


def outcome_said(outcome: str, speech: Speech) -> str:
    """Return what came of an act, in the language of the page."""
    name, _, number = outcome.partition(" ")
    if name in NUMBERED and number:
        return speech.text(NUMBERED[name], n=number)
    return speech.text(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def told(details: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return an act's details in a line each; what changed is shown before → after."""
    before, after = details.get("before"), details.get("after")
    plain = [(name, _text(value)) for name, value in details.items() if value and name not in _CHANGED]
    if not isinstance(before, Mapping | None) or not isinstance(after, Mapping):
        return plain
    former = before or {}
    changed = [
        (name, _change(_text(former.get(name)), _text(value)))
        for name, value in after.items()
        if former.get(name) != value
    ]
    return [*plain, *changed]


_CHANGED: Final = ("before", "after")


def _change(before: str, after: str) -> str:
    return f"{before} → {after or '–'}" if before else after


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(one)}" for name, one in value.items())
    return "" if value is None else str(value)
