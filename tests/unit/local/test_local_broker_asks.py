"""Who answers what terminals ask."""

import pytest

from tillday_contracts.topics import ASK_KINDS, AskKind, ask_subject
from tillday_local.grants import SERVICE_GRANTS


@pytest.mark.parametrize("kind", ASK_KINDS)
def test_each_kind_of_ask_is_heard_by_one_service_which_may_reply(kind: AskKind) -> None:
    (service,) = [grant for grant in SERVICE_GRANTS if ask_subject(kind) in grant.subscribe]
    assert "pos.*.*.reply.v1" in service.publish
