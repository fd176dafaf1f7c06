-- Work ordered at a terminal: it stands in the desired state until it is finished, or past `not_after`.
-- `rev` is the revision of the desired state in which it stood first.
CREATE TABLE terminal_command (
    command_id  text PRIMARY KEY,
    store       text NOT NULL,
    terminal    text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('reprint', 'send_journal')),
    document    text,
    ordered_by  text NOT NULL,
    ordered_at  timestamptz NOT NULL,
    not_after   timestamptz NOT NULL,
    rev         bigint,
    finished_at timestamptz,
    outcome     text CHECK (outcome IN ('done', 'failed')),
    reason      text,
    FOREIGN KEY (store, terminal) REFERENCES terminal,
    CHECK ((finished_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX terminal_command_open ON terminal_command (store, terminal) WHERE finished_at IS NULL;
CREATE INDEX terminal_command_newest ON terminal_command (store, ordered_at DESC);

GRANT SELECT, INSERT, UPDATE ON terminal_command TO store_service;
