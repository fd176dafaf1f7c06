-- Conditions that are watched: noticed, raised once they lasted, and gone when they are cleared.
CREATE TABLE alarm_watch (
    store      text NOT NULL,
    terminal   text NOT NULL,
    kind       text NOT NULL,
    text       text NOT NULL,
    mark       text NOT NULL,
    noticed_at timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    ripens     boolean NOT NULL,
    raised_at  timestamptz,
    expires_at timestamptz,
    PRIMARY KEY (store, terminal, kind)
);
DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON alarm_watch TO %I', current_setting('tillday.service_role'));
END
$$;
