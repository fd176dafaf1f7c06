-- Every confirmed count, and what late money does to it: settlements and claims. Rows are only added.

-- A count of one tender as it was confirmed.
CREATE TABLE till_count (
    session_id  text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('opening', 'cash_up')),
    tender      text NOT NULL,
    epoch       text NOT NULL,
    seq         bigint NOT NULL,
    expected    bigint NOT NULL,
    counted     bigint NOT NULL,
    moved       bigint NOT NULL,
    PRIMARY KEY (session_id, kind, tender)
);

-- What a journal that was left moved at its own counts: to the safe (< 0) or as a float.
CREATE TABLE left_money (
    hash       bytea NOT NULL,
    tender     text NOT NULL,
    store      text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    seq        bigint NOT NULL,
    session_id text NOT NULL,
    amount     bigint NOT NULL CHECK (amount <> 0),
    PRIMARY KEY (hash, tender)
);
CREATE INDEX left_money_session ON left_money (session_id);

-- What takes a count from its recorded to its settled difference; the settlement is the sum.
CREATE TABLE settlement (
    ordinal    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store      text NOT NULL,
    till       text NOT NULL,
    session_id text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('opening', 'cash_up')),
    tender     text NOT NULL,
    amount     bigint NOT NULL CHECK (amount <> 0),
    settled_at timestamptz NOT NULL
);
CREATE INDEX settlement_till ON settlement (store, till);

-- Late money that the next opening count asks for; one that a count has is taken back. The claim is the sum.
CREATE TABLE claim (
    ordinal    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store      text NOT NULL,
    till       text NOT NULL,
    event      bytea NOT NULL,
    tender     text NOT NULL,
    session_id text NOT NULL,
    amount     bigint NOT NULL CHECK (amount <> 0),
    claimed_at timestamptz NOT NULL
);
CREATE INDEX claim_till ON claim (store, till);

-- Tills of which something new is known; whoever works out their counts takes the mark away.
CREATE TABLE till_to_settle (
    store text NOT NULL,
    till  text NOT NULL,
    marks bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store, till)
);
CREATE INDEX till_session_till ON till_session (store, till, ordinal) WHERE rescue_of IS NULL;

-- Counts that were confirmed before these tables.
INSERT INTO till_count (session_id, kind, tender, epoch, seq, expected, counted, moved)
SELECT c.session_id, 'cash_up', t.tender, j.epoch, j.seq, t.expected, t.counted, t.moved
  FROM till_close AS c
  JOIN journal AS j USING (hash)
 CROSS JOIN LATERAL jsonb_to_recordset(c.tenders)
       AS t (tender text, expected bigint, counted bigint, moved bigint);

INSERT INTO till_count (session_id, kind, tender, epoch, seq, expected, counted, moved)
SELECT j.session_id, 'opening', t.tender, j.epoch, j.seq, t.expected, t.counted, 0
  FROM journal AS j
 CROSS JOIN LATERAL jsonb_to_recordset(convert_from(j.data, 'UTF8')::jsonb -> 'body' -> 'tenders')
       AS t (tender text, expected bigint, counted bigint)
 WHERE j.type = 'INITIAL_COUNT_CONFIRMED' AND j.placement = 'session'
    ON CONFLICT DO NOTHING;

INSERT INTO till_to_settle (store, till)
SELECT DISTINCT store, till FROM till_session WHERE rescue_of IS NULL;

GRANT SELECT, INSERT ON till_count, left_money, settlement, claim TO till_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON till_to_settle TO till_service;
