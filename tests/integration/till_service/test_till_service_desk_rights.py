"""Who may decide about a dead letter: whoever has the right at its store, or an operator."""

from uuid import UUID

import pytest

from integration.till_service.test_till_service_desk import Counter, Noise, answer, counter, word
from till_service.messaging import allowed as mechanism
from tillday_contracts.desk_messages import DiscardDeadLetter, RepairDeadLetter, RetryDeadLetter
from unit.till_service.back_office import OPERATOR
from unit.till_service.journals import CASHIER, WrittenJournal

assert counter  # the fixture


async def noise(counter: Counter) -> str:
    """A message that nobody can read, on the desk."""
    await counter.desk.intake.handle([Noise(WrittenJournal().address.subject("journal"), b"\xff noise")])
    return await counter.only()


async def discarded(counter: Counter, digest: str, by: str) -> dict[str, object]:
    command = DiscardDeadLetter.model_validate(word(digest, by))
    return answer(await counter.desk.discard(command))


async def test_who_has_no_right_to_it_decides_about_no_letter(counter: Counter) -> None:
    digest = await noise(counter)
    known = word(digest, CASHIER)

    refusals = [
        await discarded(counter, digest, CASHIER),
        await discarded(counter, digest, "SV9"),
        answer(await counter.desk.retry(RetryDeadLetter.model_validate(known | {"message_id": UUID(int=1)}))),
        answer(
            await counter.desk.repair(
                RepairDeadLetter.model_validate(word(digest) | {"approved_by": CASHIER, "body": {"total": 1}})
            )
        ),
    ]

    assert [refusal["code"] for refusal in refusals] == ["not_allowed"] * 4
    assert [letter.digest for letter in (await counter.letters()).letters] == [digest]


async def test_an_operator_who_works_at_no_store_discards_a_letter(counter: Counter) -> None:
    digest = await noise(counter)

    done = await discarded(counter, digest, OPERATOR)

    assert done["closed"] == "discarded"
    (closed,) = (await counter.letters("closed")).letters
    assert closed.closed is not None
    assert closed.closed.by == OPERATOR


async def test_control_without_the_question_of_rights_a_cashier_discards_it(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mechanism, "refused_without", lambda *_asked, **_more: None)
    digest = await noise(counter)

    assert (await discarded(counter, digest, CASHIER))["closed"] == "discarded"
