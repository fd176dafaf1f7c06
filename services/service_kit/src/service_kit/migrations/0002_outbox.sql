-- Events leave by this table: written with the facts in one transaction, numbered when they are published.
CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   uuid NOT NULL UNIQUE,
    subject      text NOT NULL,
    headers      jsonb NOT NULL DEFAULT '{}',
    body         bytea NOT NULL,
    position     bigint UNIQUE CHECK (position > 0),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at timestamptz,
    CHECK (published_at IS NULL OR position IS NOT NULL)
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE position IS NULL;
CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL;

-- The timeline says which life of this outbox a position belongs to.
CREATE TABLE outbox_producer (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    timeline bigint NOT NULL,
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0)
);

CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('outbox_' || TG_TABLE_SCHEMA, '');
    RETURN NULL;
END
$$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();
