-- Closes from the back office, from the ledger: the last telling counts. `tenders` as somebody told them.
CREATE TABLE back_close (
    session_id  text PRIMARY KEY,
    number      text NOT NULL,
    closed_by   text NOT NULL,
    reason      text NOT NULL,
    closed_at   timestamptz NOT NULL,
    source      text NOT NULL CHECK (source IN ('none', 'typed', 'scanned')),
    tenders     jsonb NOT NULL,
    told_by     text,
    no_close_by text
);
-- What of a store waits for a person, from the store service.
CREATE TABLE waiting_task (
    store         text NOT NULL,
    number        bigint NOT NULL,
    kind          text NOT NULL,
    terminal      text NOT NULL,
    business_date date NOT NULL,
    raised_at     timestamptz NOT NULL,
    text          text NOT NULL,
    PRIMARY KEY (store, number)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON back_close, waiting_task TO report_service;

-- The rows from before know nothing of tasks: a cursor in no timeline has everything folded again.
UPDATE feed_cursor SET timeline = 0, position = 0;
