-- A store's row is what every change of the store locks first.
CREATE TABLE store (
    store         text PRIMARY KEY,
    people_rev    bigint NOT NULL DEFAULT 0 CHECK (people_rev >= 0),
    catalogue_rev bigint NOT NULL DEFAULT 0 CHECK (catalogue_rev >= 0)
);

-- Retained for all terminals of the store; published again while published_rev is behind.
CREATE TABLE settings (
    store         text PRIMARY KEY REFERENCES store,
    rev           bigint NOT NULL CHECK (rev > 0),
    digest        text NOT NULL,
    content       jsonb NOT NULL,
    published_rev bigint NOT NULL DEFAULT 0
);

CREATE TABLE terminal (
    store             text NOT NULL REFERENCES store,
    terminal          text NOT NULL,
    till              text NOT NULL,
    name              text NOT NULL,
    wished            date,
    origin            text NOT NULL DEFAULT 'back_office' CHECK (origin IN ('back_office', 'front_office')),
    own_opening_epoch text,
    own_opening_seq   bigint,
    added_at          timestamptz NOT NULL,
    PRIMARY KEY (store, terminal),
    UNIQUE (store, till),
    CHECK ((own_opening_epoch IS NULL) = (own_opening_seq IS NULL))
);

-- Apart from the terminal, so that whoever reads terminals reads no secrets.
CREATE TABLE terminal_secret (
    store       text NOT NULL,
    terminal    text NOT NULL,
    key_id      text NOT NULL UNIQUE,
    journal_key bytea NOT NULL CHECK (length(journal_key) = 32),
    pepper      bytea NOT NULL CHECK (length(pepper) = 32),
    PRIMARY KEY (store, terminal)
);

-- The last HELLO of each terminal: what it holds of what we want, and when we last heard it.
CREATE TABLE terminal_contact (
    store          text NOT NULL,
    terminal       text NOT NULL,
    heard_at       timestamptz NOT NULL,
    desired_rev    bigint,
    settings_rev   bigint,
    effective_date date,
    pending        bigint NOT NULL,
    PRIMARY KEY (store, terminal)
);

CREATE TABLE person (
    store          text NOT NULL REFERENCES store,
    person         text NOT NULL,
    name           text NOT NULL,
    role           text NOT NULL CHECK (role IN ('cashier', 'supervisor', 'manager')),
    pin_salt       bytea,
    pin_value      bytea,
    pin_memory_kib integer,
    pin_passes     integer,
    pin_lanes      integer,
    PRIMARY KEY (store, person),
    CHECK (num_nulls(pin_salt, pin_value, pin_memory_kib, pin_passes, pin_lanes) IN (0, 5))
);

CREATE TABLE person_right (
    store   text NOT NULL,
    person  text NOT NULL,
    allowed text NOT NULL,
    PRIMARY KEY (store, person, allowed),
    FOREIGN KEY (store, person) REFERENCES person
);

CREATE TABLE catalogue_item (
    store    text NOT NULL REFERENCES store,
    sku      text NOT NULL,
    place    integer NOT NULL,
    name     text NOT NULL,
    price    bigint NOT NULL,
    tax_rate integer NOT NULL,
    barcode  text,
    category text,
    PRIMARY KEY (store, sku)
);

GRANT SELECT, INSERT, UPDATE ON store, settings, terminal, terminal_contact, person TO store_service;
GRANT SELECT, INSERT ON terminal_secret TO store_service;
GRANT SELECT, INSERT, DELETE ON person_right, catalogue_item TO store_service;
