"""The composition root: everything is built here and nowhere else."""

import sys
from dataclasses import replace
from typing import Final

from service_kit.feed import Feed
from service_kit.links import NatsLink, broker_address
from service_kit.service import Service, run
from service_kit.subscriptions import answer, hear
from store_service.messaging.archivist import Archivist
from store_service.messaging.asks import Asks
from store_service.messaging.broker_tokens import Signer
from store_service.messaging.cancellings import Cancellings
from store_service.messaging.carrying_on import CarryOn
from store_service.messaging.catalogues import CataloguePages, CatalogueView, Imports
from store_service.messaging.closings import Closings
from store_service.messaging.commands import Commands
from store_service.messaging.definitions import Definitions
from store_service.messaging.door import Door
from store_service.messaging.enrolments import Doorkeeper, Enrolments, NoDoor
from store_service.messaging.foundings import Foundings
from store_service.messaging.hellos import Hellos
from store_service.messaging.lease import Lease
from store_service.messaging.master_data import MasterData
from store_service.messaging.movings import Movings
from store_service.messaging.openings import Openings
from store_service.messaging.retained import RetainedWriter
from store_service.messaging.settings_changes import SettingsChanges
from store_service.messaging.status import Status
from store_service.messaging.tasks import Tasks
from store_service.messaging.till_events import TillEvents
from store_service.messaging.till_service import TillServiceClient
from store_service.messaging.work import Clockwork
from store_service.messaging.workshop import Workshop
from store_service.pins import PinHasher
from store_service.settings import StoreSettings
from tillday_contracts.command_messages import OrderReprint, TerminalCommands
from tillday_contracts.day_messages import CancelDay, FinishStoreTask
from tillday_contracts.identity_messages import IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import PeopleHistory, StoreTerminals
from tillday_contracts.sharing_messages import MoveTill
from tillday_contracts.store_messages import (
    Catalogue,
    CloseStore,
    CreateStore,
    DefinePerson,
    DefineStore,
    ImportCatalogue,
    OpenStore,
    People,
    RegisterTerminal,
    StoreDayStatus,
)
from tillday_contracts.store_messages import StoreSettings as SettingsQuestion
from tillday_contracts.streams import STORE_EVENTS, STREAMS, TILL_EVENTS
from tillday_contracts.topics import HELLO_SUBJECT, REDEEM_SUBJECT, ask_subject

TILL_REPLAY: Final = "tillday.till.replay.v1"
STORE_REPLAY: Final = "tillday.store.replay.v1"
DOOR_USER: Final = "store_service_door"


def compose(service: Service[StoreSettings]) -> None:
    """Build the service; nothing is connected yet."""
    clockwork = Clockwork(service.now, service.random_bytes)
    workshop = Workshop(service.database, clockwork)
    tills = TillServiceClient(service.nats, clockwork)
    openings, closings = Openings(workshop, tills), Closings(workshop, tills)
    cancellings = Cancellings(workshop, tills)
    pins = PinHasher(service.settings.pin_cost, service.random_bytes)
    definitions = Definitions(workshop, tills, pins, any_pin=service.settings.pin_rules == "any")
    answer(service, DefineStore, SettingsChanges(workshop).define_store)
    answer(service, CreateStore, Foundings(workshop).create)
    answer(service, RegisterTerminal, definitions.register_terminal)
    answer(service, DefinePerson, definitions.define_person)
    enrolments = Enrolments(workshop, tills, service.nats, _door(service, clockwork))
    answer(service, IssueEnrolmentCode, enrolments.issue)
    answer(service, RevokeTerminal, enrolments.revoke)
    hear(service, REDEEM_SUBJECT, enrolments.redeem)
    answer(service, ImportCatalogue, Imports(workshop).handle)
    answer(service, OpenStore, openings.handle)
    answer(service, CloseStore, closings.handle)
    answer(service, CancelDay, cancellings.handle)
    answer(service, FinishStoreTask, Tasks(workshop).finish)
    answer(service, MoveTill, Movings(workshop, tills).move_till)
    commands = Commands(workshop)
    answer(service, OrderReprint, commands.order_reprint)
    answer(service, TerminalCommands, commands.listed)
    _answer_questions(service, catalogue_pages := CataloguePages())
    asks = Asks(service.database, service.nats, catalogue_pages)
    hear(service, HELLO_SUBJECT, Hellos(service.database, clockwork).handle)
    hear(service, ask_subject("catalogue"), asks.catalogue)
    hear(service, ask_subject("people"), asks.people)
    _follow_till_service(service, TillEvents(clockwork))
    carry_on = CarryOn(workshop, openings, closings, cancellings)
    _run_duties(service, carry_on, Archivist(workshop, tills))
    service.ensure_streams(STREAMS)
    service.relay_outbox(stream=STORE_EVENTS.name)
    service.answer_replays(STORE_REPLAY)


def _door(service: Service[StoreSettings], clockwork: Clockwork) -> Doorkeeper:
    settings = service.settings
    if settings.door_password is None or settings.door_seed is None:
        return NoDoor()
    address = broker_address(settings, service=f"{service.name}-door")
    own = replace(address, user=DOOR_USER, password=settings.door_password.get_secret_value(), mqtt_url=None)
    signer = Signer(bytes.fromhex(settings.door_seed.get_secret_value()), settings.door_account)
    door = Door(lambda: NatsLink(own), signer, service.database, clockwork, name=service.instance)
    service.background("door", door.run)
    service.check("door", door.answers)
    return door


def _answer_questions(service: Service[StoreSettings], catalogue_pages: CataloguePages) -> None:
    master_data = MasterData(service.database, service.now)
    answer(service, StoreDayStatus, Status(service.database).handle)
    answer(service, SettingsQuestion, master_data.settings)
    answer(service, Catalogue, CatalogueView(service.database, catalogue_pages).handle)
    answer(service, People, master_data.people)
    answer(service, PeopleHistory, master_data.people_history)
    answer(service, StoreTerminals, master_data.terminals)


def _follow_till_service(service: Service[StoreSettings], events: TillEvents) -> None:
    service.follow(
        Feed(
            service.database,
            service.nats,
            producer="till",
            stream=TILL_EVENTS.name,
            subject=TILL_EVENTS.subjects,
            durable="store_service_till",
            replay_subject=TILL_REPLAY,
            fold=events.fold,
            clear=events.clear,
        )
    )


def _run_duties(service: Service[StoreSettings], carry_on: CarryOn, archivist: Archivist) -> None:
    writer = RetainedWriter(service.database, service.retained())

    def wake() -> None:
        writer.wake()
        carry_on.wake()

    duties = (writer.run, carry_on.run, archivist.run)
    service.background("lease", Lease(service.database, duties, woken=wake).run)
    service.on_connected(writer.publish_all)


if __name__ == "__main__":
    sys.exit(run("store_service", StoreSettings, compose))
