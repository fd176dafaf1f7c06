"""Every model that crosses the wire, by the name under which its schema, example and golden file are kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from tillday_contracts import (
    account_messages,
    alarm_messages,
    asks,
    backoffice_messages,
    balance_messages,
    close_messages,
    command_messages,
    day_messages,
    desk_messages,
    enrolment,
    explain_messages,
    figure_messages,
    identity_messages,
    journal,
    link,
    master_data_messages,
    messages,
    posting_messages,
    report_messages,
    report_progress_messages,
    rescue_messages,
    sharing_messages,
    stock_messages,
    store_messages,
    till_messages,
    wishes,
)
from tillday_contracts.entries import BODIES, Envelope

WIRE_VERSION: Final = "v1"

ENTRY_MODELS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {f"entry.{name.lower()}": body for name, body in BODIES.items()}
)

LINK_MODELS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        "journal.envelope": Envelope,
        "journal.batch": journal.JournalBatch,
        "link.sealed": link.Sealed,
        "link.hello": link.Hello,
        "link.answers": link.Answers,
        "link.ask": asks.Ask,
        "link.reply": asks.Reply,
        "link.presence": link.Presence,
        "link.desired": wishes.Desired,
        "link.settings": wishes.Settings,
        "link.enrolment_bundle": enrolment.EnrolmentBundle,
        "link.invitation": enrolment.Invitation,
        "link.redeem": enrolment.Redeem,
        "link.given": enrolment.Given,
    }
)

REPLIES: Final[Mapping[type[BaseModel], tuple[type[messages.Done], ...]]] = MappingProxyType(
    {
        store_messages.DefineStore: (store_messages.Revised,),
        store_messages.CreateStore: (store_messages.Revised,),
        store_messages.RegisterTerminal: (store_messages.TerminalRegistered,),
        identity_messages.IssueEnrolmentCode: (identity_messages.EnrolmentCodeIssued,),
        identity_messages.RevokeTerminal: (messages.Done,),
        store_messages.DefinePerson: (store_messages.Revised,),
        store_messages.ImportCatalogue: (store_messages.Revised,),
        store_messages.OpenStore: (store_messages.DayAnswer,),
        store_messages.CloseStore: (store_messages.DayAnswer,),
        day_messages.CancelDay: (store_messages.DayAnswer,),
        day_messages.FinishStoreTask: (messages.Done,),
        command_messages.OrderReprint: (command_messages.CommandOrdered,),
        command_messages.TerminalCommands: (command_messages.TerminalCommandList,),
        store_messages.StoreDayStatus: (store_messages.StoreDays,),
        store_messages.StoreSettings: (store_messages.SettingsAnswer,),
        store_messages.Catalogue: (store_messages.CatalogueAnswer,),
        store_messages.People: (store_messages.PeopleAnswer,),
        master_data_messages.PeopleHistory: (master_data_messages.PeopleChanges,),
        master_data_messages.StoreTerminals: (master_data_messages.StoreTerminalList,),
        till_messages.RegisterJournalKey: (messages.Done,),
        till_messages.SealDay: (till_messages.Sealed, till_messages.NotSealed),
        till_messages.ReleaseDay: (messages.Done,),
        till_messages.DaySettled: (till_messages.DaySettlement,),
        till_messages.SafeBalance: (till_messages.Safe,),
        close_messages.CloseTill: (close_messages.TillClosedInBack,),
        close_messages.SayNoClose: (messages.Done,),
        rescue_messages.RescueSessions: (rescue_messages.RescueSessionList,),
        rescue_messages.ShowRescue: (rescue_messages.RescueShown,),
        rescue_messages.RescueJournals: (rescue_messages.RescueJournalsShown,),
        explain_messages.ExplainTill: (explain_messages.TillExplained,),
        balance_messages.StoreBalance: (balance_messages.Balance,),
        rescue_messages.AcceptRescued: (rescue_messages.RescueDecided,),
        rescue_messages.RejectRescued: (rescue_messages.RescueDecided,),
        rescue_messages.RepairRescued: (rescue_messages.RescueDecided,),
        rescue_messages.CloseRescue: (rescue_messages.RescueClosed,),
        sharing_messages.CoverGuests: (messages.Done,),
        sharing_messages.MoveHost: (messages.Done,),
        sharing_messages.MoveTill: (sharing_messages.TillMoved,),
        desk_messages.DeadLetters: (desk_messages.DeadLetterList,),
        desk_messages.ShowDeadLetter: (desk_messages.DeadLetterShown,),
        desk_messages.RetryDeadLetter: (desk_messages.DeadLetterDecided,),
        desk_messages.RepairDeadLetter: (desk_messages.DeadLetterDecided,),
        desk_messages.DiscardDeadLetter: (desk_messages.DeadLetterDecided,),
        posting_messages.Postings: (posting_messages.PostingList,),
        posting_messages.ShowPosting: (posting_messages.PostingShown,),
        posting_messages.RetryPosting: (messages.Done,),
        posting_messages.WaivePosting: (messages.Done,),
        stock_messages.SetLocation: (messages.Done,),
        stock_messages.SetStockRules: (messages.Done,),
        stock_messages.ReceiveGoods: (stock_messages.StockChanged,),
        stock_messages.AdjustStock: (stock_messages.StockChanged,),
        stock_messages.StockOnHand: (stock_messages.OnHandList,),
        stock_messages.Pickings: (stock_messages.PickingList,),
        account_messages.Accounts: (account_messages.Chart,),
        account_messages.SetAccounts: (messages.Done,),
        account_messages.LockPeriod: (messages.Done,),
        account_messages.DepositToBank: (account_messages.Deposited,),
        account_messages.TrialBalance: (account_messages.Balances,),
        account_messages.LedgerEntries: (account_messages.AccountEntryList,),
        report_messages.StatusBoard: (report_messages.Board,),
        report_messages.CashUpReport: (report_messages.CashUps,),
        report_messages.XReport: (report_messages.Snapshot,),
        report_messages.FlashReport: (report_messages.Flash,),
        report_messages.SalesReport: (report_messages.Sales,),
        figure_messages.DifferenceReport: (figure_messages.Differences,),
        figure_messages.StoreCalendar: (figure_messages.Calendar,),
        figure_messages.StoreOverviews: (figure_messages.Overview,),
        report_progress_messages.RebuildReports: (messages.Done,),
        alarm_messages.Alarms: (alarm_messages.AlarmList,),
        report_progress_messages.ReportProgress: (report_progress_messages.Progress,),
        backoffice_messages.DefineLogin: (messages.Done,),
        backoffice_messages.Operators: (backoffice_messages.OperatorList,),
        backoffice_messages.ForgetAuthenticator: (messages.Done,),
        backoffice_messages.VerifyAudit: (backoffice_messages.AuditVerified,),
    }
)
"""What answers a request when it is neither refused nor failed."""

EVENTS: Final[tuple[type[messages.Event], ...]] = (
    *store_messages.EVENTS,
    *identity_messages.IDENTITY_EVENTS,
    *day_messages.EVENTS,
    *till_messages.EVENTS,
    *sharing_messages.EVENTS,
    *desk_messages.EVENTS,
    *alarm_messages.EVENTS,
    *close_messages.EVENTS,
    *posting_messages.EVENTS,
    *stock_messages.EVENTS,
    *account_messages.EVENTS,
    *rescue_messages.EVENTS,
    *command_messages.EVENTS,
    *report_progress_messages.EVENTS,
)


def _message_models() -> dict[str, type[BaseModel]]:
    requests = {_request_name(request): request for request in REPLIES}
    replies = {f"reply.{_snake(reply)}": reply for group in REPLIES.values() for reply in group}
    events = {f"event.{_snake(event)}": event for event in EVENTS}
    return {
        **requests,
        **replies,
        "reply.refused": messages.Refused,
        "reply.failed": messages.Failed,
        **events,
    }


def _request_name(request: type[BaseModel]) -> str:
    return f"request.{_snake(request)}"


def _snake(model: type[BaseModel]) -> str:
    letters = (f"_{letter.lower()}" if letter.isupper() else letter for letter in model.__name__)
    return "".join(letters).removeprefix("_")


MESSAGE_MODELS: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(_message_models())
WIRE: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {**ENTRY_MODELS, **LINK_MODELS, **MESSAGE_MODELS}
)
"""All of them. A schema or golden file is `NAME.v1.json`."""
