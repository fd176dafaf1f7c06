-- The days of a store, from the store service: how each stands as it was told last.
CREATE TABLE store_day (
    store         text NOT NULL,
    business_date date NOT NULL,
    state         text NOT NULL CHECK (state IN
                      ('opening', 'open', 'closing', 'closed', 'cancelled', 'archived')),
    PRIMARY KEY (store, business_date)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON store_day TO report_service;

-- The rows from before know nothing of days: a cursor in no timeline has everything folded again.
UPDATE feed_cursor SET timeline = 0, position = 0 WHERE producer = 'store';
