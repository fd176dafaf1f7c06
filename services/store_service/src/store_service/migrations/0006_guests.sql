-- Shared tills and tills that change hands.

-- Two terminals change tills in one transaction: the constraint looks at its end.
ALTER TABLE terminal
    DROP CONSTRAINT terminal_store_till_key,
    ADD CONSTRAINT terminal_store_till_key UNIQUE (store, till) DEFERRABLE INITIALLY DEFERRED,
    ADD COLUMN turn bigint NOT NULL DEFAULT 0;

-- Told by the till service's events; a rebuild of that feed empties both.
-- The till that a terminal asked to join, until it leaves.
CREATE TABLE join_wish (
    store    text NOT NULL,
    terminal text NOT NULL,
    till     text NOT NULL,
    PRIMARY KEY (store, terminal)
);
CREATE INDEX join_wish_till ON join_wish (store, till);

-- Every terminal that ever joined a session.
CREATE TABLE session_guest (
    session_id text NOT NULL,
    terminal   text NOT NULL,
    PRIMARY KEY (session_id, terminal)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON join_wish TO store_service;
GRANT SELECT, INSERT, DELETE ON session_guest TO store_service;
