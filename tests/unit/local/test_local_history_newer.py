"""The letter that a fresh demo has on its dead-letter desk."""

import pytest
from pydantic import ValidationError

from tillday_contracts.entries import BODIES
from tillday_local.history.newer import WRITTEN

DRAWER_OPENED = {"session_id": None, "by": "CASHIER-22"}


def test_what_the_terminal_on_trial_writes_is_too_long_for_this_version_and_for_nothing_else() -> None:
    with pytest.raises(ValidationError, match="reason"):
        BODIES["NO_SALE"].model_validate({**DRAWER_OPENED, "reason": WRITTEN})

    BODIES["NO_SALE"].model_validate({**DRAWER_OPENED, "reason": WRITTEN[:120]})
