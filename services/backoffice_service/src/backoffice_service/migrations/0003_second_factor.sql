-- Whose authenticator makes codes. What it shares with us is sealed with a key that is not in this database;
-- a code is taken once, so the newest step that was used is kept, and how often a code was wrong in a row.
CREATE TABLE second_factor (
    person       text PRIMARY KEY REFERENCES login,
    sealed       bytea NOT NULL,
    begun_at     timestamptz NOT NULL,
    confirmed_at timestamptz,
    used_step    bigint NOT NULL DEFAULT 0,
    wrong        integer NOT NULL DEFAULT 0,
    wrong_at     timestamptz
);

-- When a visitor last showed a code.
ALTER TABLE visit ADD COLUMN proven_at timestamptz;

GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor TO backoffice_service;
