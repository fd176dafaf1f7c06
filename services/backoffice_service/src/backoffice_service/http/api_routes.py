"""The same for programs: what the pages ask and order, as JSON, under the same rights."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ValidationError

from backoffice_service.domain.access import Action
from backoffice_service.http.api_shapes import (
    APPROVAL,
    APPROVED,
    CONTROL,
    FOREIGN,
    CodeShown,
    Key,
    body_of,
    described,
    details_of,
    parameters_of,
    path_of,
)
from backoffice_service.http.approval import approver_of
from backoffice_service.http.codes import FIELD
from backoffice_service.http.desk import Desk, desk_of
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
    RepairDeadLetter,
    RetryDeadLetter,
    ShowDeadLetter,
)
from tillday_contracts.explain_messages import ExplainTill
from tillday_contracts.figure_messages import DifferenceReport, StoreCalendar
from tillday_contracts.identity_messages import IssueEnrolmentCode, RevokeTerminal
from tillday_contracts.master_data_messages import PeopleHistory, StoreTerminals
from tillday_contracts.messages import Command, Done, Question
from tillday_contracts.posting_messages import Postings, RetryPosting, ShowPosting, WaivePosting
from tillday_contracts.report_messages import CashUpReport, FlashReport, SalesReport, StatusBoard, XReport
from tillday_contracts.rescue_messages import (
    AcceptRescued,
    CloseRescue,
    RejectRescued,
    RepairRescued,
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
    "decide_rescue": (AcceptRescued, CloseRescue, RejectRescued, RepairRescued),
    "decide_letter": (DiscardDeadLetter, RepairDeadLetter, RetryDeadLetter),
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
        **described(kind, action),
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
        f"/{path_of(kind)}", order, methods=["POST"], response_model=shown, **described(kind, action)
    )


async def _order(desk: Desk, kind: type[Command], body: BaseModel, action: Action) -> Done | Response:
    if "\\u0000" in body.model_dump_json():
        return faulty(CONTROL, desk.speech)
    of_store = {"store": desk.store} if "store" in kind.model_fields else {}
    approved = await _approved(desk, kind, body, action)
    try:
        wish = desk.named(kind, **of_store, **approved, **body.model_dump(exclude=set(APPROVAL)))
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


async def _approved(desk: Desk, kind: type[Command], body: BaseModel, action: Action) -> dict[str, str]:
    """Return who approved, for what needs a colleague. Raises Declined."""
    if APPROVED not in kind.model_fields:
        return {}
    given = {name: str(getattr(body, name)) for name in APPROVAL}
    return {APPROVED: await approver_of(replace(desk, typed={**desk.typed, **given}), action)}
