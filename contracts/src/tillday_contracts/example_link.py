"""Example messages of the terminal link."""

from datetime import date
from typing import Final

from pydantic import BaseModel

from tillday_contracts import asks, enrolment, journal, link, wishes
from tillday_contracts.arithmetic import KeepRule
from tillday_contracts.denominations import STANDARD
from tillday_contracts.entries import TillState, encode_entry
from tillday_contracts.example_entries import (
    DAY,
    EPOCH,
    HASH,
    KEPT,
    KEY_ID,
    MORNING,
    OLD_EPOCH,
    OTHER_HASH,
    SESSION,
    STORE,
    TERMINAL,
    TILL,
    envelope,
    sale,
)
from tillday_contracts.ids import ZERO_HASH

KEY: Final = bytes(range(32))
TIMELINE: Final = "77aa55cc33ee1100"
REQUEST: Final = "ab54a98ceb1f0ad2c3e4f5061728394a"


def settings_content() -> wishes.SettingsContent:
    """Return the settings of the example store."""
    cash = wishes.Tender(
        tender="cash", name="Cash", kind="cash", currency="EUR", keep=KeepRule(mode="fixed", amount=15_000)
    )
    return wishes.SettingsContent(
        store=STORE,
        name="Corner shop",
        currency="EUR",
        time_zone="Europe/Berlin",
        denominations=STANDARD["EUR"],
        tenders=(cash,),
        floats={TILL: 15_000},
        catalogue_rev=3,
    )


def catalogue_item() -> asks.CatalogueItem:
    """Return a product of the example store."""
    return asks.CatalogueItem(
        sku="4001", name="Apple", price=60, tax_rate=700, barcode="4006381333931", category="Fruit"
    )


def link_examples() -> dict[str, BaseModel]:
    """Return one example of each link message by its wire name."""
    sealed = journal.canonical(_hello().model_dump(mode="json"))
    return {
        "journal.envelope": envelope(),
        "journal.batch": _batch(),
        "link.sealed": link.Sealed(data=sealed, mac=journal.message_mac(KEY, sealed)),
        "link.hello": _hello(),
        "link.answers": _answers(),
        "link.ask": asks.Ask(request_id=REQUEST, page=0, revision=2),
        "link.reply": _reply(),
        "link.presence": link.Presence(boot_no=4, connect_no=2, online=True),
        "link.desired": _desired(),
        "link.settings": wishes.seal_settings(settings_content(), rev=5),
        "link.enrolment_bundle": _bundle(),
    }


def _batch() -> journal.JournalBatch:
    data = encode_entry(envelope())
    entry = journal.WireEntry(seq=8, prev=HASH, hash=journal.chain_hash(KEY, HASH, data), data=data)
    return journal.JournalBatch(boot_no=4, epoch=EPOCH, entries=(entry,))


def _hello() -> link.Hello:
    state = TillState(
        till=TILL,
        session_id=SESSION,
        status="open",
        business_date=DAY,
        expected=KEPT,
        last_receipt=1,
        last_cash_up=0,
    )
    return link.Hello(
        boot_no=4,
        n=12,
        epoch=EPOCH,
        head_seq=8,
        head_hash=HASH,
        low_seq=8,
        low_hash=HASH,
        low_prev=OTHER_HASH,
        acked={TIMELINE: 907},
        desired=wishes.Revision(rev=17, digest=HASH),
        settings=wishes.Revision(rev=5, digest=OTHER_HASH),
        effective_date=DAY,
        versions={"agent": "0.1.0", "sqlite": "3.45.1"},
        clocks=link.Clocks(wall=MORNING, mono_ms=94_000),
        pending=1,
        state=(state,),
    )


def _answers() -> link.Answers:
    ack = link.Ack(epoch=EPOCH, seq=8, hash=HASH, timeline=TIMELINE, c=908)
    return link.Answers(
        items=(
            ack,
            link.Continue(epoch=EPOCH),
            link.Gap(epoch=EPOCH, from_seq=9),
            link.BadMac(epoch=EPOCH, seq=10),
            link.Rewind(valid={TIMELINE: 900}),
            link.Fork(epoch=EPOCH, at=1, hash=ZERO_HASH),
            link.Behind(epoch=OLD_EPOCH, head_seq=80, head_hash=OTHER_HASH),
            link.StateVerdict(epoch=EPOCH, head_seq=8, head_hash=HASH, state=()),
            link.Stop(reason="The terminal was revoked by the back office."),
        )
    )


def _reply() -> asks.Reply:
    page = asks.CataloguePage(request_id=REQUEST, revision=3, page=0, pages=1, items=(catalogue_item(),))
    return asks.Reply(content=page)


def _desired() -> wishes.Desired:
    till = wishes.DesiredTill(till=TILL, session_id=SESSION, status="open", kept=KEPT, last_receipt=1)
    command = wishes.Command(command_id=REQUEST, kind="reprint", not_after=MORNING, document=sale().number)
    content = wishes.DesiredContent(
        business_date=DAY,
        closed_through=date(2026, 3, 13),
        own_opening=wishes.OwnOpening(epoch=OLD_EPOCH, seq=300),
        people_rev=2,
        commands=(command,),
        tills=(till,),
    )
    return wishes.seal_desired(content, rev=17)


def _bundle() -> enrolment.EnrolmentBundle:
    return enrolment.EnrolmentBundle(
        store=STORE,
        terminal=TERMINAL,
        till=TILL,
        name="Till at the door",
        mqtt_url="mqtt://127.0.0.1:1883",
        mqtt_user="S1.T1",
        mqtt_password="0" * 64,
        key_id=KEY_ID,
        journal_key=KEY.hex(),
        pepper=KEY[::-1].hex(),
    )
