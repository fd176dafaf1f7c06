"""A terminal whose disk was restored in its opening count hears what that count asks for."""

from integration.till_service.terminals import linked
from servers import Broker
from service_kit.service import Service
from till_service.settings import TillSettings
from tillday_contracts.entries import TenderAmount, TillStarted
from tillday_contracts.link import Behind
from tillday_contracts.parts import Claim
from unit.till_service.journals import CASHIER, DAY, SESSION, WrittenJournal


def cash(amount: int) -> TenderAmount:
    return TenderAmount(tender="cash", amount=amount)


async def test_a_terminal_behind_its_ledger_in_an_opening_count_hears_what_the_count_asks_for(
    till_service: Service[TillSettings], broker: Broker, journal: WrittenJournal
) -> None:
    claim = Claim(event="c" * 64, tender="cash", amount=500, session_id="7" * 32)
    asked = {"expected": (cash(20_500),), "kept": (cash(15_000),), "claims": (claim,)}
    began = {"session_id": SESSION, "till": journal.till, "business_date": DAY, "by": CASHIER}
    journal.begin()
    journal.write(TillStarted.model_validate({**began, **asked}))
    restored = journal.copied(upto=2)
    with linked(broker, journal) as terminal:
        await terminal.send(journal.message())
        await terminal.acked(3)

        await terminal.say_hello(restored.hello(acked_upto=2))
        (behind,) = await terminal.answer()

    assert isinstance(behind, Behind)
    (told,) = behind.state
    assert (told.session_id, told.status) == (SESSION, "opening_count")
    assert {name: getattr(told, name) for name in asked} == asked
