-- The last alarm of each kind about each terminal, by the service that told it. '' stands for "about everything".
CREATE TABLE alarm (
    producer   text NOT NULL,
    store      text NOT NULL,
    terminal   text NOT NULL,
    kind       text NOT NULL,
    text       text NOT NULL,
    raised_at  timestamptz NOT NULL,
    cleared_at timestamptz,
    PRIMARY KEY (producer, store, terminal, kind)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON alarm TO report_service;
