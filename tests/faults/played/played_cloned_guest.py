"""A second salesperson's disk was copied; the copy's word comes before or after the next count."""

from pathlib import Path

import pytest

from integration.sharing.conftest import shop
from integration.sharing.shared_shop import Shop
from integration.sharing.test_sharing_cloned_disk import the_copied_order

pytestmark = pytest.mark.asyncio(loop_scope="session")
__all__ = ["shop"]


@pytest.mark.parametrize("before_the_count", [True, False])
async def test_a_copied_order_in_hand_ends_alike_before_and_after_the_next_count(
    shop: Shop,
    tmp_path: Path,
    before_the_count: bool,
) -> None:
    await the_copied_order(shop, tmp_path / "twin", before_the_count=before_the_count)
