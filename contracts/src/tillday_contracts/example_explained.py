"""Example messages of explained tills."""

from pydantic import BaseModel

from tillday_contracts import explain_messages as explain
from tillday_contracts.example_entries import CASHIER, DAY, HASH, MORNING, SESSION, STORE, TERMINAL, TILL
from tillday_contracts.rescue_messages import CountedTender, NamedCount


def explained_examples() -> dict[str, BaseModel]:
    """Return one example of each such message by its wire name."""
    line = explain.ExplainedLine(
        number=1,
        entry=HASH,
        kind="sale",
        what="T1-5F0C3-12",
        terminal=TERMINAL,
        by=CASHIER,
        at=MORNING,
        amount=320,
        expected=15_320,
    )
    late = explain.LateMoney(entry=HASH, what="T2-9G1D4-3", amount=-10)
    return {
        "request.explain_till": explain.ExplainTill(
            store=STORE, session_id=SESSION, tender="cash", until=500
        ),
        "reply.till_explained": explain.TillExplained(
            store=STORE,
            session_id=SESSION,
            terminal=TERMINAL,
            till=TILL,
            business_date=DAY,
            tender="cash",
            tenders=("cash", "card"),
            opening=_counted("opening", expected=15_000, counted=15_000, settled=0),
            begins=15_000,
            lines=(line,),
            events=1,
            expected=15_320,
            curve=((MORNING, 15_320),),
            cash_up=_counted("cash_up", expected=15_320, counted=15_310, settled=0, moved=310, late=(late,)),
            reported=explain.ReportedCount(counted=15_300, kept=15_000),
        ),
    }


def _counted(
    kind: str, *, moved: int = 0, late: tuple[explain.LateMoney, ...] = (), **figures: int
) -> explain.ExplainedCount:
    told = CountedTender.model_validate(
        {
            "count": NamedCount.model_validate({"session_id": SESSION, "kind": kind}),
            "tender": "cash",
            "business_date": DAY,
            "difference": figures["counted"] - figures["expected"],
            **figures,
        }
    )
    return explain.ExplainedCount(figures=told, moved=moved, late=late)
