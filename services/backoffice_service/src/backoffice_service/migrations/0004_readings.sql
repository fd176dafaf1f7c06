-- How the system stood, every few seconds: what is plotted. What nobody could tell is NULL.
CREATE TABLE reading (
    at               timestamptz PRIMARY KEY,
    mqtt_clients     bigint,
    clients          bigint,
    pending          bigint,
    redelivered      bigint,
    stream_bytes     bigint,
    database_bytes   bigint,
    connections      bigint,
    oldest_ms        bigint,
    entries_a_minute bigint,
    letters          bigint,
    delay_p50_ms     bigint,
    delay_p99_ms     bigint
);
-- How it stands now, in full.
CREATE TABLE standing (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    at       timestamptz NOT NULL,
    picture  jsonb NOT NULL
);

GRANT SELECT, INSERT, DELETE ON reading TO backoffice_service;
GRANT SELECT, INSERT, UPDATE ON standing TO backoffice_service;

-- How long others' transactions last is told to this role only. Who runs this may not be able to give that:
-- then the page says what to do.
DO $$
BEGIN
    IF pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER WITH ADMIN OPTION') THEN
        GRANT pg_read_all_stats TO backoffice_service;
    END IF;
END
$$;
