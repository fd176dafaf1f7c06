-- How far this service has followed each producer, and what it has seen there.
CREATE TABLE feed_cursor (
    producer text PRIMARY KEY,
    timeline bigint NOT NULL,
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0)
);
CREATE TABLE feed_seen (
    producer   text NOT NULL REFERENCES feed_cursor ON DELETE CASCADE,
    position   bigint NOT NULL,
    message_id uuid NOT NULL,
    PRIMARY KEY (producer, position)
);
