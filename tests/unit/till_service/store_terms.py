"""What the store service tells of a store, for tests of posting: its tenders and its catalogue."""

from dataclasses import dataclass, field

from service_kit.failures import TransientError
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.wishes import SettingsContent, Tender

KEEP = KeepRule(mode="fixed", amount=15_000)


def tender(name: str, kind: str, currency: str = "EUR") -> Tender:
    return Tender.model_validate(
        {"tender": name, "name": name.title(), "kind": kind, "currency": currency, "keep": KEEP}
    )


TENDERS = (
    tender("cash", "cash"),
    tender("card", "card"),
    tender("voucher", "voucher"),
    tender("dollars", "foreign_cash", "USD"),
)


@dataclass
class KnownTerms:
    """A store service that can be away, and whose settings and catalogue can be changed."""

    away: bool = False
    tenders: tuple[Tender, ...] = TENDERS
    catalogue: set[str] = field(default_factory=lambda: {"4001", "4002"})

    async def settings(self, store: str) -> SettingsContent:
        if self.away:
            raise TransientError("the store service is away")
        return SettingsContent(
            store=store,
            name="Store 1",
            currency="EUR",
            time_zone="Europe/Berlin",
            denominations=(),
            tenders=self.tenders,
        )

    async def catalogued(self, store: str, skus: frozenset[str]) -> frozenset[str]:
        return skus & self.catalogue
