"""The till service's process: `python -m till_service`. Everything is built here."""

import sys
from typing import Final

from service_kit.consumer import PushConsumer
from service_kit.feed import Feed
from service_kit.service import Service, run
from till_service.messaging import store_events
from till_service.messaging.accounts import LedgerOfAccounts
from till_service.messaging.alarms import AlarmWatch, HelloAlarms, filled, ledger_alarms
from till_service.messaging.allowed import Allowed
from till_service.messaging.answers import AckSubject
from till_service.messaging.closing import Closing
from till_service.messaging.desk import Desk
from till_service.messaging.doors import Answerers, answer_requests, hear_terminals
from till_service.messaging.explaining import Explaining
from till_service.messaging.hello import Greeter
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.messaging.parked import ParkedWatch
from till_service.messaging.picking import SalePicker
from till_service.messaging.posting import Poster
from till_service.messaging.posting_requests import PostingRequests
from till_service.messaging.requests import Requests
from till_service.messaging.rescue import Reviewing
from till_service.messaging.settling import Settler
from till_service.messaging.shares import sharing
from till_service.messaging.staff import StaffClient
from till_service.messaging.stock import Stock
from till_service.messaging.store_terms import StoreTermsClient
from till_service.messaging.totals import Totals
from till_service.persistence.timeline import LedgerClock
from till_service.settings import TillSettings
from tillday_contracts.streams import JOURNAL_STREAM, STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.topics import JOURNAL_SUBJECT

REPLAY_SUBJECT: Final = "tillday.till.replay.v1"
STORE_REPLAY: Final = "tillday.store.replay.v1"


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
    hear_terminals(service, greeter, Totals(service.database, service.nats.publish))
    terms = StoreTermsClient(service.nats)
    answer_requests(service, _answerers(service, around, intake, terms))
    watch = AlarmWatch(service.database, alarms, around, lambda: filled(service.nats))
    service.background("alarms", watch.run)
    service.background("settle tills", Settler(service.database, around).run)
    service.background("parked entries", ParkedWatch(service.database, around).run)
    service.background("post sessions", Poster(service.database, around, terms, service.instance).run)
    service.background("pick sales", SalePicker(service.database, around, terms).run)
    _follow_store_service(service)
    service.ensure_streams(STREAMS)
    service.relay_outbox(stream=TILL_EVENTS.name)
    service.answer_replays(REPLAY_SUBJECT)
    service.consume(
        PushConsumer(
            service.nats,
            stream=JOURNAL_STREAM.name,
            durable=service.name,
            subject=JOURNAL_SUBJECT,
            handle=sharing(intake.handle),
            batch_size=service.settings.batch_size,
            max_ack_pending=4 * service.settings.batch_size,
        )
    )


def _answerers(
    service: Service[TillSettings], around: Surroundings, intake: JournalIntake, terms: StoreTermsClient
) -> Answerers:
    database = service.database
    allowed = Allowed(database, StaffClient(service.nats))
    return Answerers(
        requests=Requests(database, service.now),
        closing=Closing(around, allowed),
        reviewing=Reviewing(database, around, allowed),
        explaining=Explaining(database),
        desk=Desk(database, around, allowed, intake),
        postings=PostingRequests(database, around, allowed),
        stock=Stock(database, around, allowed),
        accounts=LedgerOfAccounts(database, around, allowed, terms),
    )


def _follow_store_service(service: Service[TillSettings]) -> None:
    service.follow(
        Feed(
            service.database,
            service.nats,
            producer="store",
            stream=STORE_EVENTS.name,
            subject=STORE_EVENTS.subjects,
            durable="till_service_store",
            replay_subject=STORE_REPLAY,
            fold=store_events.fold,
            clear=store_events.forget,
        )
    )


if __name__ == "__main__":
    sys.exit(run("till_service", TillSettings, compose))
