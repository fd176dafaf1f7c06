"""One realistic example of every wire model: both sides test with them; golden files freeze them."""

from pydantic import BaseModel

from tillday_contracts.example_alarms import alarm_examples
from tillday_contracts.example_backoffice import backoffice_examples
from tillday_contracts.example_closes import close_examples
from tillday_contracts.example_days import day_examples
from tillday_contracts.example_desk import desk_examples
from tillday_contracts.example_entries import entry_examples
from tillday_contracts.example_explained import explained_examples
from tillday_contracts.example_figures import figure_examples
from tillday_contracts.example_identities import identity_examples
from tillday_contracts.example_link import link_examples
from tillday_contracts.example_messages import message_examples
from tillday_contracts.example_postings import posting_examples
from tillday_contracts.example_reports import report_examples
from tillday_contracts.example_rescues import rescue_examples
from tillday_contracts.example_sharing import sharing_examples


def examples() -> dict[str, BaseModel]:
    """Return one example per name in `wire.WIRE`; all tell of the same store day."""
    return {
        **entry_examples(),
        **link_examples(),
        **message_examples(),
        **day_examples(),
        **close_examples(),
        **rescue_examples(),
        **desk_examples(),
        **alarm_examples(),
        **identity_examples(),
        **report_examples(),
        **figure_examples(),
        **sharing_examples(),
        **posting_examples(),
        **explained_examples(),
        **backoffice_examples(),
    }
