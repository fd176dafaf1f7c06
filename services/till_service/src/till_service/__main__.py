"""The till service's process: `python -m till_service`. Everything is built here."""

import sys
from typing import Final

from service_kit.consumer import PushConsumer
from service_kit.feed import Feed
from service_kit.service import Service, run
from service_kit.subscriptions import answer, hear
from till_service.messaging import store_events
from till_service.messaging.accounts import LedgerOfAccounts
from till_service.messaging.alarms import AlarmWatch, HelloAlarms, ledger_alarms
from till_service.messaging.answers import AckSubject
from till_service.messaging.closing import Closing
from till_service.messaging.desk import Desk
from till_service.messaging.hello import Greeter
from till_service.messaging.journal import JournalIntake, Surroundings
from till_service.messaging.parked import ParkedWatch
from till_service.messaging.picking import SalePicker
from till_service.messaging.posting import Poster
from till_service.messaging.posting_doors import answer_accounts, answer_postings, answer_stock
from till_service.messaging.posting_requests import Allowed, PostingRequests
from till_service.messaging.requests import Requests
from till_service.messaging.rescue import Reviewing
from till_service.messaging.settling import Settler
from till_service.messaging.shares import sharing
from till_service.messaging.stock import Stock
from till_service.messaging.store_service import StoreServiceClient
from till_service.messaging.store_terms import StoreTermsClient
from till_service.messaging.totals import Totals
from till_service.persistence.timeline import LedgerClock
from till_service.settings import TillSettings
from tillday_contracts.balance_messages import StoreBalance
from tillday_contracts.close_messages import CloseTill, SayNoClose
from tillday_contracts.desk_messages import (
    DeadLetters,
    DiscardDeadLetter,
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RepairRescued,
    RescueJournals,
    RescueSessions,
    ShowRescue,
)
from tillday_contracts.sharing_messages import CoverGuests, MoveHost
from tillday_contracts.streams import JOURNAL_STREAM, STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.till_messages import (
    DaySettled,
    RegisterJournalKey,
    ReleaseDay,
    SafeBalance,
    SealDay,
)
from tillday_contracts.topics import HELLO_SUBJECT, JOURNAL_SUBJECT, ask_subject

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
    hear(service, HELLO_SUBJECT, greeter.greet)
    totals = Totals(service.database, service.nats.publish)
    hear(service, ask_subject("till_totals"), totals.answer)
    _answer_requests(service, Requests(service.database, service.now))
    people = StoreServiceClient(service.nats)
    _answer_closes(service, Closing(service.database, around, people))
    _let_review(service, Reviewing(service.database, around, people))
    _attend_desk(service, Desk(service.database, around, intake))
    _post(service, around)
    watch = AlarmWatch(service.database, alarms, around, lambda: filled(service))
    service.background("alarms", watch.run)
    service.background("settle tills", Settler(service.database, around).run)
    service.background("parked entries", ParkedWatch(service.database, around).run)
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


def _post(service: Service[TillSettings], around: Surroundings) -> None:
    database, terms = service.database, StoreTermsClient(service.nats)
    allowed = Allowed(database, StoreServiceClient(service.nats))
    answer_postings(service, PostingRequests(database, around, allowed))
    answer_stock(service, Stock(database, around, allowed))
    answer_accounts(service, LedgerOfAccounts(database, around, allowed, terms))
    service.background("post sessions", Poster(database, around, terms, service.instance).run)
    service.background("pick sales", SalePicker(database, around, terms).run)


def _answer_requests(service: Service[TillSettings], requests: Requests) -> None:
    answer(service, RegisterJournalKey, requests.register_journal_key)
    answer(service, SealDay, requests.seal_day)
    answer(service, ReleaseDay, requests.release_day)
    answer(service, DaySettled, requests.day_settled)
    answer(service, StoreBalance, requests.store_balance)
    answer(service, SafeBalance, requests.safe_balance)
    answer(service, MoveHost, requests.move_host)


def _answer_closes(service: Service[TillSettings], closing: Closing) -> None:
    answer(service, CloseTill, closing.close_till)
    answer(service, SayNoClose, closing.say_no_close)
    answer(service, CoverGuests, closing.cover_guests)


def _let_review(service: Service[TillSettings], reviewing: Reviewing) -> None:
    answer(service, RescueSessions, reviewing.sessions)
    answer(service, ShowRescue, reviewing.show)
    answer(service, RescueJournals, reviewing.journals)
    answer(service, AcceptRescued, reviewing.accept)
    answer(service, RejectRescued, reviewing.reject)
    answer(service, RepairRescued, reviewing.repair)
    answer(service, CloseRescue, reviewing.close)


def _attend_desk(service: Service[TillSettings], desk: Desk) -> None:
    answer(service, DeadLetters, desk.dead_letters)
    answer(service, ShowDeadLetter, desk.show)
    answer(service, RetryDeadLetter, desk.retry)
    answer(service, RepairDeadLetter, desk.repair)
    answer(service, DiscardDeadLetter, desk.discard)


async def filled(service: Service[TillSettings]) -> float:
    """Return which part of the journal stream's bytes is taken."""
    state = (await service.nats.jetstream.stream_info(JOURNAL_STREAM.name)).state
    return state.bytes / JOURNAL_STREAM.max_bytes


if __name__ == "__main__":
    sys.exit(run("till_service", TillSettings, compose))
