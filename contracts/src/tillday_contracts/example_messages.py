"""Example requests, replies and events between services."""

from typing import Final
from uuid import UUID

from pydantic import BaseModel

from tillday_contracts import (
    messages,
    report_messages,
    report_progress_messages,
    store_messages,
    till_messages,
)
from tillday_contracts.example_entries import (
    CASHIER,
    DAY,
    EPOCH,
    HASH,
    KEPT,
    KEY_ID,
    MORNING,
    OTHER_HASH,
    SESSION,
    STORE,
    SUPERVISOR,
    TERMINAL,
    TILL,
    envelope,
    till_closed,
)
from tillday_contracts.example_link import KEY, catalogue_item, settings_content
from tillday_contracts.piece_looks import PieceLook
from tillday_contracts.wishes import SettingsContent

MESSAGE_ID: Final = UUID("0195936f-2f6e-7c31-a9b0-5d0a6f2b1c3d")
CORRELATION_ID: Final = UUID("0195936f-2f6e-7c31-a9b0-000000000001")
CAUSATION_ID: Final = UUID("0195936f-2f6e-7c31-a9b0-000000000002")
_COMMAND: Final = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "occurred_at": MORNING,
    "by": SUPERVISOR,
}
_EVENT: Final = {
    "message_id": MESSAGE_ID,
    "correlation_id": CORRELATION_ID,
    "causation_id": CAUSATION_ID,
    "occurred_at": MORNING,
}


def message_examples() -> dict[str, BaseModel]:
    """Return one example of each request, reply and event by its wire name."""
    return {**_store_requests(), **_other_requests(), **_replies(), **_store_events(), **_till_events()}


def _store_requests() -> dict[str, BaseModel]:
    person = {"person": CASHIER, "name": "Cashier 1", "role": "cashier", "rights": ("sell",), "pin": "1234"}
    terminal = {"terminal": TERMINAL, "till": TILL, "name": "Till at the door"}
    return {
        "request.define_store": _made(store_messages.DefineStore, settings=settings_content()),
        "request.create_store": _made(
            store_messages.CreateStore,
            store=STORE,
            settings=_settings_of_a_new_store(),
            name="Supervisor 1",
            catalogue=True,
        ),
        "request.register_terminal": _made(store_messages.RegisterTerminal, store=STORE, **terminal),
        "request.define_person": _made(store_messages.DefinePerson, store=STORE, **person),
        "request.import_catalogue": _made(
            store_messages.ImportCatalogue, store=STORE, items=(catalogue_item(),)
        ),
        "request.open_store": _made(store_messages.OpenStore, store=STORE, business_date=DAY),
        "request.close_store": _made(
            store_messages.CloseStore, store=STORE, business_date=DAY, waive="T2 is at the repair shop"
        ),
        "request.store_day_status": store_messages.StoreDayStatus(store=STORE),
    }


def _settings_of_a_new_store() -> SettingsContent:
    looks = (PieceLook(value=5000, colour="pink"), PieceLook(value=2000))
    head = ("1 Harbour Street", "VAT 123456789")
    new = {"store": "S2", "name": "Harbour shop", "looks": looks, "receipt_head": head, "floats": {}}
    return settings_content().model_copy(update={**new, "catalogue_rev": 0})


def _other_requests() -> dict[str, BaseModel]:
    key = {"terminal": TERMINAL, "till": TILL, "key_id": KEY_ID, "journal_key": KEY.hex()}
    return {
        "request.rebuild_reports": _made(report_progress_messages.RebuildReports),
        "request.register_journal_key": _made(till_messages.RegisterJournalKey, store=STORE, **key),
        "request.seal_day": _made(till_messages.SealDay, store=STORE, business_date=DAY),
        "request.status_board": report_messages.StatusBoard(store=STORE),
        "request.cash_up_report": report_messages.CashUpReport(store=STORE, business_date=DAY),
    }


def _replies() -> dict[str, BaseModel]:
    open_till = till_messages.OpenTill(
        terminal=TERMINAL, till=TILL, session_id=SESSION, business_date=DAY, status="open", opened_by=CASHIER
    )
    day = store_messages.StoreDay(
        business_date=DAY, state="closing", awaited=(TERMINAL,), reason="End of the day"
    )
    return {
        "reply.done": messages.Done(),
        "reply.refused": messages.Refused(
            code="open_tills",
            text='Cannot close the store "Corner shop" because there are open tills',
            details={"tills": [open_till.model_dump(mode="json")]},
        ),
        "reply.failed": messages.Failed(
            kind="transient", text="The database is away; try again.", reference="7f3a9c"
        ),
        "reply.revised": store_messages.Revised(revision=5),
        "reply.terminal_registered": store_messages.TerminalRegistered(
            key_id=KEY_ID, journal_key=KEY.hex(), pepper=KEY[::-1].hex()
        ),
        "reply.day_answer": store_messages.DayAnswer(
            store=STORE, business_date=DAY, state="closing", awaited=(TERMINAL,)
        ),
        "reply.store_days": store_messages.StoreDays(store=STORE, name="Corner shop", days=(day,)),
        "reply.sealed": till_messages.Sealed(),
        "reply.not_sealed": till_messages.NotSealed(tills=(open_till,)),
        "reply.board": _board(),
        "reply.cash_ups": report_messages.CashUps(reports=(_cash_up(),)),
    }


def _board() -> report_messages.Board:
    till = report_messages.BoardTill(
        session_id=SESSION,
        till=TILL,
        business_date=DAY,
        status="Open in Front-office",
        opened_at=MORNING,
        opened_by=CASHIER,
        receipts=1,
        total=320,
    )
    terminal = report_messages.BoardTerminal(
        terminal=TERMINAL,
        name="Till at the door",
        status="Opened in back-office",
        business_date=DAY,
        active_tills=1,
        last_seen=MORNING,
        waiting=0,
        sessions=(till,),
    )
    summary = report_messages.BoardSummary(
        terminals=1,
        open_terminals=1,
        open_tills=1,
        open_tills_at=(TERMINAL,),
        silent=0,
        waiting=0,
        difference=0,
        with_difference=0,
    )
    return report_messages.Board(
        store=STORE, name="Corner shop", currency="EUR", terminals=(terminal,), found=1, summary=summary
    )


def _cash_up() -> report_messages.CashUp:
    closed = till_closed()
    return report_messages.CashUp(
        session_id=SESSION,
        store_name="Corner shop",
        terminal=TERMINAL,
        till=TILL,
        business_date=DAY,
        number=closed.number,
        opened_at=MORNING,
        opened_by=CASHIER,
        closed_at=MORNING,
        closed_by=CASHIER,
        closed_from="Front-office",
        currency="EUR",
        tenders=closed.tenders,
        receipts=1,
        total=320,
        products=(report_messages.ProductLine(sku="4001", name="Apple", quantity=2, total=120),),
    )


def _store_events() -> dict[str, BaseModel]:
    person = {"person": CASHIER, "name": "Cashier 1", "role": "cashier"}
    wish = {"terminal": TERMINAL, "business_date": DAY, "origin": "back_office", "rev": 17}
    closed = {"automatic": True, "unattested": ("T2",)}
    return {
        "event.store_defined": _told(store_messages.StoreDefined, settings=settings_content(), revision=5),
        "event.terminal_added": _told(
            store_messages.TerminalAdded, store=STORE, terminal=TERMINAL, till=TILL, name="Till at the door"
        ),
        "event.person_defined": _told(store_messages.PersonDefined, store=STORE, **person),
        "event.store_opened": _told(
            store_messages.StoreOpened, store=STORE, business_date=DAY, by=SUPERVISOR
        ),
        "event.store_closing": _told(
            store_messages.StoreClosing, store=STORE, business_date=DAY, by=SUPERVISOR
        ),
        "event.store_closed": _told(
            store_messages.StoreClosed, store=STORE, business_date=DAY, by=SUPERVISOR, **closed
        ),
        "event.store_closing_abandoned": _told(
            store_messages.StoreClosingAbandoned,
            store=STORE,
            business_date=DAY,
            reason="T1-A turned out open",
        ),
        "event.terminal_wished": _told(store_messages.TerminalWished, store=STORE, **wish),
    }


def _till_events() -> dict[str, BaseModel]:
    entry = till_messages.LedgerEntry(
        epoch=EPOCH,
        seq=8,
        hash=HASH,
        type="SALE",
        at=MORNING,
        recorded_at=MORNING,
        body=envelope().body,
        placement="session",
        session_id=SESSION,
    )
    session = {"till": TILL, "session_id": SESSION, "business_date": DAY, "status": "closed_front"}
    figures = {"by": CASHIER, "kept": KEPT, "last_receipt": 1, "last_cash_up": 1}
    return {
        "event.entries_recorded": _at_terminal(till_messages.EntriesRecorded, entries=(entry,)),
        "event.till_session_changed": _at_terminal(till_messages.TillSessionChanged, **session, **figures),
        "event.terminal_attested": _at_terminal(
            till_messages.TerminalAttested, business_date=DAY, revision=18
        ),
        "event.terminal_opened_itself": _at_terminal(
            till_messages.TerminalOpenedItself, business_date=DAY, by=SUPERVISOR, epoch=EPOCH, seq=3
        ),
        "event.dead_letter_kept": _at_terminal(
            till_messages.DeadLetterKept,
            digest=OTHER_HASH,
            reason="entry type SALUTE v1 is unknown to this version",
        ),
        "event.task_raised": _at_terminal(
            till_messages.TaskRaised,
            till=TILL,
            session_id=SESSION,
            business_date=DAY,
            kind="expected_differs",
            text="The cash-up expected cash 320, the ledger 310 (minor units). Compare the receipts.",
        ),
    }


def _made(command: type[messages.Command], **fields: object) -> messages.Command:
    return command.model_validate({**_COMMAND, **fields})


def _told(event: type[messages.Event], **fields: object) -> messages.Event:
    return event.model_validate({**_EVENT, **fields})


def _at_terminal(event: type[messages.Event], **fields: object) -> messages.Event:
    return _told(event, store=STORE, terminal=TERMINAL, **fields)
