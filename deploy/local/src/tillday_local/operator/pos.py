"""What `tillday pos` does: the front end of one terminal, by hand, through its local API."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rich.console import RenderableType
from rich.prompt import Prompt

from tillday_contracts.money import LARGEST_AMOUNT, InvalidAmount, is_amount, parse_minor, plain_minor
from tillday_local.operator.asking import Where
from tillday_local.operator.connection import find_terminal, keep_person_session
from tillday_local.operator.tables import result_console, rows_table
from tillday_local.terminal_client import TerminalClient, TerminalRefused

API: Final = "/api/v1"
PIN_VARIABLE: Final = "TILLDAY_PIN"
REFUSED: Final = 1
BAD_USE: Final = 2
DIFFERENCE: Final = "unapproved_difference"
_COUNTED: Final = re.compile(r"(.+)x(-?[0-9]{1,20})", re.ASCII)


class BadCount(ValueError):
    """Text that is no list of coins and notes, or of products; the text says how to write it."""


class NotReady(Exception):
    """The terminal cannot do it yet; the text says what is missing."""


Step = Callable[[TerminalClient, "Counter"], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One terminal and how to speak with the person before it.

    `money` is the currency of its store, as the terminal knows it; a terminal works without the back office.
    """

    where: Where
    terminal: str | None
    as_json: bool
    say: Callable[[str], None]
    money: str | None = None

    async def run(self, work: Step) -> int:
        """Do something at the terminal and close the connection."""
        _, client = find_terminal(self.where, self.terminal)
        counter = self
        try:
            counter = replace(self, money=(await client.status()).get("currency"))
            await work(client, counter)
        except TerminalRefused as refusal:
            return self._told(REFUSED, str(refusal), *hints(refusal.problem, counter.money))
        except NotReady as error:
            return self._told(REFUSED, str(error))
        except InvalidAmount as error:
            return self._told(BAD_USE, str(error))
        finally:
            await client.close()
        return 0

    @property
    def currency(self) -> str:
        """The currency of the store; raises NotReady before the terminal was told."""
        if self.money is None:
            raise NotReady("the terminal knows no currency yet: its link to the back office was never up")
        return self.money

    def _told(self, code: int, *sentences: str) -> int:
        for sentence in sentences:
            self.say(sentence)
        return code

    def show(self, answer: Any, *tables: RenderableType) -> None:
        """Print the result: tables, or JSON and nothing else."""
        console = result_console()
        if self.as_json:
            console.print(json.dumps(answer, indent=1), markup=False, soft_wrap=True)
            return
        for table in tables:
            console.print(table)


def hints(problem: Mapping[str, Any], currency: str | None) -> list[str]:
    """Return what helps with a refusal on this command line."""
    match problem.get("code"):
        case "not_signed_in":
            return ["./tillday pos sign-in CASHIER-1 signs a person in; ./tillday pos people lists them"]
        case code if code == DIFFERENCE:
            names = ("expected", "counted", "difference")
            told = names if currency is not None else ()
            figures = ", ".join(f"{n} {amount(problem[n], currency)}" for n in told if n in problem)
            way_on = 'a supervisor lets it pass with --approve SUPERVISOR-1 --reason "why"'
            return [figures, way_on] if figures else [way_on]
        case _:
            return []


def ask_pin(person: str, variable: str) -> str:
    """Return a PIN from the environment, else ask for it without showing it; never from the command line."""
    return os.environ.get(variable) or Prompt.ask(f"PIN of {person}", password=True)


def read_pieces(text: str) -> list[dict[str, int]]:
    """Return coins and notes from `5000x2,100x3`: value in minor units, times quantity."""
    return [{"value": value, "quantity": quantity} for value, quantity in (_pair(p) for p in _parts(text))]


def read_lines(products: Sequence[str]) -> list[dict[str, Any]]:
    """Return receipt lines from `COF-01` or `COF-01x2`; the same product twice is one line each."""
    lines = []
    for product in products:
        counted = _COUNTED.fullmatch(product)
        sku, quantity = counted.groups() if counted else (product, "1")
        lines.append({"sku": sku, "quantity": int(quantity)})
    return lines


def read_amount(text: str) -> str:
    """Return what is written like `12.30`, which the terminal's currency gives its meaning.

    Raises InvalidAmount.
    """
    if not is_amount(text):
        raise InvalidAmount(f"{text[:40]!r} is not an amount: write it like 12.30")
    return text


def read_total(text: str) -> tuple[str, str]:
    """Return the tender and the amount of `card=12.50`."""
    tender, sign, amount = text.partition("=")
    if not (tender and sign):
        raise BadCount(f"{text!r} is not TENDER=AMOUNT: write card=12.50")
    return tender, read_amount(amount)


def read_foreign(text: str) -> tuple[str, list[dict[str, int]]]:
    """Return the tender and the pieces of `cash_usd=2000x1,100x3`."""
    tender, sign, pieces = text.partition("=")
    if not (tender and sign):
        raise BadCount(f"{text!r} is not TENDER=PIECES: write cash_usd=2000x1,100x3")
    return tender, read_pieces(pieces)


def _parts(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.split(",")) if part]


def _pair(text: str) -> tuple[int, int]:
    value, _, quantity = text.partition("x")
    if not (value.isdecimal() and quantity.isdecimal()):
        raise BadCount(f"{text!r} is not VALUExQUANTITY in minor units: write 5000x2 for two notes of 50.00")
    return int(value), int(quantity)


# --- the steps of a day -------------------------------------------------------------------------------


async def status(client: TerminalClient, counter: Counter) -> None:
    """Show what the terminal says of itself."""
    answer = await client.status()
    counter.show(answer, rows_table("Terminal", ("What", "Now"), _flat(answer, counter.money)))


async def people(client: TerminalClient, counter: Counter) -> None:
    """Show who may sign in."""
    answer = await client.get(f"{API}/people")
    rows = [(person["person"], person["name"], person["role"]) for person in _listed(answer, "people")]
    counter.show(answer, rows_table("People", ("Person", "Name", "Role"), rows))


async def catalogue(client: TerminalClient, counter: Counter) -> None:
    """Show what can be sold."""
    answer = await client.get(f"{API}/catalogue")
    rows = [
        (item["sku"], item["name"], plain_minor(item["price"], counter.currency))
        for item in _listed(answer, "items")
    ]
    counter.show(answer, rows_table("Products", ("SKU", "Name", f"Total {counter.currency}"), rows))


def signing_in(person: str) -> Step:
    """Return the step that signs a person in, remembered for the next commands."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        await client.sign_in(person, ask_pin(person, PIN_VARIABLE))
        terminal, _ = find_terminal(counter.where, counter.terminal)
        keep_person_session(counter.where.folder, terminal, client.person_session)
        counter.show({"person": person}, f"{person} works at terminal {terminal} now.")

    return step


async def sign_out(client: TerminalClient, counter: Counter) -> None:
    """Sign out whoever is signed in."""
    answer = await client.post(f"{API}/sign-out", {})
    terminal, _ = find_terminal(counter.where, counter.terminal)
    keep_person_session(counter.where.folder, terminal, None)
    counter.show(answer, f"Nobody is signed in at terminal {terminal}.")


async def start_till(client: TerminalClient, counter: Counter) -> None:
    """Start the till: the drawer opens for the initial count."""
    answer = await client.post(f"{API}/till/start", {})
    counter.show(answer, "The till is started. Count the drawer: ./tillday pos count --count 5000x2,1000x5")


def opening(business_date: str) -> Step:
    """Return the step with which a supervisor opens the terminal itself."""

    async def step(client: TerminalClient, counter: Counter) -> None:
        answer = await client.post(f"{API}/terminal/open", {"business_date": business_date})
        counter.show(answer, f"The terminal is open for {business_date}.")

    return step


def selling(lines: list[dict[str, Any]], *, tender: str, tendered: str | None) -> Step:
    """Return one sale paid by one tender; without `tendered` the customer pays the exact amount.

    What is tendered is of the tender's currency, change of the store's.
    """

    async def step(client: TerminalClient, counter: Counter) -> None:
        currency = counter.currency
        money = await currency_of(client, counter, tender)
        if tendered is None and money != currency:
            raise NotReady(f"say how much {money} the customer gives: --tendered 20.00")
        paid = await _price(client, lines) if tendered is None else parse_minor(tendered, money)
        payments = [{"tender": tender, "tendered": paid}] if paid else []
        answer = await client.post(f"{API}/sales", {"lines": lines, "payments": payments})
        total, change = (plain_minor(answer[key], currency) for key in ("total", "change"))
        counter.show(
            answer, f"Receipt {answer['number']}: {total} {currency}, change {change} ({answer.get('print')})"
        )

    return step


async def currency_of(client: TerminalClient, counter: Counter, tender: str) -> str:
    """Return the currency of a tender; the store's where the terminal knows no such tender."""
    known = {one["tender"]: str(one["currency"]) for one in (await client.status())["tenders"]}
    return known.get(tender, counter.currency)


async def _price(client: TerminalClient, lines: list[dict[str, Any]]) -> int:
    items = _listed(await client.get(f"{API}/catalogue"), "items")
    prices = {item["sku"]: int(item["price"]) for item in items}
    total = sum(prices.get(line["sku"], 0) * int(line["quantity"]) for line in lines)
    # What no receipt can cost is not offered: the terminal then says what is wrong with the line itself.
    return total if 0 < total <= LARGEST_AMOUNT else 0


def _listed(answer: Any, name: str) -> list[dict[str, Any]]:
    found = answer.get(name, []) if isinstance(answer, dict) else answer
    return list(found)


def amount(minor: Any, currency: str | None) -> str:
    """Return an amount as people write it; in minor units where the currency is not known yet."""
    return str(minor) if currency is None else plain_minor(int(minor), currency)


def _flat(content: Mapping[str, Any], currency: str | None, prefix: str = "") -> list[tuple[str, object]]:
    """Return nested values as rows; amounts as people write them."""
    rows: list[tuple[str, object]] = []
    for name, value in content.items():
        if isinstance(value, dict):
            rows += _flat(value, currency, f"{prefix}{name} ")
        else:
            shown = ", ".join(_short(part, currency) for part in value) if isinstance(value, list) else value
            rows.append((f"{prefix}{name}".replace("_", " "), shown))
    return rows


def _short(part: Any, currency: str | None) -> str:
    if isinstance(part, dict) and set(part) == {"tender", "amount"}:
        return f"{part['tender']} {amount(part['amount'], currency)}"
    return ", ".join(str(value) for value in part.values()) if isinstance(part, dict) else str(part)
