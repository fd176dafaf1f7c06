"""The power of broker and database goes while a till sells; more by `--power-cuts N --of broker`."""

import pytest

from faults.campaign.machine import missing
from faults.campaign.server_cuts import Server, cut_a_server

WHY_NOT = missing().get("power cuts")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=f"power cuts cannot be tried here: {WHY_NOT}")
CUTS = 3


async def test_no_receipt_is_missing_after_the_power_of_the_broker_went() -> None:
    await no_receipt_is_missing("broker")


async def test_no_receipt_is_missing_after_the_power_of_the_database_went() -> None:
    await no_receipt_is_missing("database")


async def no_receipt_is_missing(of: Server) -> None:
    done = await cut_a_server(of, CUTS, seed=3, say=lambda _: None)

    assert done.cycles == CUTS
    assert done.receipts > CUTS
