import base64
import hashlib
import hmac

import pytest

from tillday_local.database import DatabaseAddress, address_of, scram_verifier

ADDRESS = DatabaseAddress(
    host="127.0.0.1", port=5432, user="postgres", password="p@ss/1", database="postgres"
)


def test_a_url_for_settings_never_holds_the_password() -> None:
    assert ADDRESS.url == "postgresql://postgres@127.0.0.1:5432/postgres"
    assert ADDRESS.dsn == "postgresql://postgres:p%40ss/1@127.0.0.1:5432/postgres"


def test_another_user_reaches_the_product_database() -> None:
    assert ADDRESS.as_user("till_service", "x").url == "postgresql://till_service@127.0.0.1:5432/tillday"


@pytest.mark.parametrize("url", ["mysql://a@b/c", "postgresql://localhost/x", "nonsense"])
def test_a_url_that_is_no_administrators_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must look like postgresql://user@host"):
        address_of(url, None)


def test_the_password_may_come_apart_from_the_url() -> None:
    assert address_of("postgresql://admin@db.example/postgres", "secret").password == "secret"
    assert address_of("postgresql://admin:inside@db.example", None).port == 5432  # no secret: made up


def test_a_verifier_is_what_the_database_would_store() -> None:
    salt = bytes(range(16))
    kind, rest, keys = scram_verifier("pencil", salt=salt).split("$")
    stored, server = (base64.b64decode(part) for part in keys.split(":"))

    salted = hashlib.pbkdf2_hmac("sha256", b"pencil", salt, 4096)
    assert (kind, rest) == ("SCRAM-SHA-256", f"4096:{base64.b64encode(salt).decode()}")
    assert stored == hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    assert server == hmac.digest(salted, b"Server Key", "sha256")
