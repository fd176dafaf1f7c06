"""The sales report: groups by key with their sum."""

from datetime import date, timedelta

from report_service.domain.sales import MOST_DAYS, Group, sales_of, unusable_dates

MONDAY = date(2026, 3, 2)


def test_groups_stand_by_key_and_add_up() -> None:
    sales = sales_of("EUR", [Group("17", None, 2, 3, 500), Group("09", None, 1, 1, -100)], "hour")
    assert [(row.key, row.name, row.total) for row in sales.rows] == [
        ("09", "09:00", -100),
        ("17", "17:00", 500),
    ]
    assert sales.total == 400


def test_what_has_no_name_is_shown_by_its_key() -> None:
    assert sales_of("EUR", [Group("cheque", None, 1, 0, 5)], "tender").rows[0].name == "cheque"
    assert sales_of("EUR", [Group("C1", "Cashier 1", 1, 0, 5)], "cashier").rows[0].name == "Cashier 1"


def test_dates_in_the_wrong_order_or_too_many_are_refused_with_what_to_do() -> None:
    assert unusable_dates(MONDAY, MONDAY) is None
    assert unusable_dates(MONDAY, MONDAY + timedelta(days=MOST_DAYS - 1)) is None
    for last in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=MOST_DAYS)):
        refusal = unusable_dates(MONDAY, last)
        assert refusal is not None
        assert "date" in refusal.text
