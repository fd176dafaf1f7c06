-- Messages nobody can process keep their bytes here until a person has looked at them.
CREATE TABLE dead_letter (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest     bytea NOT NULL UNIQUE,
    subject    text NOT NULL,
    body       bytea NOT NULL,
    reason     text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen  timestamptz NOT NULL,
    attempts   integer NOT NULL DEFAULT 1 CHECK (attempts > 0)
);
