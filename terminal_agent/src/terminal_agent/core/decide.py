"""One door to every decision about a till."""

from typing import assert_never

from terminal_agent.core.cash_up import cancel_cash_up, confirm_cash_up, count_tender, start_cash_up
from terminal_agent.core.commands import (
    Adjust,
    CancelCashUp,
    ConfirmCashUp,
    CountFloat,
    CountTender,
    DeleteReceipt,
    JoinTill,
    LeaveTill,
    Move,
    OpenDrawer,
    Place,
    Refund,
    Sell,
    StartCashUp,
    StartTill,
    TakeGuests,
    TillCommand,
)
from terminal_agent.core.counted_guests import take_guests
from terminal_agent.core.counts import count_float, start_till
from terminal_agent.core.guest import ask_to_join, leave
from terminal_agent.core.moving import adjust, move, open_drawer
from terminal_agent.core.pending import delete_receipt
from terminal_agent.core.refunding import refund
from terminal_agent.core.refusal import Decision
from terminal_agent.core.selling import sell
from terminal_agent.core.till import Till


def decide(till: Till, command: TillCommand, place: Place) -> Decision:
    """Answer a command with the entries to write, or with the reason why not. Total: it never raises."""
    match command:
        case StartTill():
            return start_till(till, command, place)
        case CountFloat():
            return count_float(till, command)
        case Sell():
            return sell(till, command, place)
        case DeleteReceipt():
            return delete_receipt(till, command, place)
        case Refund():
            return refund(till, command, place)
        case Move():
            return move(till, command, place)
        case Adjust():
            return adjust(till, command, place)
        case OpenDrawer():
            return open_drawer(till, command)
        case JoinTill():
            return ask_to_join(till, command, place)
        case LeaveTill():
            return leave(till, command, place)
        case _:
            return _cash_up(till, command, place)


def _cash_up(
    till: Till, command: TakeGuests | StartCashUp | CancelCashUp | CountTender | ConfirmCashUp, place: Place
) -> Decision:
    match command:
        case StartCashUp():
            return start_cash_up(till, command, place)
        case TakeGuests():
            return take_guests(till, command)
        case CancelCashUp():
            return cancel_cash_up(till, command)
        case CountTender():
            return count_tender(till, command)
        case ConfirmCashUp():
            return confirm_cash_up(till, command, place)
        case _:
            assert_never(command)
