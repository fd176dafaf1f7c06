"""A store like another one, with what a form says of it. Pure."""

from collections.abc import Mapping
from typing import Final

from backoffice_service.domain.setting_forms import edited, place_edits
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.wishes import Policies, SettingsContent, Tender

COPIED: Final = ("tenders", "coins", "counts", "catalogue")
"""What may be taken over from the pattern, as the form's `copy-…` fields name it."""
Form = Mapping[str, str]


def new_store(pattern: SettingsContent, form: Form) -> SettingsContent:
    """Return the settings of a new store. Raises BadSetting or pydantic's ValidationError.

    In another currency, coins and notes are those of that one, and foreign cash stays behind: its rates
    would mean another money. Floats belong to tills, of which there are none yet.
    """
    currency = form.get("currency", pattern.currency).strip().upper()
    is_same = currency == pattern.currency
    of_coins = is_same and copies(form, "coins")
    settings = SettingsContent.model_validate(
        {
            "store": form.get("code", "").strip().upper(),
            "name": pattern.name,
            "currency": currency,
            "time_zone": pattern.time_zone,
            "rollover": pattern.rollover,
            "locale": pattern.locale,
            "denominations": pattern.denominations if of_coins else STANDARD.get(currency, ()),
            "looks": pattern.looks if of_coins else (),
            "tenders": tenders_in(currency, pattern, form),
            "policies": pattern.policies if copies(form, "counts") else Policies(),
        }
    )
    return edited(settings, place_edits(form))


def copies(form: Form, part: str) -> bool:
    """Whether a part of the pattern is to be taken over."""
    return bool(form.get(f"copy-{part}"))


def tenders_in(currency: str, pattern: SettingsContent, form: Form) -> tuple[Tender, ...]:
    """Return the new store's tenders: those of the pattern that have a meaning there, or its cash alone."""
    if not copies(form, "tenders"):
        (cash,) = (one for one in pattern.tenders if one.kind == "cash")
        rule = KeepRule(mode="variable")
        return (Tender(tender=cash.tender, name=cash.name, kind="cash", currency=currency, keep=rule),)
    if currency == pattern.currency:
        return pattern.tenders
    own = (one for one in pattern.tenders if one.kind != "foreign_cash")
    return tuple(one.model_copy(update={"currency": currency}) for one in own)
