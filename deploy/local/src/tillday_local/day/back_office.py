"""The supervisor's side of the day: opens the store, closes it, reads the reports."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import uuid4

from tillday_contracts.report_messages import CashUp, CashUpReport, CashUps
from tillday_contracts.store_messages import (
    CloseStore,
    DayAnswer,
    DefineStore,
    OpenStore,
    Revised,
    SettingsAnswer,
    StoreDays,
    StoreDayStatus,
    StoreSettings,
)
from tillday_local.day.stuck import DayStuck
from tillday_local.demo_store import SUPERVISOR
from tillday_local.service_client import ServiceClient, ServiceUnavailable

PAUSE_SECONDS: Final = 0.25
Answer = TypeVar("Answer")


class BackOffice:
    """One supervisor's requests; `now` is the clock that stamps them."""

    def __init__(self, client: ServiceClient, store: str, *, now: Callable[[], datetime]) -> None:
        self._client = client
        self._store = store
        self._now = now

    async def force_floats(self, floats: Mapping[str, int]) -> None:
        """Have tills begin with these amounts in cash; nothing where none is named."""
        if not floats:
            return
        answer = await self._client.ask(StoreSettings(store=self._store), SettingsAnswer)
        message_id = uuid4()
        command = DefineStore(
            message_id=message_id,
            correlation_id=message_id,
            occurred_at=self._now(),
            by=SUPERVISOR,
            settings=answer.settings.model_copy(update={"floats": dict(floats)}),
            changes=answer.revision,
        )
        await self._client.ask(command, Revised)

    async def open_store(self, business_date: date) -> DayAnswer:
        """Open the store; a service that is just coming back is asked again."""
        message_id = uuid4()
        command = OpenStore(
            message_id=message_id,
            correlation_id=message_id,
            occurred_at=self._now(),
            by=SUPERVISOR,
            store=self._store,
            business_date=business_date,
        )
        return await self._patiently(lambda: self._client.ask(command, DayAnswer))

    async def close_store(self, business_date: date, *, seconds: float = 90.0) -> None:
        """Close the store and wait until its terminals have attested."""
        message_id = uuid4()
        command = CloseStore(
            message_id=message_id,
            correlation_id=message_id,
            occurred_at=self._now(),
            by=SUPERVISOR,
            store=self._store,
            business_date=business_date,
        )
        await self._patiently(lambda: self._client.ask(command, DayAnswer))
        state = "closing"
        for _ in range(int(seconds / PAUSE_SECONDS)):
            days = await self._patiently(
                lambda: self._client.ask(StoreDayStatus(store=self._store), StoreDays)
            )
            day = next(day for day in days.days if day.business_date == business_date)
            if day.state == "closed":
                return
            state = f"{day.state}, waiting for {', '.join(day.awaited) or 'nobody'}"
            await asyncio.sleep(PAUSE_SECONDS)
        raise DayStuck(f"the store day {business_date} does not close: {state}")

    async def cash_ups(
        self, business_date: date, *, sessions: int, receipts: int, seconds: float = 60.0
    ) -> tuple[CashUp, ...]:
        """Return the reports of a date once there are as many as were closed; readers lag a moment behind."""
        question = CashUpReport(store=self._store, business_date=business_date)
        reports: tuple[CashUp, ...] = ()
        for _ in range(int(seconds / PAUSE_SECONDS)):
            answer = await self._patiently(lambda: self._client.ask(question, CashUps))
            reports = answer.reports
            if len(reports) >= sessions and sum(report.receipts for report in reports) >= receipts:
                return reports
            await asyncio.sleep(PAUSE_SECONDS)
        raise DayStuck(f"{len(reports)} of {sessions} cash-up reports of {business_date} have arrived")

    async def _patiently(
        self, ask: Callable[[], Coroutine[Any, Any, Answer]], *, seconds: float = 60.0
    ) -> Answer:
        """Ask until somebody answers: on this day processes may be killed under us."""
        for _ in range(int(seconds / PAUSE_SECONDS)):
            try:
                return await ask()
            except ServiceUnavailable:
                await asyncio.sleep(PAUSE_SECONDS)
        return await ask()
