-- Read models: all of it can be made again from the events of its producer, so no table names one of the other's.

-- From the store service.
CREATE TABLE store (
    store    text PRIMARY KEY,
    name     text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE TABLE terminal (
    store    text NOT NULL,
    terminal text NOT NULL,
    till     text NOT NULL,
    name     text NOT NULL,
    PRIMARY KEY (store, terminal)
);
-- What a terminal is wished to be; a blank date means closed.
CREATE TABLE terminal_wish (
    store         text NOT NULL,
    terminal      text NOT NULL,
    business_date date,
    origin        text NOT NULL CHECK (origin IN ('back_office', 'front_office')),
    rev           bigint NOT NULL,
    PRIMARY KEY (store, terminal)
);

-- From the ledger.
CREATE TABLE terminal_origin (
    store    text NOT NULL,
    terminal text NOT NULL,
    origin   text NOT NULL CHECK (origin IN ('back_office', 'front_office')),
    PRIMARY KEY (store, terminal)
);
CREATE TABLE till_session (
    session_id    text PRIMARY KEY,
    store         text NOT NULL,
    terminal      text NOT NULL,
    till          text NOT NULL,
    business_date date NOT NULL,
    status        text NOT NULL CHECK (status IN
                      ('opening_count', 'open', 'closing_count', 'closed_front', 'closed_back', 'posted')),
    late          boolean NOT NULL,
    origin        text NOT NULL CHECK (origin IN ('back_office', 'front_office')),
    opened_at     timestamptz,
    opened_by     text,
    closed_at     timestamptz,
    closed_by     text,
    closed_from   text CHECK (closed_from IN ('Terminal', 'Backoffice')),
    receipts      integer NOT NULL CHECK (receipts >= 0),
    total         bigint NOT NULL,
    -- Late sales of that session; nobody opened this one, so its status means nothing.
    rescue_of     text
);
CREATE INDEX till_session_date ON till_session (store, terminal, business_date) WHERE rescue_of IS NULL;
CREATE INDEX till_session_running ON till_session (store)
    WHERE status IN ('opening_count', 'open', 'closing_count') AND rescue_of IS NULL;
-- The receipts that are folded, by the hash of their entry: each counts once, in the session named here.
CREATE TABLE receipt (
    entry      text PRIMARY KEY,
    session_id text NOT NULL,
    number     text NOT NULL,
    cashier    text NOT NULL,
    at         timestamptz NOT NULL,
    total      bigint NOT NULL
);
CREATE INDEX receipt_session ON receipt (session_id);
CREATE TABLE session_tender (
    session_id text NOT NULL,
    tender     text NOT NULL,
    opening    bigint NOT NULL,
    sales      bigint NOT NULL,
    refunds    bigint NOT NULL,
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
-- What a printed cash-up report says; `tenders` as it was printed, never computed again.
CREATE TABLE cash_up (
    session_id  text PRIMARY KEY,
    number      text NOT NULL,
    closed_at   timestamptz NOT NULL,
    closed_by   text NOT NULL,
    closed_from text NOT NULL CHECK (closed_from IN ('Terminal', 'Backoffice')),
    tenders     jsonb NOT NULL
);

-- From the terminals themselves; a hint that the next HELLO renews.
CREATE TABLE sighting (
    store     text NOT NULL,
    terminal  text NOT NULL,
    last_seen timestamptz NOT NULL,
    waiting   bigint NOT NULL,
    PRIMARY KEY (store, terminal)
);

GRANT SELECT, INSERT, UPDATE, DELETE
   ON store, terminal, terminal_wish, terminal_origin, till_session, receipt, session_tender, session_product,
      cash_up, sighting
   TO report_service;
