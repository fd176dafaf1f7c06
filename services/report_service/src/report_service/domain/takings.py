"""What one receipt or movement adds: to the tenders it was paid with, and to the products it sold."""

from datetime import datetime

from report_service.domain.rows import Receipt, Sold, Takings
from tillday_contracts.arithmetic import fold_movement, fold_products, fold_tenders
from tillday_contracts.entries import Movement, Sale


def taken_by(sale: Sale) -> dict[str, Takings]:
    """Return what a receipt adds to each tender, net of change."""
    worth: dict[str, int] = {}
    for payment in sale.payments:
        worth[payment.tender] = worth.get(payment.tender, 0) + payment.worth
    return {tender: Takings(totals, 1, worth[tender]) for tender, totals in fold_tenders(sale).items()}


def taken_in(movement: Movement) -> Takings:
    """Return what a movement adds to its tender."""
    return Takings(fold_movement(movement))


def sold_in(sale: Sale) -> dict[str, Sold]:
    """Return what a receipt adds to each product, by SKU."""
    return {
        sku: Sold(product.name, product.quantity, product.gross, 1)
        for sku, product in fold_products(sale).items()
    }


def receipt_of(sale: Sale, *, entry: str, session_id: str, at: datetime) -> Receipt:
    """Return the row of a receipt that counts in a session."""
    return Receipt(
        entry=entry,
        session_id=session_id,
        number=sale.number,
        cashier=sale.cashier,
        at=at,
        total=sale.total,
        quantity=sum(line.quantity for line in sale.lines),
    )
