"""Settings in the words in which people set them: tables, and what differs between two revisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from rich.console import Group, RenderableType
from rich.text import Text

from tillday_contracts.denominations import Denomination
from tillday_contracts.money import exponent, plain_minor
from tillday_contracts.store_messages import SettingsAnswer
from tillday_contracts.wishes import SettingsContent, Tender
from tillday_local.operator.tables import rows_table

OF_A_TENDER: Final = ("keep", "tolerance", "rate", "denominations")


def settings_tables(answer: SettingsAnswer) -> RenderableType:
    """Return a store's settings for people."""
    settings = answer.settings
    title = f"{settings.name} ({settings.store}), revision {answer.revision}"
    return Group(
        rows_table(title, ("Setting", "Value"), (*_facts(settings), *_floats(settings))),
        rows_table(
            "Tenders",
            ("Tender", "Name", "Kind", "Currency", "Rate", "Keep", "Tolerance initial", "cash-up"),
            [_tender_row(tender, settings.currency) for tender in settings.tenders],
        ),
        *(Text(_pieces(t.currency, t.denominations)) for t in settings.tenders if t.denominations),
    )


def differences(before: SettingsContent, after: SettingsContent) -> Iterator[str]:
    """Yield what differs between two revisions, one `setting: before → after` each."""
    old, new = _spelt_out(before), _spelt_out(after)
    for setting in (*old, *(added for added in new if added not in old)):
        if old.get(setting) != new.get(setting) and _tells(setting, old, new):
            yield f"{setting}: {old.get(setting, 'none')} → {new.get(setting, 'none')}"


def _spelt_out(settings: SettingsContent) -> dict[str, str]:
    return dict((*_facts(settings), *_floats(settings), *_tender_facts(settings)))


def _tells(setting: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Say whether a setting is told by itself: of a tender that is new or gone, one line is enough."""
    word, _, rest = setting.partition(" ")
    tender = f"tender {rest.split(' ')[0]}"
    return word not in OF_A_TENDER or not rest or (tender in old) == (tender in new)


def _facts(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    policies = settings.policies
    yield "name", settings.name
    yield "currency", settings.currency
    yield "time-zone", settings.time_zone
    yield "rollover", settings.rollover
    yield "locale", settings.locale
    yield "denominations", _pieces(settings.currency, settings.denominations)
    yield "cash-rounding", str(policies.cash_rounding or "none")
    yield "blind-count", "on" if policies.blind_count else "off"
    yield "blind-recounts", str(policies.blind_recounts)
    yield "initial-count", policies.initial_count.replace("_", "-")
    yield "own-count-approval", policies.own_count_approval.replace("_", "-")
    yield "max-offline-days", str(policies.max_offline_days)
    yield "people-max-age-days", str(policies.people_max_age_days)
    yield "catalogue", f"revision {settings.catalogue_rev}"


def _floats(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    for till, amount in sorted(settings.floats.items()):
        yield f"float {till}", plain_minor(amount, settings.currency)


def _tender_facts(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    for tender in settings.tenders:
        code, name, kind, currency, rate, keep, initial, cash_up = _tender_row(tender, settings.currency)
        yield f"tender {code}", f"{name}, {kind} in {currency}"
        yield f"keep {code}", keep
        yield f"tolerance {code} initial", initial
        yield f"tolerance {code} cash-up", cash_up
        if tender.kind == "foreign_cash":
            yield f"rate {code}", rate
            yield f"denominations {code}", _pieces(currency, tender.denominations)


def _tender_row(tender: Tender, own: str) -> tuple[str, ...]:
    keep = tender.keep
    amount = f" {plain_minor(keep.amount, tender.currency)}" if keep.mode == "fixed" else ""
    return (
        tender.tender,
        tender.name,
        tender.kind.replace("_", " "),
        tender.currency,
        "" if tender.rate is None else rate_text(tender.rate, own=own, foreign=tender.currency),
        keep.mode.replace("_", "-") + amount,
        plain_minor(tender.initial_tolerance, tender.currency),
        plain_minor(tender.cash_up_tolerance, tender.currency),
    )


def rate_text(rate: int, *, own: str, foreign: str) -> str:
    """Return a rate as people write it: how much of the store's money for one of the other."""
    per_one = Decimal(rate).scaleb(exponent(foreign) - exponent(own) - 6)
    return f"{per_one.normalize():f}"


def _pieces(currency: str, pieces: Sequence[Denomination]) -> str:
    kinds = (
        f"{kind}s {', '.join(plain_minor(p.value, currency) for p in pieces if p.kind == kind) or 'none'}"
        for kind in ("coin", "note")
    )
    return f"{currency}: {'; '.join(kinds)}"
