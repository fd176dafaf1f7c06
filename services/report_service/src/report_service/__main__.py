"""The process: `python -m report_service`."""

import asyncio
import sys
from typing import Final

from faststream.nats import NatsMessage

from report_service.messaging import feeds
from report_service.messaging.answers import Answers
from report_service.messaging.hellos import Lookout
from service_kit.feed import Feed
from service_kit.service import Service, run
from service_kit.settings import ServiceSettings
from tillday_contracts.messages import Refused
from tillday_contracts.report_messages import Board, CashUpReport, CashUps, StatusBoard
from tillday_contracts.streams import STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.topics import HELLO_SUBJECT

WRITE_DOWN_EVERY: Final = 1.0


def compose(service: Service[ServiceSettings]) -> None:
    """Build the service; the kit connects, starts and stops it."""
    service.ensure_streams(STREAMS)
    _follow_producers(service)
    _answer_questions(service)
    _listen_to_hellos(service)


def _follow_producers(service: Service[ServiceSettings]) -> None:
    service.follow(
        Feed(
            service.database,
            service.nats,
            producer="till",
            stream=TILL_EVENTS.name,
            subject=TILL_EVENTS.subjects[0],
            durable="report_service_till",
            replay_subject="tillday.till.replay.v1",
            fold=feeds.fold_till,
            clear=feeds.forget_till,
        )
    )
    service.follow(
        Feed(
            service.database,
            service.nats,
            producer="store",
            stream=STORE_EVENTS.name,
            subject=STORE_EVENTS.subjects[0],
            durable="report_service_store",
            replay_subject="tillday.store.replay.v1",
            fold=feeds.fold_store,
            clear=feeds.forget_store,
        )
    )


def _answer_questions(service: Service[ServiceSettings]) -> None:
    answers = Answers(service.database)

    @service.broker.subscriber(StatusBoard.subject, queue=service.name)
    async def status_board(question: StatusBoard) -> Board | Refused:
        return await answers.status_board(question)

    @service.broker.subscriber(CashUpReport.subject, queue=service.name)
    async def cash_up_report(question: CashUpReport) -> CashUps | Refused:
        return await answers.cash_up_report(question)


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
