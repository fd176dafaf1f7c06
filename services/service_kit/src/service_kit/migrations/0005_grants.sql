-- The runner names the service's role for the time of this transaction.
DO $$
DECLARE
    service_role text := current_setting('tillday.service_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON inbox TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON outbox_producer TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON dead_letter TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON feed_cursor TO %I', service_role);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON feed_seen TO %I', service_role);
END
$$;
