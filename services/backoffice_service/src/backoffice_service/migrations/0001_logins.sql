-- Who may sign in. The password is kept as its argon2id hash only.
CREATE TABLE login (
    person        text PRIMARY KEY,
    name          text NOT NULL,
    role          text NOT NULL CHECK (role IN ('cashier', 'supervisor', 'manager', 'operator')),
    stores        text[] NOT NULL,
    password_hash text NOT NULL,
    changed_at    timestamptz NOT NULL
);

-- Who is signed in. The browser's cookie holds the secret, this table its SHA-256.
CREATE TABLE visit (
    digest   bytea PRIMARY KEY,
    person   text NOT NULL REFERENCES login,
    began_at timestamptz NOT NULL,
    used_at  timestamptz NOT NULL,
    address  text NOT NULL
);
CREATE INDEX visit_person ON visit (person);

-- Who did what, from where, and what came of it. Nothing is ever changed or taken away here.
CREATE TABLE audit (
    number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL,
    person  text NOT NULL,
    role    text,
    address text NOT NULL,
    action  text NOT NULL,
    store   text,
    details jsonb NOT NULL,
    outcome text NOT NULL
);
CREATE INDEX audit_store ON audit (store, number DESC);

GRANT SELECT, INSERT, UPDATE ON login TO backoffice_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON visit TO backoffice_service;
GRANT SELECT, INSERT ON audit TO backoffice_service;
