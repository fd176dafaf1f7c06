"""How pages name roles and rights."""

from collections.abc import Mapping
from typing import Final

from tillday_contracts.asks import Right

RIGHT_NAMES: Final[Mapping[Right, str]] = {
    "sell": "Sell",
    "refund": "Take goods back",
    "discount": "Give discounts",
    "override_price": "Change prices",
    "delete_receipt": "Drop a receipt that was begun",
    "open_drawer": "Open the drawer",
    "move_cash": "Move cash in and out",
    "adjust": "Correct the till's money",
    "cash_up_for_others": "Cash up for others",
    "approve_difference": "Approve differences",
    "open_terminal": "Open a terminal",
    "change_date": "Change a terminal's date",
    "flash_report": "See the flash report",
    "open_store": "Open the store",
    "close_store": "Close the store",
    "cancel_day": "Take back a day",
    "close_till": "Close tills from the back office",
    "manage": "Change settings, people and terminals",
}
GROUPS: Final[Mapping[str, tuple[Right, ...]]] = {
    "At the till": (
        "sell",
        "refund",
        "discount",
        "override_price",
        "delete_receipt",
        "open_drawer",
    ),
    "Money and counts": ("move_cash", "adjust", "cash_up_for_others", "approve_difference"),
    "At the terminal": ("open_terminal", "change_date", "flash_report"),
    "The store": ("open_store", "close_store", "cancel_day", "close_till", "manage"),
}
ROLE_NAMES: Final[Mapping[str, str]] = {
    "cashier": "Cashier",
    "supervisor": "Supervisor",
    "manager": "Manager",
    "operator": "Operator",
}
