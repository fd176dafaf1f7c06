-- Since when the service hears terminals without a pause: who was not heard meanwhile is not there.

CREATE TABLE listening (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    heard_since timestamptz NOT NULL,
    heard_until timestamptz NOT NULL
);

GRANT SELECT, INSERT, UPDATE
   ON listening
   TO report_service;
