"""What somebody types or scans from a till's printed cash-up report."""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from tillday_contracts.close_messages import (
    Evidence,
    NoEvidence,
    ScannedReport,
    TypedMember,
    TypedReport,
    TypedTender,
)
from tillday_contracts.money import InvalidAmount, parse_minor

BOTH: Final = "Scan the report's code or type its amounts, not both."
NOTHING_COUNTED: Final = "Type what was counted too, of every tender that you filled in."
NO_AMOUNT: Final = "Write amounts like 190.00, as they stand on the report."
NO_MEMBER: Final = "Write each terminal as it stands under the report's code: T1 AB12C 0123456789AB."
TOO_LONG: Final = "That is no report's code: it is too long. Scan it again."
_POINT: Final = re.compile(r",(?=[0-9]{1,2}$)")
"""A comma before one or two last digits is a decimal one; before three it might part thousands."""


class UnreadableForm(ValueError):
    """What was typed is no report; the text says what to do, as a sentence of the pages."""


def evidence_of(form: Mapping[str, str], currencies: Mapping[str, str]) -> Evidence:
    """Return what a form tells of the printed report; blank fields are not told.

    `currencies` by tender. Amounts stand in `counted-TENDER` and `kept-TENDER`, the terminals that the report
    covers in `members`, a line each, its code in `qr`. Raises UnreadableForm.
    """
    qr, members = form.get("qr", "").strip(), form.get("members", "").strip()
    counted, kept = _filled(form, "counted-", currencies), _filled(form, "kept-", currencies)
    if qr and (counted or kept or members):
        raise UnreadableForm(BOTH)
    if qr:
        return _scanned(qr)
    if not set(kept) <= set(counted) or (members and not counted):
        raise UnreadableForm(NOTHING_COUNTED)
    if not counted:
        return NoEvidence()
    tenders = tuple(
        TypedTender(tender=tender, counted=amount, kept=kept.get(tender))
        for tender, amount in counted.items()
    )
    return TypedReport(tenders=tenders, members=_members(members))


def with_point(text: str) -> str:
    """Return an amount as somebody typed it with a decimal point."""
    return _POINT.sub(".", text)


def _filled(form: Mapping[str, str], start: str, currencies: Mapping[str, str]) -> dict[str, int]:
    typed = {tender: form.get(start + tender, "").strip() for tender in currencies}
    return {tender: _amount(text, currencies[tender]) for tender, text in typed.items() if text}


def _amount(text: str, currency: str) -> int:
    try:
        return parse_minor(with_point(text), currency)
    except InvalidAmount:
        raise UnreadableForm(NO_AMOUNT) from None


def _scanned(qr: str) -> ScannedReport:
    try:
        return ScannedReport(payload=qr)
    except ValidationError:
        raise UnreadableForm(TOO_LONG) from None


def _members(text: str) -> tuple[TypedMember, ...]:
    return tuple(_member(line) for line in text.splitlines() if line.strip())


def _member(line: str) -> TypedMember:
    try:
        terminal, code, *short = line.replace(":", " ").split()
        return TypedMember(terminal=terminal.upper(), code=code.upper(), short_form="".join(short))
    except ValueError:
        raise UnreadableForm(NO_MEMBER) from None
