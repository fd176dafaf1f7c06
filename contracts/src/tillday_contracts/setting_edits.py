"""One setting of a store, as a person writes it, becomes the settings it makes. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.money import InvalidAmount, exponent, parse_minor
from tillday_contracts.piece_edits import edit_colour, edit_order, edit_pieces
from tillday_contracts.setting_values import BadSetting, Values, one_of, tender_named, with_tender
from tillday_contracts.wishes import SettingsContent, Tender

AT_ONCE: Final = "as soon as a terminal has heard of it"
AT_THE_NEXT_COUNT: Final = "at the next opening count of each till"
_ROLLOVER: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_RATE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
MODES: Final[Mapping[str, Literal["fixed", "variable", "keep_all", "move_all"]]] = {
    "fixed": "fixed",
    "variable": "variable",
    "keep-all": "keep_all",
    "move-all": "move_all",
}
SWITCH: Final[Mapping[str, bool]] = {"on": True, "off": False}
ROUNDING: Final[Mapping[str, int]] = {"none": 0, "0": 0, "5": 5, "10": 10}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that can be set: what follows its name, when it takes effect, and how."""

    usage: str
    effect: str
    edit: Callable[[SettingsContent, Values], SettingsContent]
    fewest: int = 1
    most: int = 1


def edit_settings(settings: SettingsContent, name: str, values: Values) -> SettingsContent:
    """Return the settings with one of them set anew. Raises BadSetting where it cannot be read."""
    setting = setting_named(name)
    if not setting.fewest <= len(values) <= setting.most:
        raise BadSetting(f"write: {name} {setting.usage}")
    try:
        edited = setting.edit(settings, values)
    except InvalidAmount as error:
        raise BadSetting(f"{name}: {error}") from None
    return SettingsContent.model_validate(edited.model_dump())


def setting_named(name: str) -> Setting:
    """Return a setting that can be set. Raises BadSetting with those there are."""
    setting = SETTINGS.get(name)
    if setting is None:
        known = "\n".join(f"  {known} {setting.usage}" for known, setting in SETTINGS.items())
        raise BadSetting(f'there is no setting "{name}"; there are:\n{known}')
    return setting


def _text(field: str) -> Callable[[SettingsContent, Values], SettingsContent]:
    return lambda settings, values: settings.model_copy(update={field: values[0]})


def _policy(
    field: str, read: Callable[[str], object]
) -> Callable[[SettingsContent, Values], SettingsContent]:
    def edit(settings: SettingsContent, values: Values) -> SettingsContent:
        policies = settings.policies.model_copy(update={field: read(values[0])})
        return settings.model_copy(update={"policies": policies})

    return edit


def _same(*names: str) -> Callable[[str], Any]:
    """Read a word of the settings; a hyphen stands for an underscore too."""
    return one_of({**{name.replace("_", "-"): name for name in names}, **{name: name for name in names}})


def _days(text: str) -> int:
    if not text.isdecimal():
        raise BadSetting(f'"{text}" is no number of days')
    return int(text)


def _times(text: str) -> int:
    if not text.isdecimal():
        raise BadSetting(f'"{text}" is no number of times')
    return int(text)


def _rollover(settings: SettingsContent, values: Values) -> SettingsContent:
    if _ROLLOVER.fullmatch(values[0]) is None:
        raise BadSetting(f'"{values[0]}" is no time of day: write it like 04:00')
    return settings.model_copy(update={"rollover": values[0]})


def _tolerance(settings: SettingsContent, values: Values) -> SettingsContent:
    tender = tender_named(settings, values[0])
    field = one_of({"initial": "initial_tolerance", "cash-up": "cash_up_tolerance"})(values[1])
    return with_tender(settings, tender, {field: _amount(values[2], tender.currency)})


def _float(settings: SettingsContent, values: Values) -> SettingsContent:
    till, text = values
    others = {code: amount for code, amount in settings.floats.items() if code != till}
    wanted = {} if text == "none" else {till: _amount(text, settings.currency)}
    return settings.model_copy(update={"floats": dict(sorted({**others, **wanted}.items()))})


def _keep(settings: SettingsContent, values: Values) -> SettingsContent:
    tender, mode = tender_named(settings, values[0]), one_of(MODES)(values[1])
    if (mode == "fixed") != (len(values) == 3):
        raise BadSetting("an amount belongs to fixed, and to fixed alone: keep cash fixed 150.00")
    amount = _amount(values[2], tender.currency) if mode == "fixed" else 0
    return with_tender(settings, tender, {"keep": KeepRule(mode=mode, amount=amount)})


def _rate(settings: SettingsContent, values: Values) -> SettingsContent:
    tender = tender_named(settings, values[0])
    return with_tender(
        settings, tender, {"rate": rate_of(values[1], own=settings.currency, foreign=tender.currency)}
    )


def rate_of(text: str, *, own: str, foreign: str) -> int:
    """Return millionths of an own minor unit per foreign minor unit; `text` is own per foreign, like 0.92."""
    millionths = Decimal(0)
    if _RATE.fullmatch(text) is not None:
        millionths = Decimal(text).scaleb(6 + exponent(own) - exponent(foreign))
    if millionths <= 0 or millionths != millionths.to_integral_value():
        wanted = f"how much {own} for one {foreign}, like 0.92"
        decimals = 6 + exponent(own) - exponent(foreign)
        raise BadSetting(f'"{text}" is no rate: {wanted}, with at most {decimals} decimals')
    return int(millionths)


def _receipt_head(settings: SettingsContent, values: Values) -> SettingsContent:
    lines = () if list(values) == ["none"] else tuple(values)
    return settings.model_copy(update={"receipt_head": lines})


def _add_tender(settings: SettingsContent, values: Values) -> SettingsContent:
    code, kind, name = values[:3]
    if any(tender.tender == code for tender in settings.tenders):
        raise BadSetting(f'there is a tender "{code}" already')
    fields: dict[str, Any] = {"tender": code, "kind": _same("card", "voucher", "foreign_cash")(kind)}
    if fields["kind"] == "foreign_cash":
        if len(values) != 5:
            raise BadSetting("write: add-tender cash_usd foreign-cash Dollars USD 0.92")
        currency = values[3]
        fields["rate"] = rate_of(values[4], own=settings.currency, foreign=currency)
        fields["denominations"] = STANDARD.get(currency, ())
    elif len(values) != 3:
        raise BadSetting("a currency and a rate belong to foreign cash alone")
    else:
        currency = settings.currency
    tender = Tender.model_validate(
        {**fields, "name": name, "currency": currency, "keep": KeepRule(mode="move_all")}
    )
    return settings.model_copy(update={"tenders": (*settings.tenders, tender)})


def _remove_tender(settings: SettingsContent, values: Values) -> SettingsContent:
    gone = tender_named(settings, values[0])
    return settings.model_copy(update={"tenders": tuple(t for t in settings.tenders if t != gone)})


def _amount(text: str, currency: str) -> int:
    amount = parse_minor(text, currency)
    if amount < 0:
        raise BadSetting(f"{text} is less than nothing")
    return amount


_APPROVAL: Final = ("never", "with_reason", "always")
SETTINGS: Final[Mapping[str, Setting]] = {
    "name": Setting("NAME", AT_ONCE, _text("name")),
    "locale": Setting("LOCALE, like en_GB", AT_ONCE, _text("locale")),
    "time-zone": Setting("ZONE, like Europe/Berlin", AT_ONCE, _text("time_zone")),
    "rollover": Setting("HH:MM", AT_ONCE, _rollover),
    "cash-rounding": Setting("none|5|10", AT_THE_NEXT_COUNT, _policy("cash_rounding", one_of(ROUNDING))),
    "blind-count": Setting("on|off", AT_THE_NEXT_COUNT, _policy("blind_count", one_of(SWITCH))),
    "blind-recounts": Setting("TIMES", AT_THE_NEXT_COUNT, _policy("blind_recounts", _times)),
    "initial-count": Setting(
        "required|taken-over", AT_THE_NEXT_COUNT, _policy("initial_count", _same("required", "taken_over"))
    ),
    "own-count-approval": Setting(
        "never|with-reason|always", AT_THE_NEXT_COUNT, _policy("own_count_approval", _same(*_APPROVAL))
    ),
    "max-offline-days": Setting("DAYS", AT_ONCE, _policy("max_offline_days", _days)),
    "people-max-age-days": Setting("DAYS", AT_ONCE, _policy("people_max_age_days", _days)),
    "tolerance": Setting("TENDER initial|cash-up AMOUNT", AT_THE_NEXT_COUNT, _tolerance, 3, 3),
    "float": Setting("TILL AMOUNT|none", AT_THE_NEXT_COUNT, _float, 2, 2),
    "keep": Setting("TENDER fixed|variable|keep-all|move-all [AMOUNT]", AT_THE_NEXT_COUNT, _keep, 2, 3),
    "rate": Setting("TENDER RATE", AT_THE_NEXT_COUNT, _rate, 2, 2),
    "denominations": Setting(
        "[TENDER] standard, or [TENDER] coins A,B,… notes C,D,…", AT_THE_NEXT_COUNT, edit_pieces, 1, 5
    ),
    "piece-order": Setting("[TENDER] standard, or [TENDER] A,B,C,…", AT_THE_NEXT_COUNT, edit_order, 1, 2),
    "piece-colour": Setting("[TENDER] AMOUNT COLOUR|standard", AT_THE_NEXT_COUNT, edit_colour, 2, 3),
    "receipt-head": Setting("LINE…, up to six, or none", AT_ONCE, _receipt_head, 1, 6),
    "add-tender": Setting(
        "TENDER card|voucher|foreign-cash NAME [CURRENCY RATE]", AT_THE_NEXT_COUNT, _add_tender, 3, 5
    ),
    "remove-tender": Setting("TENDER", AT_THE_NEXT_COUNT, _remove_tender),
}
"""Every setting that can be set, by the name a person writes."""
