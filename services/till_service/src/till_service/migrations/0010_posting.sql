-- Posting: a closed session becomes stock moves and one balanced entry of accounts; stock by location; accounts.

-- Folded beside tenders and products, sale by sale: what a session sold per tax rate, what cash rounding added,
-- what foreign cash was worth.
CREATE TABLE session_tax (
    session_id text NOT NULL,
    rate       integer NOT NULL,
    gross      bigint NOT NULL,
    tax        bigint NOT NULL,
    PRIMARY KEY (session_id, rate)
);
CREATE TABLE session_rounding (
    session_id text PRIMARY KEY,
    amount     bigint NOT NULL
);
CREATE TABLE session_worth (
    session_id text NOT NULL,
    tender     text NOT NULL,
    amount     bigint NOT NULL,
    worth      bigint NOT NULL,
    PRIMARY KEY (session_id, tender)
);

-- Sessions of which something is new. `not_before` puts off what failed; `marks` tells whether more came meanwhile.
CREATE TABLE session_to_post (
    session_id text PRIMARY KEY,
    marks      bigint NOT NULL DEFAULT 1,
    not_before timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX session_to_post_due ON session_to_post (not_before);

-- Revision 1 is the session's posting; what is settled or arrives later is a revision of its own, never a rewrite.
CREATE TABLE posting_step (
    session_id text NOT NULL,
    revision   integer NOT NULL CHECK (revision > 0),
    step       text NOT NULL CHECK (step IN ('count', 'stock', 'ledger')),
    state      text NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
    reason     text,
    attempts   integer NOT NULL DEFAULT 0,
    owner      text NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (session_id, revision, step)
);
CREATE INDEX posting_step_open ON posting_step (session_id) WHERE state <> 'done';

-- A person's word that a session is posted although something is missing or differs.
CREATE TABLE posting_waiver (
    session_id text PRIMARY KEY REFERENCES till_session,
    waived_by  text NOT NULL,
    reason     text NOT NULL,
    waived_at  timestamptz NOT NULL
);

-- How far each closed session is posted, as people read it.
CREATE VIEW posting_shown AS
    SELECT s.store, s.session_id, s.ordinal, s.terminal, s.till, s.business_date,
           CASE WHEN s.rescue_of IS NULL THEN 'regular' ELSE 'rescue' END AS kind,
           CASE WHEN o.state = 'failed' THEN 'failed'
                WHEN o.state = 'pending' OR s.status <> 'posted' THEN 'waiting'
                ELSE 'posted' END AS state,
           coalesce(r.revision, 0) AS revision, o.reason,
           w.waived_by, w.reason AS waived_because
      FROM till_session AS s
      LEFT JOIN posting_waiver AS w USING (session_id)
      LEFT JOIN LATERAL (SELECT max(p.revision) AS revision
                           FROM posting_step AS p
                          WHERE p.session_id = s.session_id) AS r ON true
      LEFT JOIN LATERAL (SELECT p.state, p.reason
                           FROM posting_step AS p
                          WHERE p.session_id = s.session_id AND p.state <> 'done'
                          ORDER BY p.state = 'failed' DESC, p.reason IS NULL
                          LIMIT 1) AS o ON true
     WHERE s.status IN ('closed_front', 'closed_back', 'closed', 'posted');

CREATE TABLE stock_location (
    store    text NOT NULL,
    location text NOT NULL,
    name     text NOT NULL,
    closed   boolean NOT NULL DEFAULT false,
    PRIMARY KEY (store, location)
);
-- Products that are sold from another place than the store's own.
CREATE TABLE stock_place (
    store    text NOT NULL,
    sku      text NOT NULL,
    location text NOT NULL,
    PRIMARY KEY (store, sku)
);
CREATE TABLE stock_rule (
    store    text PRIMARY KEY,
    pickings text NOT NULL CHECK (pickings IN ('session', 'sale'))
);
CREATE TABLE stock_document (
    document   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store      text NOT NULL,
    location   text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('picking', 'receipt', 'adjustment')),
    session_id text,
    revision   integer,
    sale       bytea,
    by         text,
    reason     text,
    at         timestamptz NOT NULL,
    CHECK ((kind = 'picking') = (session_id IS NOT NULL))
);
CREATE UNIQUE INDEX stock_document_session ON stock_document (session_id, revision, location) WHERE sale IS NULL;
CREATE UNIQUE INDEX stock_document_sale ON stock_document (sale, session_id, location) WHERE sale IS NOT NULL;
CREATE INDEX stock_document_store ON stock_document (store, document);
-- Into the location (> 0) or out of it.
CREATE TABLE stock_move (
    document bigint NOT NULL REFERENCES stock_document,
    sku      text NOT NULL,
    name     text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity <> 0),
    PRIMARY KEY (document, sku)
);
CREATE TABLE stock_on_hand (
    store    text NOT NULL,
    location text NOT NULL,
    sku      text NOT NULL,
    name     text NOT NULL,
    quantity bigint NOT NULL,
    PRIMARY KEY (store, location, sku)
);
-- What each session moved so far, by product: the next picking moves the rest.
CREATE TABLE session_picked (
    session_id text NOT NULL,
    sku        text NOT NULL,
    quantity   bigint NOT NULL,
    PRIMARY KEY (session_id, sku)
);
-- Sales of stores whose stock follows each sale at once.
CREATE TABLE sale_to_pick (
    hash  bytea PRIMARY KEY,
    store text NOT NULL
);

CREATE TABLE ledger_company (
    store   text PRIMARY KEY,
    company text NOT NULL
);
CREATE TABLE ledger_account (
    company text NOT NULL,
    account text NOT NULL,
    name    text NOT NULL,
    PRIMARY KEY (company, account)
);
-- Which account a role has where it is not the usual one; '' says that the company has none for it.
CREATE TABLE ledger_role (
    company text NOT NULL,
    role    text NOT NULL,
    account text NOT NULL,
    PRIMARY KEY (company, role)
);
CREATE TABLE ledger_lock (
    company   text NOT NULL,
    through   date NOT NULL,
    locked_by text NOT NULL,
    reason    text NOT NULL,
    locked_at timestamptz NOT NULL,
    PRIMARY KEY (company, through)
);
CREATE TABLE ledger_entry (
    entry         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company       text NOT NULL,
    store         text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('session', 'deposit')),
    session_id    text,
    revision      integer,
    business_date date NOT NULL,
    entry_date    date NOT NULL,
    date_reason   text,
    text          text NOT NULL,
    posted_by     text NOT NULL,
    posted_at     timestamptz NOT NULL,
    UNIQUE (session_id, revision),
    CHECK ((entry_date = business_date) = (date_reason IS NULL)),
    CHECK ((kind = 'session') = (session_id IS NOT NULL AND revision IS NOT NULL))
);
CREATE INDEX ledger_entry_store ON ledger_entry (store, entry);
-- Debit > 0, credit < 0, minor units of the currency. `key` is the tender or the tax rate that the line is of.
CREATE TABLE ledger_line (
    entry    bigint NOT NULL REFERENCES ledger_entry,
    line     integer NOT NULL,
    account  text NOT NULL,
    role     text NOT NULL,
    key      text NOT NULL DEFAULT '',
    currency text NOT NULL,
    amount   bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (entry, line)
);
-- What of each session is posted so far, by what it is: the next revision posts the rest.
CREATE TABLE session_posted (
    session_id text NOT NULL,
    role       text NOT NULL,
    key        text NOT NULL,
    currency   text NOT NULL,
    amount     bigint NOT NULL,
    PRIMARY KEY (session_id, role, key, currency)
);
CREATE TABLE ledger_balance (
    company  text NOT NULL,
    account  text NOT NULL,
    currency text NOT NULL,
    debit    bigint NOT NULL DEFAULT 0,
    credit   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (company, account, currency)
);
CREATE TABLE safe_deposit (
    deposit    uuid PRIMARY KEY,
    store      text NOT NULL,
    tender     text NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0),
    reference  text NOT NULL,
    entry      bigint NOT NULL REFERENCES ledger_entry,
    deposited_by text NOT NULL,
    deposited_at timestamptz NOT NULL
);
CREATE INDEX safe_deposit_store ON safe_deposit (store, tender);

-- Sessions from before these tables: their sums, read once from their receipts.
INSERT INTO session_tax (session_id, rate, gross, tax)
SELECT s.session_id, t.rate, sum(t.gross), sum(t.tax)
  FROM sale AS s
  JOIN journal AS j USING (hash)
  LEFT JOIN desk_effect AS d USING (hash)
 CROSS JOIN LATERAL jsonb_to_recordset(
           CASE WHEN d.data IS NULL THEN convert_from(j.data, 'UTF8')::jsonb -> 'body'
                ELSE convert_from(d.data, 'UTF8')::jsonb -> 'body' END -> 'taxes')
       AS t (rate integer, gross bigint, tax bigint)
 WHERE s.placement <> 'parked'
 GROUP BY s.session_id, t.rate;

INSERT INTO session_rounding (session_id, amount)
SELECT s.session_id,
       sum((CASE WHEN d.data IS NULL THEN convert_from(j.data, 'UTF8')::jsonb -> 'body'
                 ELSE convert_from(d.data, 'UTF8')::jsonb -> 'body' END ->> 'rounding')::bigint)
  FROM sale AS s
  JOIN journal AS j USING (hash)
  LEFT JOIN desk_effect AS d USING (hash)
 WHERE s.placement <> 'parked'
 GROUP BY s.session_id
HAVING sum((CASE WHEN d.data IS NULL THEN convert_from(j.data, 'UTF8')::jsonb -> 'body'
                 ELSE convert_from(d.data, 'UTF8')::jsonb -> 'body' END ->> 'rounding')::bigint) <> 0;

INSERT INTO session_worth (session_id, tender, amount, worth)
SELECT s.session_id, p.tender, sum(p.amount), sum(p.value)
  FROM sale AS s
  JOIN journal AS j USING (hash)
  LEFT JOIN desk_effect AS d USING (hash)
 CROSS JOIN LATERAL jsonb_to_recordset(
           CASE WHEN d.data IS NULL THEN convert_from(j.data, 'UTF8')::jsonb -> 'body'
                ELSE convert_from(d.data, 'UTF8')::jsonb -> 'body' END -> 'payments')
       AS p (tender text, amount bigint, value bigint)
 WHERE s.placement <> 'parked' AND p.value IS NOT NULL
 GROUP BY s.session_id, p.tender;

INSERT INTO session_to_post (session_id)
SELECT session_id FROM till_session WHERE status IN ('closed_front', 'closed_back');

GRANT SELECT ON posting_shown TO till_service;
GRANT SELECT, INSERT ON
    posting_waiver, stock_document, stock_move, ledger_lock, ledger_entry, ledger_line, safe_deposit
    TO till_service;
GRANT SELECT, INSERT, UPDATE ON
    session_tax, session_rounding, session_worth, posting_step, stock_location, stock_place, stock_rule,
    stock_on_hand, session_picked, ledger_company, ledger_account, ledger_role, session_posted, ledger_balance
    TO till_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON session_to_post, sale_to_pick TO till_service;
