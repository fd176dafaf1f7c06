-- The newest start of each terminal, and whether an older one goes on speaking beside it.
CREATE TABLE terminal_boots (
    store    text NOT NULL,
    terminal text NOT NULL,
    boot_no  bigint NOT NULL,
    n        bigint NOT NULL,
    since    timestamptz NOT NULL,
    older_no bigint NOT NULL,
    older_n  bigint NOT NULL,
    grown    integer NOT NULL,
    PRIMARY KEY (store, terminal)
);
GRANT SELECT, INSERT, UPDATE ON terminal_boots TO till_service;
