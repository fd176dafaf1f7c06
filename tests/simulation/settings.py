"""The store that is simulated: its tenders, coins and notes."""

from agent_shop import CARD, CASH, VOUCHER
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.wishes import SettingsContent, Tender

DOLLARS = Tender(
    tender="cash_usd",
    name="US dollars",
    kind="foreign_cash",
    currency="USD",
    rate=920_000,
    denominations=STANDARD["USD"],
    keep=KeepRule(mode="move_all"),
)
FLOATS = (15_000, 12_000, 20_000)
"""The floats that the back office forces now and then."""
SETTINGS = SettingsContent(
    store="S1",
    name="Simulated",
    currency="EUR",
    time_zone="Europe/Madrid",
    denominations=STANDARD["EUR"],
    floats={"TILL1": FLOATS[0], "TILL2": FLOATS[0]},
    tenders=(CASH, CARD, VOUCHER, DOLLARS),
)
