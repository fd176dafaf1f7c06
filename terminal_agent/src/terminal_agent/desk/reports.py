"""What is asked for and printed beside sales: X and flash report, copies, and whether a document came out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from terminal_agent.core.commands import Actor
from terminal_agent.core.till import Open
from terminal_agent.desk.answers import Figures
from terminal_agent.desk.book import Book
from terminal_agent.desk.documents import Documents
from terminal_agent.desk.papers import loaded, movements
from terminal_agent.desk.printing import Job, Printing
from terminal_agent.desk.refused import refused
from terminal_agent.hardware.ports import Outcome, PrintResult
from terminal_agent.journal import documents as archive
from terminal_agent.journal.documents import Document
from terminal_agent.paper.cash_up import CountedTender
from terminal_agent.paper.lines import Lines
from terminal_agent.paper.receipt import Receipt
from terminal_agent.paper.snapshots import (
    FlashReport,
    FlashRow,
    Moment,
    XReport,
    flash_lines,
    x_report_lines,
)
from tillday_contracts.arithmetic import NO_TOTALS, TenderTotals
from tillday_contracts.asks import FlashPage
from tillday_contracts.entries import EntryBody, Sale
from tillday_contracts.wishes import Settings

PATIENCE: Final = 3.0
_WORDS: Final = {
    Outcome.PRINTED: "printed",
    Outcome.NOTHING_SENT: "not_printed",
    Outcome.UNKNOWN: "unknown",
}
AskFlash = Callable[[str], Awaitable[tuple[FlashPage, ...]]]
"""Fetches the pages of a flash report for a person. Raises Refused."""


class Reports:
    """The reports of a terminal."""

    def __init__(self, book: Book, printing: Printing, documents: Documents, ask_flash: AskFlash) -> None:
        self._book = book
        self._printing = printing
        self._documents = documents
        self._ask_flash = ask_flash

    def x_report(self) -> Figures:
        """Return the figures of the session that runs. Raises Refused."""
        running = self._running()
        session = running.session
        tenders = [
            {
                "tender": tender.tender,
                "name": tender.name,
                "currency": tender.currency,
                **_totals(running.totals.get(tender.tender, NO_TOTALS)),
            }
            for tender in session.terms.tenders
        ]
        return {
            "session_id": session.session_id,
            "business_date": session.business_date.isoformat(),
            "opened_by": session.opened_by,
            "receipts": running.receipts,
            "tenders": tenders,
        }

    async def print_x_report(self, by: Actor) -> Figures:
        """Print the figures of the session that runs. Raises Refused."""
        figures, running, settings = self.x_report(), self._running(), self._settings()
        session = running.session
        moment = self._moment(by, session.business_date.isoformat())
        report = XReport(
            moment=moment,
            till=session.till,
            opened_at=(session.opened_at or moment.at).astimezone(moment.at.tzinfo),
            opened_by=self._documents.names().get(session.opened_by, session.opened_by),
            receipts=running.receipts,
            tenders=_tenders(running),
        )
        lines = x_report_lines(report, self._documents.papers.sheet(settings.locale))
        return {**figures, **await self._slip(lines)}

    async def flash_report(self, by: Actor) -> Figures:
        """Ask the back office what this terminal sold today, print it, return it. Raises Refused."""
        if "flash_report" not in by.rights:
            raise refused("right_missing", "You have no right to the flash report: ask a supervisor.")
        settings = self._settings()
        pages = await self._ask_flash(by.person)
        first, lines = pages[0], [line for page in pages for line in page.lines]
        rows = tuple(FlashRow(line.sku, line.name, line.total) for line in lines)
        moment = self._moment(by, first.business_date.isoformat())
        report = FlashReport(
            moment, first.currency, rows, first.total, missing=first.missing, head=first.head_seq
        )
        printed = flash_lines(report, self._documents.papers.sheet(settings.locale))
        return {
            "business_date": first.business_date.isoformat(),
            "currency": first.currency,
            "missing": first.missing,
            "head_seq": first.head_seq,
            "lines": [line.model_dump(mode="json") for line in lines],
            "total": first.total,
            **await self._slip(printed),
        }

    async def practise(self, sale: Sale) -> Figures:
        """Print a training receipt: marked as one, without a number, and in no journal. Raises Refused."""
        papers, at = self._documents.papers, self._book.world.now()
        kept = papers.receipt(sale, self._settings(), self._documents.names(), at)
        assert isinstance(kept.content, Receipt)
        return await self._slip(papers.lines(replace(kept, content=replace(kept.content, number=None))))

    async def reprint(self, number: str) -> Figures:
        """Print a copy of a document, marked as one. Raises Refused."""
        document = await self._document(number)
        copy = await archive.next_copy(self._book.database, number)
        data = self._documents.bytes_of(loaded(document.content), copy=copy)
        result = await self._printing.once(Job(document.entry, number, data, copy_no=copy), within=PATIENCE)
        return {"number": number, "copy": copy, **_outcome(result)}

    async def copy_for(self, number: str, done: EntryBody, *, copy: int | None) -> tuple[int, PrintResult]:
        """Print a copy that was ordered from elsewhere; `done` is written with the word that it came out.

        `copy` is the number that a former try was given. Returns it with the outcome. Raises Refused.
        """
        document = await self._document(number)
        copy = copy or await archive.next_copy(self._book.database, number)
        data = self._documents.bytes_of(loaded(document.content), copy=copy)
        job = Job(document.entry, number, data, copy_no=copy, also=(done,))
        return copy, await self._printing.once(job, within=None)

    async def came_out(self, number: str, *, complete: bool) -> Figures:
        """Hear from a person whether a document came out; where not, it is printed now. Raises Refused."""
        document = await self._document(number)
        if number not in self._printing.unfinished:
            raise refused("printed", f"{number} is known to be printed: ask for a copy of it.")
        if self._printing.waits(number):
            raise refused("print_waits", f"{number} waits for the printer: look after it, and it comes.")
        if complete:
            await self._printing.came_out(number)
            return {"number": number, "print": "printed"}
        job = Job(document.entry, number, self._documents.bytes_of(loaded(document.content)))
        self._printing.add(job)
        return {"number": number, "print": await self._printing.state_of(job, within=PATIENCE)}

    async def _document(self, number: str) -> Document:
        document = await archive.find(self._book.database, number)
        if document is None:
            raise refused("not_found", f"This terminal printed no {number[:40]}: check the number.")
        return document

    async def _slip(self, lines: Lines) -> Figures:
        job = Job("", data=lambda: self._documents.encoded(lines), slip=True)
        return _outcome(await self._printing.once(job, within=PATIENCE))

    def _running(self) -> Open:
        running = self._book.memory.till.running
        if running is None:
            raise refused("till_closed", "No session runs: there is nothing to report.")
        if running.session.terms.policies.blind_count:
            raise refused("blind_count", "The count is blind here: figures are on the cash-up report.")
        return running

    def _settings(self) -> Settings:
        settings = self._book.memory.settings
        if settings is None:
            raise refused("no_settings", "This terminal has not heard from the back office yet: connect it.")
        return settings

    def _moment(self, by: Actor, business_date: str) -> Moment:
        settings = self._settings()
        return Moment(
            store=settings.name,
            terminal=self._documents.papers.terminal,
            user=self._documents.names().get(by.person, by.person),
            business_date=business_date,
            at=self._book.world.now().astimezone(ZoneInfo(settings.time_zone)),
        )


def _totals(totals: TenderTotals) -> dict[str, int]:
    return {
        "opening": totals.opening,
        "sales": totals.sales,
        "refunds": totals.refunds,
        "paid_in": totals.paid_in,
        "paid_out": totals.paid_out,
        "loans": totals.loans,
        "pickups": totals.pickups,
        "expected": totals.expected,
    }


def _tenders(running: Open) -> tuple[CountedTender, ...]:
    made: list[CountedTender] = []
    for tender in running.session.terms.tenders:
        totals = running.totals.get(tender.tender, NO_TOTALS)
        made.append(
            CountedTender(
                name=tender.name,
                currency=tender.currency,
                opening=totals.opening,
                expected=totals.expected,
                counted=0,
                difference=0,
                movements=movements(totals),
            )
        )
    return tuple(made)


def _outcome(result: PrintResult) -> Figures:
    said = {"reason": result.reason} if result.reason else {}
    return {"print": _WORDS[result.outcome], **said}
