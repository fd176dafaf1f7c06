-- Journal keys that others may know: no terminal is given one of them again, and no HELLO is proven by one.
CREATE TABLE compromised_key (
    key_id   text PRIMARY KEY,
    store    text NOT NULL,
    terminal text NOT NULL,
    since    timestamptz NOT NULL,
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
GRANT SELECT, INSERT ON compromised_key TO store_service;

-- With the keys goes what the terminal's verifiers of PINs were made with.
GRANT UPDATE (pepper) ON terminal_secret TO store_service;
