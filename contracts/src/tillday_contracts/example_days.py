"""Example messages of a day that is taken back or archived, of a store's tasks and terminals' orders."""

from pydantic import BaseModel

from tillday_contracts import command_messages, day_messages, messages, till_messages
from tillday_contracts.example_entries import DAY, MORNING, SESSION, STORE, SUPERVISOR, TERMINAL
from tillday_contracts.example_messages import CAUSATION_ID, CORRELATION_ID, MESSAGE_ID

_IDS = {"message_id": MESSAGE_ID, "correlation_id": CORRELATION_ID, "occurred_at": MORNING}
_OF_THE_DAY = {"store": STORE, "business_date": DAY}


def day_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    return {**_requests(), **_events(), **_commands()}


def _commands() -> dict[str, BaseModel]:
    command: dict[str, object] = {"command_id": SESSION, "not_after": MORNING}
    listed = {**command, "kind": "reprint", "document": "T1-AB12C-7", "state": "delivered"}
    ordered = command_messages.OrderedCommand.model_validate(
        {**listed, "terminal": TERMINAL, "ordered_by": SUPERVISOR, "ordered_at": MORNING}
    )
    return {
        "request.order_reprint": _made(
            command_messages.OrderReprint, store=STORE, terminal=TERMINAL, document="T1-AB12C-7"
        ),
        "reply.command_ordered": command_messages.CommandOrdered.model_validate(command),
        "request.terminal_commands": command_messages.TerminalCommands(store=STORE),
        "reply.terminal_command_list": command_messages.TerminalCommandList(store=STORE, commands=(ordered,)),
        "event.command_finished": _told(
            command_messages.CommandFinished,
            store=STORE,
            terminal=TERMINAL,
            command_id=SESSION,
            outcome="done",
        ),
    }


def _requests() -> dict[str, BaseModel]:
    return {
        "request.cancel_day": _made(
            day_messages.CancelDay, **_OF_THE_DAY, reason="Opened for the wrong date"
        ),
        "request.finish_store_task": _made(
            day_messages.FinishStoreTask, store=STORE, number=3, note="The date was meant"
        ),
        "request.release_day": _made(till_messages.ReleaseDay, **_OF_THE_DAY),
        "request.day_settled": till_messages.DaySettled.model_validate(_OF_THE_DAY),
        "reply.day_settlement": till_messages.DaySettlement(
            settled=False, reasons=("A dead letter of the terminal T2 is open.",)
        ),
    }


def _events() -> dict[str, BaseModel]:
    task = {
        "number": 3,
        "kind": "opened_without_right",
        "terminal": TERMINAL,
        "text": "C1 opened the terminal T1 for 2026-03-14 without the right to do so.",
    }
    return {
        "event.store_day_cancelled": _told(
            day_messages.StoreDayCancelled, **_OF_THE_DAY, by=SUPERVISOR, reason="Opened for the wrong date"
        ),
        "event.store_day_archived": _told(day_messages.StoreDayArchived, **_OF_THE_DAY, archived_through=DAY),
        "event.store_task_raised": _told(day_messages.StoreTaskRaised, **_OF_THE_DAY, **task),
        "event.store_task_finished": _told(
            day_messages.StoreTaskFinished, store=STORE, number=3, by=SUPERVISOR, note="The date was meant"
        ),
    }


def _made(command: type[messages.Command], **fields: object) -> messages.Command:
    return command.model_validate({**_IDS, "by": SUPERVISOR, **fields})


def _told(event: type[messages.Event], **fields: object) -> messages.Event:
    return event.model_validate({**_IDS, "causation_id": CAUSATION_ID, **fields})
