"""The till service's process: `python -m till_service`. Everything is built here."""

import sys
from typing import Final

from faststream.nats import NatsMessage

from service_kit.consumer import PushConsumer
from service_kit.service import Service, run
from till_service.messaging.alarms import AlarmWatch, HelloAlarms, ledger_alarms
from till_service.messaging.answers import AckSubject
from till_service.messaging.closing import Closing
from till_service.messaging.desk import Desk
from till_service.messaging.hello import Greeter
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.messaging.parked import ParkedWatch
from till_service.messaging.requests import Requests
from till_service.messaging.settling import Settler
from till_service.messaging.store_service import StoreServiceClient
from till_service.messaging.totals import Totals
from till_service.persistence.timeline import LedgerClock
from till_service.settings import TillSettings
from tillday_contracts.close_messages import CloseTill, RescueSessionList, RescueSessions, SayNoClose
from tillday_contracts.desk_messages import (
    DeadLetterList,
    DeadLetters,
    DeadLetterShown,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.messages import Done, Refused
from tillday_contracts.sharing_messages import CoverGuests, MoveHost
from tillday_contracts.streams import JOURNAL_STREAM, STREAMS, TILL_EVENTS
from tillday_contracts.till_messages import (
    DaySettled,
    DaySettlement,
    NotSealed,
    RegisterJournalKey,
    ReleaseDay,
    Safe,
    SafeBalance,
    SealDay,
    Sealed,
)
from tillday_contracts.topics import HELLO_SUBJECT, JOURNAL_SUBJECT, ask_subject

REPLAY_SUBJECT: Final = "tillday.till.replay.v1"
HELLOS_AT_ONCE: Final = 4


def compose(service: Service[TillSettings]) -> None:
    """Build the service; the kit connects, starts and ends it."""
    clock = LedgerClock(random_bytes=service.random_bytes, writer=service.instance)
    service.database.on_new_connection(clock.read)
    answers = AckSubject(service.database, service.nats.publish, service.now)
    around = Surroundings(service.now, service.random_bytes)
    alarms = ledger_alarms(around)
    hello_alarms = HelloAlarms(alarms, around)
    intake = JournalIntake(service.database, clock, answers, around, unproven=hello_alarms.unproven)
    greeter = Greeter(service.database, answers, intake.live, service.now, hello_alarms)
    requests = Requests(service.database, service.now)
    _listen(service, greeter, requests)
    _tell(service, requests)
    _decide(service, Closing(service.database, around, StoreServiceClient(service.nats)))
    _attend_desk(service, Desk(service.database, around, intake))
    _share(service, requests, Totals(service.database, service.nats.publish))
    watch = AlarmWatch(service.database, alarms, around, lambda: filled(service))
    service.background("alarms", watch.run)
    service.background("settle tills", Settler(service.database, around).run)
    service.background("parked entries", ParkedWatch(service.database, around).run)
    service.ensure_streams(STREAMS)
    service.relay_outbox(stream=TILL_EVENTS.name)
    service.answer_replays(REPLAY_SUBJECT)
    service.consume(
        PushConsumer(
            service.nats,
            stream=JOURNAL_STREAM.name,
            durable=service.name,
            subject=JOURNAL_SUBJECT,
            handle=intake.handle,
            batch_size=service.settings.batch_size,
            max_ack_pending=4 * service.settings.batch_size,
        )
    )


def _listen(service: Service[TillSettings], greeter: Greeter, requests: Requests) -> None:
    @service.broker.subscriber(HELLO_SUBJECT, queue=service.name, max_workers=HELLOS_AT_ONCE)
    async def hello(message: NatsMessage) -> None:
        await greeter.greet(message.raw_message.subject, message.body)

    @service.broker.subscriber(RegisterJournalKey.subject, queue=service.name)
    async def register_journal_key(command: RegisterJournalKey) -> Done | Refused:
        return await requests.register_journal_key(command)

    @service.broker.subscriber(SealDay.subject, queue=service.name)
    async def seal_day(command: SealDay) -> Sealed | NotSealed:
        return await requests.seal_day(command)

    @service.broker.subscriber(ReleaseDay.subject, queue=service.name)
    async def release_day(command: ReleaseDay) -> Done:
        return await requests.release_day(command)

    @service.broker.subscriber(DaySettled.subject, queue=service.name)
    async def day_settled(question: DaySettled) -> DaySettlement:
        return await requests.day_settled(question)


def _tell(service: Service[TillSettings], requests: Requests) -> None:
    @service.broker.subscriber(SafeBalance.subject, queue=service.name)
    async def safe_balance(question: SafeBalance) -> Safe | Refused:
        return await requests.safe_balance(question)

    @service.broker.subscriber(RescueSessions.subject, queue=service.name)
    async def rescue_sessions(question: RescueSessions) -> RescueSessionList:
        return await requests.rescue_sessions(question)


def _decide(service: Service[TillSettings], closing: Closing) -> None:
    @service.broker.subscriber(CloseTill.subject, queue=service.name)
    async def close_till(command: CloseTill) -> bytes:
        return await closing.close_till(command)

    @service.broker.subscriber(SayNoClose.subject, queue=service.name)
    async def say_no_close(command: SayNoClose) -> bytes:
        return await closing.say_no_close(command)

    @service.broker.subscriber(CoverGuests.subject, queue=service.name)
    async def cover_guests(command: CoverGuests) -> bytes:
        return await closing.cover_guests(command)


def _share(service: Service[TillSettings], requests: Requests, totals: Totals) -> None:
    @service.broker.subscriber(ask_subject("till_totals"), queue=service.name, max_workers=HELLOS_AT_ONCE)
    async def till_totals(message: NatsMessage) -> None:
        await totals.answer(message.raw_message.subject, message.body)

    @service.broker.subscriber(MoveHost.subject, queue=service.name)
    async def move_host(command: MoveHost) -> Done | Refused:
        return await requests.move_host(command)


def _attend_desk(service: Service[TillSettings], desk: Desk) -> None:
    @service.broker.subscriber(DeadLetters.subject, queue=service.name)
    async def dead_letters(question: DeadLetters) -> DeadLetterList:
        return await desk.dead_letters(question)

    @service.broker.subscriber(ShowDeadLetter.subject, queue=service.name)
    async def show_dead_letter(question: ShowDeadLetter) -> DeadLetterShown | Refused:
        return await desk.show(question)

    @service.broker.subscriber(RetryDeadLetter.subject, queue=service.name)
    async def retry_dead_letter(command: RetryDeadLetter) -> bytes:
        return await desk.retry(command)

    @service.broker.subscriber(RepairDeadLetter.subject, queue=service.name)
    async def repair_dead_letter(command: RepairDeadLetter) -> bytes:
        return await desk.repair(command)

    @service.broker.subscriber(DiscardDeadLetter.subject, queue=service.name)
    async def discard_dead_letter(command: DiscardDeadLetter) -> bytes:
        return await desk.discard(command)


async def filled(service: Service[TillSettings]) -> float:
    """Return which part of the journal stream's bytes is taken."""
    state = (await service.nats.jetstream.stream_info(JOURNAL_STREAM.name)).state
    return state.bytes / JOURNAL_STREAM.max_bytes


if __name__ == "__main__":
    sys.exit(run("till_service", TillSettings, compose))
