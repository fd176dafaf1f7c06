-- Each act's place in the chain: its hash covers the hash before it. Acts of former versions come first.
CREATE TABLE audit_link (
    place  bigint PRIMARY KEY,
    number bigint NOT NULL UNIQUE,
    hash   bytea NOT NULL
);

-- How far the chain was at the beginning of a day, signed with a key that is not in this database.
CREATE TABLE audit_head (
    day       date PRIMARY KEY,
    place     bigint NOT NULL,
    hash      bytea NOT NULL,
    signature bytea NOT NULL
);

GRANT SELECT, INSERT ON audit_link, audit_head TO backoffice_service;
