"""What is asked of the till service, which alone knows whether tills are open."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Protocol

from pydantic import BaseModel, ValidationError

from service_kit.failures import PermanentError, TransientError
from service_kit.links import NatsLink
from store_service.messaging.work import Clockwork
from tillday_contracts.messages import Command, Done, Failed, Question, Refused, sendable
from tillday_contracts.sharing_messages import HostTurn, MoveHost, MoveTill
from tillday_contracts.till_messages import (
    DaySettled,
    DaySettlement,
    NotSealed,
    OpenTill,
    RegisterJournalKey,
    ReleaseDay,
    SealDay,
    Sealed,
)

TIMEOUT: Final = 5.0


class Tills(Protocol):
    """The till service, as this service speaks of it."""

    async def tills_of_other_dates(
        self, cause: Command, store: str, business_date: date
    ) -> tuple[OpenTill, ...]:
        """Return the open tills of every other date; seals nothing."""

    async def tills_of(self, cause: Command, store: str, business_date: date) -> tuple[OpenTill, ...]:
        """Return the open tills of a date; seals nothing."""

    async def seal(self, cause: Command, store: str, business_date: date) -> Sealed | NotSealed:
        """Seal a date unless it has open tills. A repeat is answered alike."""

    async def seal_unused(self, cause: Command, store: str, business_date: date) -> Sealed | NotSealed:
        """Seal a date unless a till was ever started for it. A repeat is answered alike."""

    async def release(self, cause: Command, store: str, business_date: date) -> None:
        """Lift the seal of a date that was cancelled. A repeat has no effect."""

    async def move_host(self, cause: MoveTill, moved: HostTurn, in_return: HostTurn) -> Refused | None:
        """Let two tills change hands, or say why they may not. A repeat is answered alike."""

    async def settlement(self, store: str, business_date: date) -> DaySettlement:
        """Say whether everything of a closed date is decided."""

    async def register_key(self, cause: Command, fields: Mapping[str, object]) -> None:
        """Hand over the key of a terminal's journal. A repeat has no effect."""


class _Outcome(BaseModel):
    outcome: str
    sealed: bool | None = None


class TillServiceClient:
    """Asks over NATS. Raises TransientError when nobody answers; a repeat of any question is harmless."""

    def __init__(self, nats: NatsLink, clockwork: Clockwork) -> None:
        self._nats = nats
        self._clockwork = clockwork

    async def tills_of_other_dates(
        self, cause: Command, store: str, business_date: date
    ) -> tuple[OpenTill, ...]:
        question = self._command(
            SealDay, cause, store=store, business_date=business_date, scope="other_dates"
        )
        answer = await self._sealed(question)
        return answer.tills if isinstance(answer, NotSealed) else ()

    async def tills_of(self, cause: Command, store: str, business_date: date) -> tuple[OpenTill, ...]:
        # Looking at a date without sealing it: the tills that are open for another date than the next one.
        next_date = business_date + timedelta(days=1)
        tills = await self.tills_of_other_dates(cause, store, next_date)
        return tuple(till for till in tills if till.business_date == business_date)

    async def seal(self, cause: Command, store: str, business_date: date) -> Sealed | NotSealed:
        return await self._sealed(self._command(SealDay, cause, store=store, business_date=business_date))

    async def seal_unused(self, cause: Command, store: str, business_date: date) -> Sealed | NotSealed:
        fields = {"store": store, "business_date": business_date, "scope": "unused"}
        return await self._sealed(self._command(SealDay, cause, **fields))

    async def release(self, cause: Command, store: str, business_date: date) -> None:
        await self._ask(self._command(ReleaseDay, cause, store=store, business_date=business_date))

    async def move_host(self, cause: MoveTill, moved: HostTurn, in_return: HostTurn) -> Refused | None:
        fields = {"store": cause.store, **moved.model_dump(), "in_return": in_return}
        question = self._command(MoveHost, cause, **fields)
        body = await self._say(question)
        if _outcome(body) == "refused":
            return Refused.model_validate_json(body)
        if _outcome(body) != "done":
            raise _failure(question, body)
        return None

    async def settlement(self, store: str, business_date: date) -> DaySettlement:
        question = DaySettled(store=store, business_date=business_date)
        try:
            return DaySettlement.model_validate_json(await self._ask(question))
        except ValidationError:
            raise _unknown_words(question) from None

    async def register_key(self, cause: Command, fields: Mapping[str, object]) -> None:
        await self._ask(self._command(RegisterJournalKey, cause, **fields))

    def _command(self, kind: type[Command], cause: Command, **fields: Any) -> Command:
        # A new identity each time: the answer is to be that of now, not of an earlier attempt.
        return kind(
            message_id=self._clockwork.new_id(),
            correlation_id=cause.correlation_id,
            occurred_at=self._clockwork.now(),
            by=cause.by,
            **fields,
        )

    async def _sealed(self, question: Command) -> Sealed | NotSealed:
        body = await self._ask(question)
        try:
            sealed = _Outcome.model_validate_json(body).sealed
            return Sealed.model_validate_json(body) if sealed else NotSealed.model_validate_json(body)
        except ValidationError:
            raise _unknown_words(question) from None

    async def _say(self, question: Command | Question) -> bytes:
        return await self._nats.request(question.subject, sendable(question), timeout=TIMEOUT)

    async def _ask(self, question: Command | Question) -> bytes:
        body = await self._say(question)
        try:
            outcome = Done.model_validate_json(body) if _outcome(body) == "done" else None
        except ValidationError:
            outcome = None
        if outcome is None:
            raise _failure(question, body)
        return body


def _outcome(body: bytes) -> str:
    try:
        return _Outcome.model_validate_json(body).outcome
    except ValidationError:
        return ""


def _failure(question: Command | Question, body: bytes) -> Exception:
    outcome = _outcome(body)
    try:
        if outcome == "refused":
            return PermanentError(f"the till service refused: {Refused.model_validate_json(body).text}")
        if outcome == "failed":
            failed = Failed.model_validate_json(body)
            kind = TransientError if failed.kind == "transient" else PermanentError
            return kind(f"the till service failed: {failed.text} (reference {failed.reference})")
    except ValidationError:
        pass
    return _unknown_words(question)


def _unknown_words(question: Command | Question) -> TransientError:
    return TransientError(f"{question.subject} answered in words that are unknown here")
