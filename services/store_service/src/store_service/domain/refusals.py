"""What people are told when a rule forbids something, word by word."""

from collections.abc import Iterable, Sequence
from datetime import date

from store_service.domain.store_settings import Problem
from tillday_contracts.asks import Right
from tillday_contracts.messages import Refused
from tillday_contracts.store_messages import MOST_PRODUCTS
from tillday_contracts.till_messages import OpenTill
from tillday_contracts.wishes import SettingsContent


def unknown_store(store: str) -> Refused:
    return Refused(code="unknown_store", text=f'There is no store "{store}": check its code.')


def unknown_terminal(store: str, terminal: str) -> Refused:
    return Refused(code="unknown_terminal", text=f'The store "{store}" has no terminal "{terminal}".')


def unknown_till(store: str, till: str) -> Refused:
    return Refused(code="unknown_till", text=f'The store "{store}" has no till "{till}".')


def may_not_move(person: str) -> Refused:
    return Refused(code="right_missing", text=f"{person} has no right to move tills: ask a supervisor.")


def unknown_revision(store: str, revision: int) -> Refused:
    text = f'The settings of the store "{store}" have no revision {revision}.'
    return Refused(code="unknown_revision", text=text)


def wrong_settings(problems: Sequence[Problem]) -> Refused:
    """Every problem in one text; the code is that of the first."""
    named = [{"code": problem.code, "text": problem.text} for problem in problems]
    text = " ".join(problem.text for problem in problems)
    return Refused(code=problems[0].code, text=text, details={"problems": named})


def store_exists(store: SettingsContent) -> Refused:
    text = f'The store "{store.name}" has the code "{store.store}" already: choose another code.'
    return Refused(code="store_exists", text=text)


def changed_meanwhile(name: str, *, made_from: int, revision: int) -> Refused:
    text = (
        f'The settings of the store "{name}" were changed meanwhile: this change was made from revision '
        f"{made_from}, and revision {revision} is there now. Look at it and make the change again."
    )
    return Refused(code="changed_meanwhile", text=text, details={"revision": revision})


def catalogue_changed_meanwhile(name: str, *, made_from: int, revision: int) -> Refused:
    text = (
        f'The catalogue of the store "{name}" was replaced meanwhile: this one was compared with revision '
        f"{made_from}, and revision {revision} is there now. Compare again before you take it over."
    )
    return Refused(code="changed_meanwhile", text=text, details={"revision": revision})


def person_changed_meanwhile(person: str) -> Refused:
    text = f"{person} was changed by somebody else meanwhile. Look again and make the change again."
    return Refused(code="changed_meanwhile", text=text)


def other_till(terminal: str, till: str) -> Refused:
    text = f'The terminal "{terminal}" exists already with the till "{till}".'
    return Refused(code="terminal_has_other_till", text=text)


def till_taken(till: str, terminal: str) -> Refused:
    return Refused(code="till_taken", text=f'The till "{till}" belongs to the terminal "{terminal}".')


def same_code(code: str) -> Refused:
    text = f'A terminal and its till need different codes, both are "{code}": {_ALIKE}'
    return Refused(code="code_taken", text=text)


def code_of_a_till(terminal: str) -> Refused:
    text = f'"{terminal}" is the code of a till already and cannot be a terminal\'s: {_ALIKE}'
    return Refused(code="code_taken", text=text)


def code_of_a_terminal(till: str) -> Refused:
    text = f'"{till}" is the code of a terminal already and cannot be a till\'s: {_ALIKE}'
    return Refused(code="code_taken", text=text)


_ALIKE = "the numbers on receipts and on cash-up reports would be alike."


def double_sku(sku: str) -> Refused:
    return Refused(code="double_sku", text=f'The product "{sku}" is in the catalogue twice.')


def double_barcode(barcode: str) -> Refused:
    text = f'The barcode "{barcode}" stands for two products of the catalogue.'
    return Refused(code="double_barcode", text=text)


def too_many_products(count: int) -> Refused:
    text = f"A catalogue has at most {MOST_PRODUCTS} products; this one has {count}."
    return Refused(code="too_many_products", text=text)


def not_allowed(person: str, verb: str, name: str, right: Right) -> Refused:
    text = (
        f'{person} may not {verb} the store "{name}": the right "{right}" is missing. '
        "Somebody who has it can do so, or give it to this person."
    )
    return Refused(code="not_allowed", text=text, details={"right": right})


def last_manager(person: str, name: str) -> Refused:
    text = (
        f'{person} is the only one who may manage the store "{name}": '
        'give the right "manage" to somebody else first.'
    )
    return Refused(code="last_manager", text=text)


def not_of_the_store(person: str, verb: str, name: str) -> Refused:
    text = f'{person} may not {verb} the store "{name}": nobody of that code works there.'
    return Refused(code="not_allowed", text=text)


def open_tills_of_another_date(name: str, tills: Iterable[OpenTill]) -> Refused:
    text = f'Cannot open the store "{name}" because there are open tills for another Business Date'
    return Refused(code="open_tills", text=text, details=_tills(tills))


def open_tills(name: str, tills: Iterable[OpenTill]) -> Refused:
    text = f'Cannot close the store "{name}" because there are open tills'
    return Refused(code="open_tills", text=text, details=_tills(tills))


def being_opened(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" is being opened for {business_date} at this moment.'
    return Refused(code="being_opened", text=text)


def is_closing(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" is closing {business_date}; it cannot be opened for that date.'
    return Refused(code="closing", text=text)


def being_cancelled(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" is being taken back for {business_date} at this moment; try again.'
    return Refused(code="being_cancelled", text=text)


def not_cancelled_while_closing(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" is closing {business_date}; a date is cancelled only while it is open.'
    return Refused(code="closing", text=text)


def closed_not_cancelled(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" was closed for {business_date}; a closed date is not cancelled.'
    return Refused(code="closed", text=text)


def tills_were_started(name: str, business_date: date, tills: Iterable[OpenTill]) -> Refused:
    text = (
        f'Cannot cancel {business_date} at the store "{name}" because tills were started for it: '
        "cash them up and close the store instead."
    )
    return Refused(code="tills_started", text=text, details=_tills(tills))


def too_many_commands(terminal: str, standing: int) -> Refused:
    text = (
        f'{standing} commands wait for the terminal "{terminal}" already: see to its link and its printer, '
        "and order the copy when they are done."
    )
    return Refused(code="too_many_commands", text=text)


def unknown_task(store: str, number: int) -> Refused:
    text = f'The store "{store}" has no task {number}: its status lists those that wait.'
    return Refused(code="unknown_task", text=text)


def not_a_supervisor(person: str, name: str) -> Refused:
    text = f'{person} may not finish tasks of the store "{name}": supervisors and managers of the store may.'
    return Refused(code="not_allowed", text=text)


def never_reopened(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" was closed for {business_date}; a closed date is never opened again.'
    return Refused(code="closed", text=text)


def not_after_closed(name: str, last_closed: date) -> Refused:
    text = f'The store "{name}" was closed for {last_closed}; open a later Business Date.'
    return Refused(code="date_too_early", text=text)


def not_after_open(name: str, open_date: date) -> Refused:
    text = f'The store "{name}" is open for {open_date}; only a later Business Date can be opened.'
    return Refused(code="date_too_early", text=text)


def too_far_ahead(business_date: date, today: date) -> Refused:
    text = f"{business_date} is too far ahead: today is {today}, and tomorrow is the latest date to open."
    return Refused(code="date_too_late", text=text)


def not_open(name: str, business_date: date, open_date: date | None) -> Refused:
    now = "It is closed." if open_date is None else f"It is open for {open_date}."
    return Refused(code="not_open", text=f'The store "{name}" is not open for {business_date}. {now}')


def nothing_to_waive(name: str, business_date: date) -> Refused:
    text = f'The store "{name}" is not closing {business_date} yet: close it, then waive those listed.'
    return Refused(code="nothing_to_waive", text=text)


def too_early_to_waive(name: str, unheard: Sequence[str], seconds: int) -> Refused:
    text = (
        f'The store "{name}" still waits for {", ".join(unheard)}: '
        f"whoever is silent can be waived in {seconds} s."
    )
    return Refused(code="too_early_to_waive", text=text, details={"seconds": seconds})


def _tills(tills: Iterable[OpenTill]) -> dict[str, object]:
    return {"tills": [till.model_dump(mode="json") for till in tills]}
