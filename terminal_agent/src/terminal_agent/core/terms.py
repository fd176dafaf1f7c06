"""What of the store's settings a session works by."""

from dataclasses import dataclass

from tillday_contracts.denominations import Denomination
from tillday_contracts.piece_looks import PieceLook, colour_of, in_order
from tillday_contracts.wishes import Policies, Settings, SettingsContent, Tender


@dataclass(frozen=True, slots=True)
class Terms:
    """What of the store's settings a session works by; fixed when its opening count begins."""

    currency: str
    tenders: tuple[Tender, ...]
    denominations: tuple[Denomination, ...]
    policies: Policies
    revision: int | None = None
    looks: tuple[PieceLook, ...] = ()

    def shown_of(self, tender: Tender) -> list[tuple[Denomination, str]]:
        """Return the coins and notes of a tender as they are shown: in their order, with their colours."""
        looks = self.looks if tender.kind == "cash" else tender.looks
        pieces = in_order(self.pieces_of(tender), looks)
        return [(piece, colour_of(piece, tender.currency, looks)) for piece in pieces]

    def pieces_of(self, tender: Tender) -> tuple[Denomination, ...]:
        """Return the coins and notes of a tender; none where it has no cash of its own."""
        match tender.kind:
            case "cash":
                return self.denominations
            case "foreign_cash":
                return tender.denominations
            case _:
                return ()

    def tender(self, name: str) -> Tender | None:
        """Return a means of payment of the store by its name."""
        return next((tender for tender in self.tenders if tender.tender == name), None)

    @property
    def cash(self) -> Tender | None:
        """The cash of the store's currency."""
        return next((tender for tender in self.tenders if tender.kind == "cash"), None)


def terms_of(settings: SettingsContent) -> Terms:
    """Return what a session that starts now works by."""
    return Terms(
        settings.currency,
        settings.tenders,
        settings.denominations,
        settings.policies,
        settings.rev if isinstance(settings, Settings) else None,
        settings.looks,
    )
