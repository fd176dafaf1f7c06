"""Example questions about money and settings, and their answers: the same store day."""

from uuid import UUID

from pydantic import BaseModel

from tillday_contracts import (
    master_data_messages,
    report_messages,
    report_progress_messages,
    store_messages,
    till_messages,
)
from tillday_contracts.example_entries import (
    CASHIER,
    DAY,
    HASH,
    MORNING,
    SESSION,
    STORE,
    SUPERVISOR,
    TERMINAL,
    TILL,
)
from tillday_contracts.example_link import catalogue_item, settings_content

_FIGURES = (report_messages.TenderFigures(tender="cash", opening=15_000, sales=320, expected=15_320),)
_APPLE = report_messages.ProductLine(sku="4001", name="Apple", quantity=2, total=120)


def report_examples() -> dict[str, BaseModel]:
    """Return one example of each question and answer by its wire name."""
    changed = report_progress_messages.ReportsChanged(
        message_id=UUID(int=41),
        correlation_id=UUID(int=40),
        causation_id=UUID(int=40),
        occurred_at=MORNING,
        stores=(STORE,),
    )
    told: dict[str, BaseModel] = {"event.reports_changed": changed}
    return {**_questions(), **_reports(), **_safe(), **_master_data(), **told}


def _questions() -> dict[str, BaseModel]:
    return {
        "request.x_report": report_messages.XReport(store=STORE, terminal=TERMINAL),
        "request.flash_report": report_messages.FlashReport(store=STORE, terminal=TERMINAL),
        "request.sales_report": report_messages.SalesReport(store=STORE, first=DAY, last=DAY, by="hour"),
        "request.report_progress": report_progress_messages.ReportProgress(),
        "request.safe_balance": till_messages.SafeBalance(store=STORE),
        "request.store_settings": store_messages.StoreSettings(store=STORE),
        "request.catalogue": store_messages.Catalogue(store=STORE),
        "request.people": store_messages.People(store=STORE),
    }


def _reports() -> dict[str, BaseModel]:
    hour = report_messages.SalesRow(key="09", name="09:00", receipts=1, quantity=4, total=320)
    return {
        "reply.snapshot": report_messages.Snapshot(
            session_id=SESSION,
            terminal=TERMINAL,
            till=TILL,
            business_date=DAY,
            status="Open in Front-office",
            opened_at=MORNING,
            opened_by=CASHIER,
            currency="EUR",
            receipts=1,
            refunds=0,
            total=320,
            figures=_FIGURES,
        ),
        "reply.flash": report_messages.Flash(
            store_name="Corner shop",
            terminal=TERMINAL,
            business_date=DAY,
            currency="EUR",
            head_seq=11,
            lines=(_APPLE,),
            total=120,
        ),
        "reply.sales": report_messages.Sales(currency="EUR", rows=(hour,), total=320),
        "reply.progress": report_progress_messages.Progress(
            producers=(report_progress_messages.Followed(producer="till", done=120, total=500),)
        ),
    }


def _safe() -> dict[str, BaseModel]:
    moved = till_messages.SafeMovement(
        recorded_at=MORNING,
        terminal=TERMINAL,
        kind="cash_up",
        tender="cash",
        amount=310,
        session_id=SESSION,
        entry=HASH,
    )
    return {"reply.safe": till_messages.Safe(store=STORE, balance={"cash": 310}, movements=(moved,))}


def _master_data() -> dict[str, BaseModel]:
    change = store_messages.SettingsChange(revision=5, changed_at=MORNING, by=SUPERVISOR)
    person = store_messages.Person(person=CASHIER, name="Cashier 1", role="cashier", rights=("sell",))
    return {
        "reply.settings_answer": store_messages.SettingsAnswer(
            settings=settings_content(), revision=5, history=(change,)
        ),
        "reply.catalogue_answer": store_messages.CatalogueAnswer(
            revision=3, page=0, pages=1, items=(catalogue_item(),)
        ),
        "reply.people_answer": store_messages.PeopleAnswer(people=(person,)),
        **_people_history(),
    }


def _people_history() -> dict[str, BaseModel]:
    change = master_data_messages.PersonChange(
        revision=3,
        changed_at=MORNING,
        by=SUPERVISOR,
        person=CASHIER,
        name="Cashier 1",
        role="cashier",
        rights=("sell",),
        new_pin=True,
    )
    return {
        "request.people_history": master_data_messages.PeopleHistory(store=STORE, person=CASHIER),
        "reply.people_changes": master_data_messages.PeopleChanges(changes=(change,)),
    }
