-- The ledger: journals as they came, the positions they consumed, and what was folded from them.
-- Hashes are 32 bytes, epochs and session ids hex text, amounts minor units.

-- One row per registered terminal; its row lock is the lock of all the terminal's streams.
CREATE TABLE terminal (
    store         text NOT NULL,
    terminal      text NOT NULL,
    till          text NOT NULL,
    current_epoch text,
    revoked       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (store, terminal)
);

CREATE TABLE journal_key (
    key_id   text PRIMARY KEY,
    store    text NOT NULL,
    terminal text NOT NULL,
    till     text NOT NULL,
    key      bytea NOT NULL CHECK (length(key) = 32),
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
CREATE INDEX journal_key_terminal ON journal_key (store, terminal);

CREATE TABLE terminal_stream (
    store        text NOT NULL,
    terminal     text NOT NULL,
    epoch        text NOT NULL,
    key_id       text NOT NULL REFERENCES journal_key,
    upto         bigint NOT NULL CHECK (upto >= 0),
    head_hash    bytea NOT NULL,
    last_receipt bigint NOT NULL DEFAULT 0,
    last_cash_up bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (store, terminal, epoch)
);

-- A writer's life: renewed when its row is missing or older than what the writer tried to commit.
CREATE TABLE timeline (
    timeline text PRIMARY KEY,
    c        bigint NOT NULL CHECK (c >= 0),
    writer   text NOT NULL
);

-- One row per transaction of a writer, written as its last statement; rows below name it by tx.
CREATE SEQUENCE ledger_tx_number;
CREATE TABLE ledger_tx (
    tx       bigint PRIMARY KEY,
    timeline text NOT NULL,
    c        bigint NOT NULL,
    UNIQUE (timeline, c)
);

CREATE TABLE position (
    store    text NOT NULL,
    terminal text NOT NULL,
    epoch    text NOT NULL,
    seq      bigint NOT NULL,
    hash     bytea NOT NULL,
    tx       bigint NOT NULL,
    PRIMARY KEY (store, terminal, epoch, seq)
);

CREATE TABLE journal (
    hash        bytea PRIMARY KEY CHECK (length(hash) = 32),
    store       text NOT NULL,
    terminal    text NOT NULL,
    epoch       text NOT NULL,
    seq         bigint NOT NULL,
    prev        bytea NOT NULL CHECK (length(prev) = 32),
    type        text NOT NULL,
    data        bytea NOT NULL,
    recorded_at timestamptz NOT NULL,
    tx          bigint NOT NULL,
    quarantine  boolean NOT NULL,
    placement   text NOT NULL CHECK (placement IN ('session', 'rescue', 'parked', 'desk', 'none')),
    session_id  text,
    reason      text
);

CREATE TABLE till_session (
    session_id    text PRIMARY KEY,
    ordinal       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    store         text NOT NULL,
    terminal      text NOT NULL,
    till          text NOT NULL,
    business_date date NOT NULL,
    status        text NOT NULL CHECK (status IN (
        'opening_count', 'open', 'closing_count', 'closed_front', 'closed_back', 'posted', 'outstanding'
    )),
    late          boolean NOT NULL DEFAULT false,
    recovered     boolean NOT NULL DEFAULT false,
    opened_by     text,
    epoch         text NOT NULL,
    start_seq     bigint NOT NULL,
    rescue_of     text REFERENCES till_session,
    rescue_number integer,
    CHECK ((rescue_of IS NULL) = (rescue_number IS NULL)),
    CHECK ((status = 'outstanding') <= (rescue_of IS NOT NULL))
);
CREATE UNIQUE INDEX till_session_rescue ON till_session (rescue_of, rescue_number) WHERE rescue_of IS NOT NULL;
CREATE INDEX till_session_not_final ON till_session (store, till)
    WHERE status IN ('opening_count', 'open', 'closing_count');
CREATE INDEX till_session_terminal ON till_session (store, terminal, ordinal) WHERE rescue_of IS NULL;

CREATE TABLE session_tender (
    session_id text NOT NULL,
    tender     text NOT NULL,
    opening    bigint NOT NULL DEFAULT 0,
    sales      bigint NOT NULL DEFAULT 0,
    refunds    bigint NOT NULL DEFAULT 0,
    paid_in    bigint NOT NULL DEFAULT 0,
    paid_out   bigint NOT NULL DEFAULT 0,
    loans      bigint NOT NULL DEFAULT 0,
    pickups    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, tender)
);

CREATE TABLE session_product (
    session_id text NOT NULL,
    sku        text NOT NULL,
    name       text NOT NULL,
    quantity   bigint NOT NULL,
    gross      bigint NOT NULL,
    PRIMARY KEY (session_id, sku)
);

-- Whose sales a session holds and how far: a close asks here and never scans sales that its manifest covers.
CREATE TABLE session_member (
    session_id text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    last_seq   bigint NOT NULL,
    PRIMARY KEY (session_id, terminal, epoch)
);

-- Where each sale is now. `named_session` is the sale's own word, `session_id` the session that holds it.
CREATE TABLE sale (
    hash          bytea PRIMARY KEY,
    store         text NOT NULL,
    terminal      text NOT NULL,
    epoch         text NOT NULL,
    seq           bigint NOT NULL,
    named_session text NOT NULL,
    session_id    text NOT NULL,
    placement     text NOT NULL CHECK (placement IN ('session', 'rescue', 'parked')),
    reason        text,
    number        text NOT NULL,
    business_date date NOT NULL,
    total         bigint NOT NULL,
    cashier       text NOT NULL,
    occurred_at   timestamptz NOT NULL
);
CREATE INDEX sale_session ON sale (session_id, terminal, epoch, seq);
CREATE INDEX sale_parked ON sale (named_session) WHERE placement = 'parked';

-- A close as its terminal recorded it; these figures never change.
CREATE TABLE till_close (
    session_id  text PRIMARY KEY,
    hash        bytea NOT NULL,
    number      text NOT NULL,
    closed_by   text NOT NULL,
    occurred_at timestamptz NOT NULL,
    tenders     jsonb NOT NULL,
    manifest    jsonb NOT NULL
);

CREATE TABLE day_seal (
    store         text NOT NULL,
    business_date date NOT NULL,
    sealed_at     timestamptz,
    PRIMARY KEY (store, business_date)
);

GRANT SELECT, INSERT ON journal_key, ledger_tx, position, journal, till_close TO till_service;
GRANT SELECT, INSERT, UPDATE ON
    terminal, terminal_stream, timeline, till_session, session_tender, session_product, session_member, sale, day_seal
    TO till_service;
GRANT USAGE ON SEQUENCE ledger_tx_number TO till_service;
