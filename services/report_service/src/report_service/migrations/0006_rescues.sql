-- Rescue sessions, from the ledger: the last telling counts.
CREATE TABLE rescue_session (
    session_id    text PRIMARY KEY,
    store         text NOT NULL,
    terminal      text NOT NULL,
    till          text NOT NULL,
    business_date date NOT NULL,
    original      text NOT NULL,
    name          text NOT NULL,
    status        text NOT NULL CHECK (status IN ('outstanding', 'reviewed', 'closed', 'posted')),
    sales         integer NOT NULL,
    movements     integer NOT NULL,
    undecided     integer NOT NULL,
    number        text
);
CREATE INDEX rescue_session_open ON rescue_session (store) WHERE status IN ('outstanding', 'reviewed');

GRANT SELECT, INSERT, UPDATE, DELETE ON rescue_session TO report_service;
