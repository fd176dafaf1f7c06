-- Which messages this service has taken, and what it answered: a repeat has no second effect.
CREATE TABLE inbox (
    message_id  uuid PRIMARY KEY,
    digest      bytea,
    reply       bytea,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX inbox_received_at ON inbox (received_at);
