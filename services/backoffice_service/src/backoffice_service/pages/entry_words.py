"""How pages name the parts of a journal entry, and how they write what stands in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from babel.numbers import format_decimal

from backoffice_service.domain.entry_fields import MONEY, PERCENT, Money
from backoffice_service.pages.journals import WORDS
from backoffice_service.pages.speech import Speech
from tillday_contracts.money import LARGEST_AMOUNT

FIELD_NAMES: Final[Mapping[str, str]] = {
    "allowed_by": "Allowed by",
    "amount": "Amount",
    "approval": "Approval",
    "business_date": "Business date",
    "by": "By",
    "cashier": "Cashier",
    "change": "Change",
    "claims": "Late money",
    "command_id": "Command",
    "copy_no": "Number of the copy",
    "corrects": "Corrects",
    "count": "Count",
    "counted": "Counted",
    "denominations": "Coins and notes",
    "desired_rev": "Revision that asked for it",
    "difference": "Difference",
    "discount": "Discount",
    "document": "Document",
    "entry": "Entry",
    "epoch": "Epoch",
    "event": "Entry",
    "expected": "Expected",
    "follows": "Follows",
    "gross": "Sum",
    "guests": "Guests",
    "hash": "Hash",
    "host": "Host",
    "in_a_row": "Wrong ones in a row",
    "kept": "Kept in the drawer",
    "key_id": "Key",
    "kind": "Kind",
    "last_cash_up": "Last cash-up",
    "last_receipt": "Last receipt",
    "lines": "Lines",
    "list_price": "Price in the catalogue",
    "loans": "Loans from the safe",
    "manifest": "What the count covers",
    "moved": "Moved to the safe",
    "name": "Name",
    "nonce": "Mark of the start",
    "not_counted": "Not counted",
    "number": "Number",
    "opening": "Opening amount",
    "origin": "Origin",
    "outcome": "Outcome",
    "paid_in": "Paid in",
    "paid_out": "Paid out",
    "payments": "Payments",
    "person": "Person",
    "pickups": "Pickups to the safe",
    "positions": "Positions",
    "quantity": "Quantity",
    "rate": "Rate",
    "reason": "Reason",
    "receipt": "Receipt",
    "refund_of": "Refund of receipt",
    "refunds": "Refunds",
    "revision": "Revision",
    "rounding": "Rounding",
    "sales": "Sales",
    "seconds": "Seconds",
    "seq": "Sequence",
    "session_id": "Session",
    "settings_rev": "Revision of the settings",
    "sku": "Product",
    "status": "Status",
    "subject": "What was approved",
    "tax": "Tax",
    "tax_rate": "Tax rate %",
    "taxes": "Taxes",
    "tender": "Tender",
    "tendered": "Given",
    "tenders": "Tenders",
    "terminal": "Terminal",
    "till": "Till",
    "till_state": "State of the till",
    "to_hash": "Up to the hash",
    "to_seq": "Up to the sequence",
    "total": "Total",
    "turn": "Turn",
    "uncounted": "Taken over uncounted",
    "unit_price": "Unit price",
    "value": "Value",
    "version": "Version",
    "wanted": "Wanted",
}
"""Every field of an entry's contract; what is not here is none of it and stands as it came."""
ROW_NAMES: Final[Mapping[str, str]] = {
    "lines": "Line",
    "payments": "Payment",
    "tenders": "Tender",
    "taxes": "Tax",
}
CHOICE_NAMES: Final[Mapping[str, str]] = {
    "initial": "opening count",
    "cash_up": "cash-up count",
    "back_office": "back office",
    "front_office": "front office",
    "done": "done",
    "failed": "failed",
    "yes": "yes",
    "no": "no",
}
PERSONS: Final = ("by", "allowed_by", "cashier", "person")
LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class EntryWords:
    """A language, the currencies, tenders and people of a store."""

    speech: Speech
    money: Money
    names: Mapping[str, str]

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self.speech.text(FIELD_NAMES[name]) if name in FIELD_NAMES else name

    def place(self, path: str) -> str:
        """Return a place in words, as `Line 2 · Quantity`."""
        parts, said = path.split("."), list[str]()
        for part, after in zip(parts, [*parts[1:], ""], strict=True):
            if part.isdigit():
                continue
            name = (
                self.speech.text(ROW_NAMES[part])
                if after.isdigit() and part in ROW_NAMES
                else self.field(part)
            )
            said.append(f"{name} {int(after) + 1}" if after.isdigit() else name)
        return " · ".join(said)

    def choice(self, value: str) -> str:
        """Return one of the values that a contract lists."""
        known = CHOICE_NAMES.get(value) or WORDS.get(value)
        return self.speech.text(known) if known else value

    def tender(self, code: str) -> str:
        """Return a tender's name."""
        return next((one.name for one in self.money.settings.tenders if one.tender == code), code)

    def value(self, path: str, value: object, beside: Mapping[str, object]) -> str:
        """Return what stands at a place; `beside` is what stands beside it."""
        name = path.rpartition(".")[2]
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.choice("yes" if value else "no")
        if isinstance(value, int):
            return self._number(name, value, beside)
        text = str(value)
        if name == "tender":
            return self.tender(text)
        if name in PERSONS:
            return self.names.get(text, text)
        return self.choice(text) if name in ("kind", "count", "origin", "outcome") else text[:LONGEST]

    def _number(self, name: str, value: int, beside: Mapping[str, object]) -> str:
        if abs(value) > LARGEST_AMOUNT:  # no amount of anything: shown as it came
            return str(value)
        # A payment's rate is one of exchange: it stands beside a tender.
        if name in PERCENT and "tender" not in beside:
            written = format_decimal(Decimal(value) / 100, "#,##0.##", locale=self.speech.writing)
            return f"{written} %"
        if name not in MONEY:
            return str(value)
        own = self.money.settings.currency
        return self.speech.amount(
            value, own if name == "value" and "rate" in beside else self.money.currency(beside)
        )
