-- Who may speak for a terminal. Of secrets only the hashes are kept.
CREATE TABLE terminal_credential (
    secret_hash bytea PRIMARY KEY CHECK (length(secret_hash) = 32),
    store       text NOT NULL,
    terminal    text NOT NULL,
    code_id     text NOT NULL,
    made_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    ended_why   text CHECK (ended_why IN ('replaced', 'revoked', 'compromised')),
    FOREIGN KEY (store, terminal) REFERENCES terminal,
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX terminal_credential_of ON terminal_credential (store, terminal, made_at);

CREATE TABLE enrolment_code (
    code_id     text PRIMARY KEY,
    store       text NOT NULL,
    terminal    text NOT NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    rotate      boolean NOT NULL,
    compromised boolean NOT NULL,
    issued_by   text NOT NULL,
    issued_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    redeemed_by bytea CHECK (length(redeemed_by) = 32),
    wrong_tries integer NOT NULL DEFAULT 0,
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
CREATE INDEX enrolment_code_of ON enrolment_code (store, terminal);

-- Keys given at a rotation, beside the first one in terminal_secret.
CREATE TABLE terminal_key (
    key_id      text PRIMARY KEY,
    store       text NOT NULL,
    terminal    text NOT NULL,
    code_id     text NOT NULL UNIQUE,
    journal_key bytea NOT NULL CHECK (length(journal_key) = 32),
    made_at     timestamptz NOT NULL,
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
CREATE INDEX terminal_key_of ON terminal_key (store, terminal, made_at);

GRANT SELECT, INSERT, UPDATE ON terminal_credential, enrolment_code TO store_service;
GRANT SELECT, INSERT ON terminal_key TO store_service;
