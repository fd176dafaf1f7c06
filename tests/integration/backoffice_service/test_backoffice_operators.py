"""Who looks after every store, as other services are told it."""

from datetime import UTC, datetime

from backoffice_service.domain.access import Role, Visitor
from backoffice_service.messaging.logins import LoginDefinitions
from backoffice_service.passwords import Passwords
from backoffice_service.persistence.logins import Login, put_login
from servers import FreshDatabase
from service_kit.database import Database, DatabaseAddress
from tillday_contracts.backoffice_messages import Operators

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)


def login(person: str, role: Role, *stores: str) -> Login:
    return Login(Visitor(person, person, role, stores), "a hash")


async def test_operators_are_those_whose_login_says_so(fresh_database: FreshDatabase) -> None:
    await fresh_database.with_tables_of("backoffice_service")
    database = Database(
        DatabaseAddress(
            url=fresh_database.url_of("backoffice_service"),
            password=fresh_database.passwords["backoffice_service"],
            schema="backoffice",
            application="test",
        )
    )
    await database.start()
    try:
        async with database.transaction() as connection:
            for one in (
                login("OPERATOR-2", "operator"),
                login("M1", "manager", "S1"),
                login("OPERATOR-1", "operator"),
            ):
                await put_login(connection, one, NOON)
        told = await LoginDefinitions(database, Passwords(), lambda: NOON).operators(Operators())
    finally:
        await database.stop()

    assert told.operators == ("OPERATOR-1", "OPERATOR-2")
