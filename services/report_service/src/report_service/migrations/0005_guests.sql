-- Who sells into a session that another terminal hosts, from the ledger; `present` until the guest leaves.
CREATE TABLE session_guest (
    session_id text NOT NULL,
    terminal   text NOT NULL,
    present    boolean NOT NULL,
    PRIMARY KEY (session_id, terminal)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON session_guest TO report_service;

-- The rows from before know nothing of guests: a cursor in no timeline has everything folded again.
UPDATE feed_cursor SET timeline = 0, position = 0;
