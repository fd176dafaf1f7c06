"""What a service may do to its tables: it owns none, and what is a record it adds to and never changes."""

import asyncpg
import pytest

from servers import FreshDatabase

SERVICES = ("store_service", "till_service", "report_service", "backoffice_service")
RECORDS = {
    "till.journal",
    "till.position",
    "till.ledger_tx",
    "till.till_close",
    "till.close_member",
    "till.settlement",
    "till.claim",
    "till.rescue_decision",
    "till.letter_closed",
    "till.safe_movement",
    "till.adjustment",
    "backoffice.audit",
    "backoffice.audit_link",
    "backoffice.audit_head",
}
CHANGES = """
    SELECT format('%s.%s', table_schema, table_name) AS name, grantee, privilege_type
      FROM information_schema.role_table_grants
     WHERE grantee = ANY ($1) AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
"""
TABLES = """
    SELECT format('%s.%s', schemaname, tablename) AS name, tableowner FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
"""


async def test_no_service_changes_a_record_nor_owns_a_table(fresh_database: FreshDatabase) -> None:
    await fresh_database.with_tables_of(*SERVICES)
    connection = await fresh_database.connect()
    try:
        owners = {row["name"]: row["tableowner"] for row in await connection.fetch(TABLES)}
        granted = await connection.fetch(CHANGES, list(SERVICES))
    finally:
        await connection.close()

    assert set(owners) >= RECORDS
    assert not set(owners.values()) & set(SERVICES)
    changed = {row["name"] for row in granted}
    assert changed & RECORDS == set()
    assert "backoffice.visit" in changed, "the control: what is changed is seen here"
    assert {row["privilege_type"] for row in granted} <= {"UPDATE", "DELETE"}

    service = await fresh_database.connect("backoffice_service")
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute("DELETE FROM backoffice.audit")
    finally:
        await service.close()
