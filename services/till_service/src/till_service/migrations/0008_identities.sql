-- Journal keys that others may know. What they prove takes no position any more and waits for a person. A key may
-- be named here before it is registered.
CREATE TABLE compromised_key (
    key_id   text PRIMARY KEY,
    store    text NOT NULL,
    terminal text NOT NULL,
    since    timestamptz NOT NULL
);
GRANT SELECT, INSERT ON compromised_key TO till_service;
