"""Two branches that each add a migration under the same number would keep every service from starting."""

import pytest

from service_kit import migrate
from service_kit.migrate import MigrationRefused, read_migrations

PACKAGES = ("service_kit", "store_service", "till_service", "report_service", "backoffice_service")


@pytest.mark.parametrize("package", PACKAGES)
def test_each_migration_has_a_number_of_its_own(package: str) -> None:
    names = [migration.name for migration in read_migrations(package)]
    assert names == sorted(names)
    assert names


def test_a_number_given_twice_is_refused() -> None:
    with pytest.raises(MigrationRefused, match="each number once"):
        migrate._refuse_bad_names("store_service", ["0007_commands.sql", "0007_close_wishes.sql"])
