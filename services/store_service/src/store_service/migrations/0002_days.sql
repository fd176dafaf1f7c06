-- One business date of a store. `command` is what is being carried out; after a crash it is carried on.
CREATE TABLE store_day (
    store                text NOT NULL REFERENCES store,
    business_date        date NOT NULL,
    state                text NOT NULL
                         CHECK (state IN ('opening', 'open', 'closing', 'closed', 'cancelled', 'archived')),
    command              jsonb,
    opened_by            text,
    automatically_closed date,
    reason               text,
    closing_since        timestamptz,
    waived               text,
    closed_by            text,
    automatic            boolean NOT NULL DEFAULT false,
    unattested           text[] NOT NULL DEFAULT '{}',
    changed_at           timestamptz NOT NULL,
    PRIMARY KEY (store, business_date),
    CHECK (state NOT IN ('opening', 'closing') OR command IS NOT NULL),
    CHECK (state NOT IN ('open', 'closing') OR opened_by IS NOT NULL),
    CHECK (state <> 'closing' OR closing_since IS NOT NULL),
    CHECK (state <> 'closed' OR closed_by IS NOT NULL)
);
CREATE UNIQUE INDEX store_day_one_open ON store_day (store) WHERE state IN ('open', 'closing');
CREATE UNIQUE INDEX store_day_one_opening ON store_day (store) WHERE state = 'opening';

-- What each terminal is wished to be. `closing_asked_rev` is the revision that first named the closing date.
CREATE TABLE desired (
    store             text NOT NULL,
    terminal          text NOT NULL,
    rev               bigint NOT NULL CHECK (rev > 0),
    digest            text NOT NULL,
    content           jsonb NOT NULL,
    closing_asked_rev bigint,
    published_rev     bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (store, terminal),
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
CREATE INDEX desired_unpublished ON desired (store, terminal) WHERE published_rev < rev;

-- Told by the till service's events; a rebuild of that feed empties both.
CREATE TABLE attestation (
    store         text NOT NULL,
    terminal      text NOT NULL,
    business_date date NOT NULL,
    revision      bigint NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (store, business_date, terminal, revision)
);
CREATE TABLE till_session (
    session_id    text PRIMARY KEY,
    store         text NOT NULL,
    terminal      text NOT NULL,
    till          text NOT NULL,
    business_date date NOT NULL,
    status        text NOT NULL,
    place         bigint NOT NULL,
    late          boolean NOT NULL,
    kept          jsonb NOT NULL,
    last_receipt  bigint NOT NULL,
    last_cash_up  bigint NOT NULL
);
CREATE INDEX till_session_of_till ON till_session (store, till, place DESC);

GRANT SELECT, INSERT, UPDATE, DELETE ON store_day TO store_service;
GRANT SELECT, INSERT, UPDATE ON desired TO store_service;
GRANT SELECT, INSERT, DELETE ON attestation TO store_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON till_session TO store_service;
