-- Reports of a whole day: movements, several tenders, sales per terminal, hour and person.

ALTER TABLE store
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC';
-- Tenders of former settings stay: sessions of that time name them.
CREATE TABLE store_tender (
    store    text NOT NULL,
    tender   text NOT NULL,
    place    integer NOT NULL,
    name     text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (store, tender)
);
CREATE TABLE person (
    store  text NOT NULL,
    person text NOT NULL,
    name   text NOT NULL,
    PRIMARY KEY (store, person)
);

ALTER TABLE terminal_origin
  ADD COLUMN business_date date;
-- How far each epoch of a terminal's journal is folded, and when its first entry was recorded.
CREATE TABLE journal_position (
    store    text NOT NULL,
    terminal text NOT NULL,
    epoch    text NOT NULL,
    seq      bigint NOT NULL,
    begun_at timestamptz NOT NULL,
    PRIMARY KEY (store, terminal, epoch)
);

ALTER TABLE till_session
  ADD COLUMN refunds integer NOT NULL DEFAULT 0 CHECK (refunds >= 0);
CREATE INDEX till_session_store_date ON till_session (store, business_date);
ALTER TABLE receipt
  ADD COLUMN quantity bigint NOT NULL DEFAULT 0;
-- Movements that are folded, like receipts: each counts once, in the session named here.
CREATE TABLE movement (
    entry      text PRIMARY KEY,
    session_id text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('paid_in', 'paid_out', 'loan', 'pickup')),
    tender     text NOT NULL,
    amount     bigint NOT NULL CHECK (amount > 0)
);
-- `worth`: sales less refunds in the store's currency; the other amounts are in the tender's own.
ALTER TABLE session_tender
  ADD COLUMN paid_in  bigint NOT NULL DEFAULT 0,
  ADD COLUMN paid_out bigint NOT NULL DEFAULT 0,
  ADD COLUMN loans    bigint NOT NULL DEFAULT 0,
  ADD COLUMN pickups  bigint NOT NULL DEFAULT 0,
  ADD COLUMN receipts integer NOT NULL DEFAULT 0,
  ADD COLUMN worth    bigint NOT NULL DEFAULT 0;
ALTER TABLE session_product
  ADD COLUMN receipts integer NOT NULL DEFAULT 0;
-- What a terminal itself sold on a date, whichever session holds it.
CREATE TABLE terminal_product (
    store         text NOT NULL,
    terminal      text NOT NULL,
    business_date date NOT NULL,
    sku           text NOT NULL,
    name          text NOT NULL,
    quantity      bigint NOT NULL,
    gross         bigint NOT NULL,
    receipts      integer NOT NULL,
    PRIMARY KEY (store, terminal, business_date, sku)
);
-- The entry that closed the session, and how many copies of its report were printed after the original.
ALTER TABLE cash_up
  ADD COLUMN entry  text NOT NULL DEFAULT '',
  ADD COLUMN copies integer NOT NULL DEFAULT 0;
CREATE INDEX cash_up_entry ON cash_up (entry);

GRANT SELECT, INSERT, UPDATE, DELETE
   ON store_tender, person, journal_position, movement, terminal_product
   TO report_service;

-- The rows from before know nothing of this: a cursor in no timeline has everything folded again.
UPDATE feed_cursor SET timeline = 0, position = 0;
