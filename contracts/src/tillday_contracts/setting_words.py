"""Settings in the words in which people set them, and what differs between two revisions."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tillday_contracts.denominations import Denomination
from tillday_contracts.money import exponent, plain_minor
from tillday_contracts.piece_looks import PieceLook, in_order, is_usual_order
from tillday_contracts.wishes import SettingsContent, Tender

NONE: Final = "none"
STANDARD_LOOK: Final = "standard"
OF_A_TENDER: Final = ("keep", "tolerance", "rate", "denominations", "piece-order", "piece-colour")


class SettingDifference(NamedTuple):
    """A setting by its name, e.g. `tolerance cash initial`, before and after a change."""

    setting: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.setting}: {self.before} → {self.after}"


def differences(before: SettingsContent, after: SettingsContent) -> Iterator[SettingDifference]:
    """Yield what differs between two revisions."""
    old, new = _spelt_out(before), _spelt_out(after)
    for setting in (*old, *(added for added in new if added not in old)):
        if old.get(setting) != new.get(setting) and _tells(setting, old, new):
            yield SettingDifference(setting, old.get(setting, NONE), new.get(setting, NONE))


def _spelt_out(settings: SettingsContent) -> dict[str, str]:
    return dict((*setting_facts(settings), *setting_floats(settings), *_tender_facts(settings)))


def _tells(setting: str, old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Say whether a setting is told by itself: of a tender that is new or gone, one line is enough."""
    word, _, rest = setting.partition(" ")
    tender = f"tender {rest.split(' ')[0]}"
    return word not in OF_A_TENDER or not rest or (tender in old) == (tender in new)


def setting_facts(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    """Yield the settings that every store has once, by the names under which they are set."""
    policies = settings.policies
    yield "name", settings.name
    yield "currency", settings.currency
    yield "time-zone", settings.time_zone
    yield "rollover", settings.rollover
    yield "locale", settings.locale
    yield "receipt-head", " / ".join(settings.receipt_head) or NONE
    yield "denominations", piece_words(settings.currency, settings.denominations)
    yield "piece-order", order_words(settings.currency, settings.denominations, settings.looks)
    yield "piece-colour", colour_words(settings.currency, settings.looks)
    yield "cash-rounding", str(policies.cash_rounding or "none")
    yield "blind-count", "on" if policies.blind_count else "off"
    yield "blind-recounts", str(policies.blind_recounts)
    yield "initial-count", policies.initial_count.replace("_", "-")
    yield "own-count-approval", policies.own_count_approval.replace("_", "-")
    yield "max-offline-days", str(policies.max_offline_days)
    yield "people-max-age-days", str(policies.people_max_age_days)
    yield "catalogue", f"revision {settings.catalogue_rev}"


def setting_floats(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    """Yield what each till begins with."""
    for till, amount in sorted(settings.floats.items()):
        yield f"float {till}", plain_minor(amount, settings.currency)


def _tender_facts(settings: SettingsContent) -> Iterator[tuple[str, str]]:
    for tender in settings.tenders:
        code, name, kind, currency, rate, keep, initial, cash_up = tender_words(tender, settings.currency)
        yield f"tender {code}", f"{name}, {kind} in {currency}"
        yield f"keep {code}", keep
        yield f"tolerance {code} initial", initial
        yield f"tolerance {code} cash-up", cash_up
        if tender.kind == "foreign_cash":
            yield f"rate {code}", rate
            yield f"denominations {code}", piece_words(currency, tender.denominations)
            yield f"piece-order {code}", order_words(currency, tender.denominations, tender.looks)
            yield f"piece-colour {code}", colour_words(currency, tender.looks)


def tender_words(tender: Tender, own: str) -> tuple[str, ...]:
    """Return code, name, kind, currency, rate, what is kept, and both tolerances of a tender."""
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


def piece_words(currency: str, pieces: Sequence[Denomination]) -> str:
    """Return coins and notes as a line."""
    kinds = (
        f"{kind}s {', '.join(plain_minor(p.value, currency) for p in pieces if p.kind == kind) or 'none'}"
        for kind in ("coin", "note")
    )
    return f"{currency}: {'; '.join(kinds)}"


def order_words(currency: str, used: Sequence[Denomination], looks: Sequence[PieceLook]) -> str:
    """Return the order in which the coins and notes are counted that are used, as a line."""
    pieces = in_order(used, looks)
    if is_usual_order(pieces):
        return STANDARD_LOOK
    return ", ".join(plain_minor(piece.value, currency) for piece in pieces)


def colour_words(currency: str, looks: Sequence[PieceLook]) -> str:
    """Return the colours that were chosen as a line."""
    chosen = (f"{plain_minor(look.value, currency)} {look.colour}" for look in looks if look.colour)
    return ", ".join(chosen) or STANDARD_LOOK
