"""The process: `python -m report_service`."""

import asyncio
import sys
from typing import Final

from faststream.nats import NatsMessage

from report_service.messaging import feeds as folding
from report_service.messaging.answers import Answers
from report_service.messaging.flash import FlashAnswers
from report_service.messaging.hellos import Lookout
from report_service.messaging.rebuilding import Rebuilding
from service_kit.feed import Feed
from service_kit.service import Service, run
from service_kit.settings import ServiceSettings
from tillday_contracts.alarm_messages import AlarmList, Alarms
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import (
    Board,
    CashUpReport,
    CashUps,
    Flash,
    FlashReport,
    Progress,
    RebuildReports,
    ReportProgress,
    Sales,
    SalesReport,
    Snapshot,
    StatusBoard,
    XReport,
)
from tillday_contracts.streams import STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.topics import HELLO_SUBJECT, ask_subject

WRITE_DOWN_EVERY: Final = 1.0
FLASHES_AT_ONCE: Final = 16
"""Most of a flash report's time is waiting for the terminal's newest entries."""


def compose(service: Service[ServiceSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    service.ensure_streams(STREAMS)
    feeds = _follow_producers(service)
    _answer_questions(service)
    _answer_flash_reports(service)
    _rebuild_on_request(service, feeds)
    _listen_to_hellos(service)


def _follow_producers(service: Service[ServiceSettings]) -> dict[str, Feed]:
    till = Feed(
        service.database,
        service.nats,
        producer="till",
        stream=TILL_EVENTS.name,
        subject=TILL_EVENTS.subjects[0],
        durable="report_service_till",
        replay_subject="tillday.till.replay.v1",
        fold=folding.fold_till,
        clear=folding.forget_till,
    )
    store = Feed(
        service.database,
        service.nats,
        producer="store",
        stream=STORE_EVENTS.name,
        subject=STORE_EVENTS.subjects[0],
        durable="report_service_store",
        replay_subject="tillday.store.replay.v1",
        fold=folding.fold_store,
        clear=folding.forget_store,
    )
    service.follow(till)
    service.follow(store)
    return {"till": till, "store": store}


def _answer_questions(service: Service[ServiceSettings]) -> None:
    answers = Answers(service.database)

    @service.broker.subscriber(StatusBoard.subject, queue=service.name)
    async def status_board(question: StatusBoard) -> Board | Refused:
        return await answers.status_board(question)

    @service.broker.subscriber(CashUpReport.subject, queue=service.name)
    async def cash_up_report(question: CashUpReport) -> CashUps | Refused:
        return await answers.cash_up_report(question)

    @service.broker.subscriber(XReport.subject, queue=service.name)
    async def x_report(question: XReport) -> Snapshot | Refused:
        return await answers.x_report(question)

    @service.broker.subscriber(Alarms.subject, queue=service.name)
    async def alarms(question: Alarms) -> AlarmList:
        return await answers.alarms(question)

    @service.broker.subscriber(SalesReport.subject, queue=service.name)
    async def sales_report(question: SalesReport) -> Sales | Refused:
        return await answers.sales_report(question)


def _answer_flash_reports(service: Service[ServiceSettings]) -> None:
    answers = FlashAnswers(service.database, service.nats)

    @service.broker.subscriber(FlashReport.subject, queue=service.name)
    async def flash_report(question: FlashReport) -> Flash | Refused:
        return await answers.flash_report(question)

    @service.broker.subscriber(ask_subject("flash"), queue=service.name, max_workers=FLASHES_AT_ONCE)
    async def flash(message: NatsMessage) -> None:
        await answers.ask(message.raw_message.subject, message.body)


def _rebuild_on_request(service: Service[ServiceSettings], feeds: dict[str, Feed]) -> None:
    rebuilding = Rebuilding(service.database, feeds)

    @service.broker.subscriber(RebuildReports.subject, queue=service.name)
    async def rebuild(command: RebuildReports) -> bytes:
        return await rebuilding.begin(command)

    @service.broker.subscriber(ReportProgress.subject, queue=service.name)
    async def progress(_question: ReportProgress) -> Progress:
        return await rebuilding.progress()

    service.background("rebuild", rebuilding.run)


def _listen_to_hellos(service: Service[ServiceSettings]) -> None:
    lookout = Lookout(service.database, now=service.now)

    @service.broker.subscriber(HELLO_SUBJECT, queue=service.name)
    async def hello(message: NatsMessage) -> None:
        lookout.hear(message.raw_message.subject, message.body)

    async def write_down() -> None:
        while True:
            await lookout.write_down()
            await asyncio.sleep(WRITE_DOWN_EVERY)

    service.background("sightings", write_down)


if __name__ == "__main__":
    sys.exit(run("report_service", ServiceSettings, compose))
