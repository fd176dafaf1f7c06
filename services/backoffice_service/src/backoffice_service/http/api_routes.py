"""The same for programs: what the pages ask and order, as JSON, under the same rights."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError, create_model

from backoffice_service.domain.access import Action
from backoffice_service.http.codes import FIELD
from backoffice_service.http.desk import MOST_KEY, Desk, desk_of
from backoffice_service.http.office import Office
from backoffice_service.http.problems import ANSWERS, faulty
from backoffice_service.messaging.catalogues import cut
from tillday_contracts.account_messages import (
    Accounts,
    DepositToBank,
    LedgerEntries,
    LockPeriod,
    SetAccounts,
    TrialBalance,
)
from tillday_contracts.alarm_messages import Alarms
from tillday_contracts.balance_messages import StoreBalance
from tillday_contracts.close_messages import CloseTill, SayNoClose
from tillday_contracts.command_messages import OrderReprint, TerminalCommands
from tillday_contracts.day_messages import CancelDay
from tillday_contracts.desk_messages import (
    DeadLetters,
    DiscardDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.explain_messages import ExplainTill
from tillday_contracts.figure_messages import DifferenceReport, StoreCalendar
from tillday_contracts.identity_messages import IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import PeopleHistory, StoreTerminals
from tillday_contracts.messages import Command, Done, Question
from tillday_contracts.model import Part
from tillday_contracts.posting_messages import Postings, RetryPosting, ShowPosting, WaivePosting
from tillday_contracts.report_messages import CashUpReport, FlashReport, SalesReport, StatusBoard, XReport
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RescueJournals,
    RescueSessions,
    ShowRescue,
)
from tillday_contracts.sharing_messages import CoverGuests
from tillday_contracts.stock_messages import (
    AdjustStock,
    Pickings,
    ReceiveGoods,
    SetLocation,
    SetStockRules,
    StockOnHand,
)
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
    StoreSettings,
)
from tillday_contracts.till_messages import SafeBalance
from tillday_contracts.wire import REPLIES

READ: Final[Mapping[Action, tuple[type[Question], ...]]] = {
    "see_store": (StatusBoard, StoreDayStatus, RescueJournals, RescueSessions, ShowRescue),
    "see_report": (
        CashUpReport,
        DifferenceReport,
        ExplainTill,
        FlashReport,
        SalesReport,
        StoreCalendar,
        TerminalCommands,
        XReport,
    ),
    "see_books": (
        Accounts,
        LedgerEntries,
        Pickings,
        Postings,
        SafeBalance,
        ShowPosting,
        StockOnHand,
        StoreBalance,
        TrialBalance,
    ),
    "see_letters": (DeadLetters, ShowDeadLetter),
    "see_alarms": (Alarms,),
    "see_settings": (Catalogue, People, PeopleHistory, StoreSettings, StoreTerminals),
}
CHANGE: Final[Mapping[Action, tuple[type[Command], ...]]] = {
    "open_store": (OpenStore,),
    "close_store": (CloseStore,),
    "cancel_day": (CancelDay,),
    "close_till": (CloseTill, CoverGuests, SayNoClose),
    "order_reprint": (OrderReprint,),
    "decide_rescue": (AcceptRescued, CloseRescue, RejectRescued),
    "decide_letter": (DiscardDeadLetter, RetryDeadLetter),
    "keep_stock": (AdjustStock, ReceiveGoods, SetLocation, SetStockRules),
    "keep_ledger": (DepositToBank, RetryPosting, WaivePosting),
    "keep_accounts": (LockPeriod, SetAccounts),
    "create_store": (CreateStore,),
    "manage_store": (
        DefinePerson,
        DefineStore,
        ImportCatalogue,
        IssueEnrolmentCode,
        RegisterTerminal,
        RevokeTerminal,
    ),
}
SECRET: Final = frozenset({RegisterTerminal})
"""Their answers hold what only services may know: the API says no more than that it is done."""
CONTROL: Final = ({"loc": (), "type": "control", "msg": "A control character is in it"},)
FOREIGN: Final = ({"loc": ("settings", "store"), "type": "foreign", "msg": "It is another store's"},)
ENVELOPE: Final = frozenset(Command.model_fields)
CUT: Final[Mapping[type[Command], frozenset[str]]] = {ImportCatalogue: frozenset({"part", "parts"})}
"""What a program leaves to us: it sends the whole, however many messages that takes."""
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=MOST_KEY,
        description="Names the command: the same key is the same command, carried out once.",
    ),
]


CodeShown = Annotated[
    str,
    Header(
        alias="Second-Factor-Code", max_length=20, description="Of the authenticator, for what needs one."
    ),
]


def api_routes(office: Office) -> APIRouter:
    """Return the routes of the API."""
    router = APIRouter(prefix="/api/stores/{store}", responses=dict(ANSWERS))
    for action, questions in READ.items():
        for question in questions:
            _add_question(router, office, action, question)
    for action, commands in CHANGE.items():
        for kind in commands:
            _add_command(router, office, action, kind)
    return router


def _add_question(router: APIRouter, office: Office, action: Action, kind: type[Question]) -> None:
    answer, allowed = REPLIES[kind][0], desk_of(office, action)

    async def ask(desk: Desk = allowed) -> Any:
        given = dict(desk.request.query_params)
        if any("\x00" in value for value in given.values()):
            return faulty(CONTROL, desk.speech)
        try:
            question = kind.model_validate_strings({**given, "store": desk.store})
        except ValidationError as error:
            return faulty(error.errors(), desk.speech)
        return await desk.ask(question, answer)

    router.add_api_route(
        f"/{path_of(kind)}",
        ask,
        methods=["GET"],
        response_model=answer,
        openapi_extra={"parameters": parameters_of(kind)},
        **_described(kind, action),
    )


def _add_command(router: APIRouter, office: Office, action: Action, kind: type[Command]) -> None:
    body_model, allowed = body_of(kind), desk_of(office, action)
    shown = Done if kind in SECRET else REPLIES[kind][0]

    async def order(
        body: body_model,  # type: ignore[valid-type]
        key: Key,
        code: CodeShown = "",
        desk: Desk = allowed,
    ) -> Any:
        return await _order(replace(desk, typed={FIELD: code}), kind, body, action)

    router.add_api_route(
        f"/{path_of(kind)}", order, methods=["POST"], response_model=shown, **_described(kind, action)
    )


async def _order(desk: Desk, kind: type[Command], body: BaseModel, action: Action) -> Done | Response:
    if "\\u0000" in body.model_dump_json():
        return faulty(CONTROL, desk.speech)
    of_store = {"store": desk.store} if "store" in kind.model_fields else {}
    try:
        wish = desk.named(kind, **of_store, **body.model_dump())
    except ValidationError as error:
        return faulty(error.errors(), desk.speech)
    if isinstance(wish, DefineStore) and wish.settings.store != desk.store:
        return faulty(FOREIGN, desk.speech)
    *first, last = cut(wish) if isinstance(wish, ImportCatalogue) else (wish,)
    answer = await desk.order(
        last, REPLIES[kind][0], lambda _: "done", after=first, action=action, details=details_of(wish)
    )
    desk.office.forget(desk.store)
    if isinstance(wish, CreateStore):
        await desk.office.door.let_into(desk.request, desk.visitor, wish.settings.store)
    return Done() if kind in SECRET else answer


def path_of(kind: type[BaseModel]) -> str:
    """Return the last part of a message's address: its name in small letters."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


@cache
def body_of(kind: type[Command]) -> type[BaseModel]:
    """Return a command's own fields: who wants it, when, and in which store is not for the body to say."""
    own = {
        name: (
            field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata],
            field,
        )
        for name, field in kind.model_fields.items()
        if name not in ENVELOPE | CUT.get(kind, frozenset()) and name != "store"
    }
    fields: dict[str, Any] = own
    return create_model(f"{kind.__name__}Body", __base__=Part, __doc__=kind.__doc__, **fields)


def parameters_of(kind: type[Question]) -> list[dict[str, object]]:
    """Return a question's fields as they are described: in the address, beside the store."""
    schema = kind.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": one}
        for name, one in schema["properties"].items()
        if name != "store"
    ]


def details_of(wish: Command) -> dict[str, object]:
    """Return what of a command the audit trail keeps: its own fields without its secrets."""
    if isinstance(wish, ImportCatalogue):
        return {"products": len(wish.items)}
    kept = {name for name, field in type(wish).model_fields.items() if name not in ENVELOPE and field.repr}
    return wish.model_dump(mode="json", include=kept - {"store"}, exclude_none=True)


def _described(kind: type[BaseModel], action: Action) -> dict[str, Any]:
    said = " ".join((kind.__doc__ or "").split())
    return {
        "name": path_of(kind),
        "operation_id": path_of(kind),
        "summary": said.split(". ")[0].rstrip("."),
        "description": f"{said} Needs the right `{action}`.",
        "tags": [action],
    }
