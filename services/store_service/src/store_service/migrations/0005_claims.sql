-- What the next opening count of a till asks for beside what was kept, as the till service told it last.
CREATE TABLE till_claims (
    store  text NOT NULL,
    till   text NOT NULL,
    claims jsonb NOT NULL,
    PRIMARY KEY (store, till)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON till_claims TO store_service;
