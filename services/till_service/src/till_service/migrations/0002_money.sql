-- Money that moves without a sale: where each movement is, what the safe holds, what was adjusted, and what
-- a close still has to be compared with.

-- Where each movement of money is now; the columns that a sale has too mean the same.
CREATE TABLE movement (
    hash          bytea PRIMARY KEY,
    store         text NOT NULL,
    terminal      text NOT NULL,
    epoch         text NOT NULL,
    seq           bigint NOT NULL,
    named_session text NOT NULL,
    session_id    text NOT NULL,
    placement     text NOT NULL CHECK (placement IN ('session', 'rescue', 'parked')),
    reason        text,
    kind          text NOT NULL CHECK (kind IN ('paid_in', 'paid_out', 'loan', 'pickup')),
    tender        text NOT NULL,
    amount        bigint NOT NULL CHECK (amount > 0),
    business_date date NOT NULL,
    moved_by      text NOT NULL,
    occurred_at   timestamptz NOT NULL
);
CREATE INDEX movement_session ON movement (session_id, terminal, epoch, seq);
CREATE INDEX movement_parked ON movement (named_session) WHERE placement = 'parked';

-- Everything that has a place: routed alike, moved alike.
CREATE VIEW placed AS
    SELECT hash, terminal, epoch, seq, named_session, session_id, placement, reason FROM sale
     UNION ALL
    SELECT hash, terminal, epoch, seq, named_session, session_id, placement, reason FROM movement;

-- Into the safe (> 0) or out of it, in the tender's currency; what no longer stands is taken back by a row of
-- opposite sign. The balance is the sum.
CREATE TABLE safe_movement (
    ordinal     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store       text NOT NULL,
    terminal    text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('cash_up', 'loan', 'pickup', 'float')),
    tender      text NOT NULL,
    amount      bigint NOT NULL CHECK (amount <> 0),
    session_id  text NOT NULL,
    entry       bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX safe_movement_store ON safe_movement (store, ordinal);

-- What settles the difference of the session it `corrects`; written in another one, whose money it leaves alone.
CREATE TABLE adjustment (
    hash        bytea PRIMARY KEY,
    store       text NOT NULL,
    session_id  text NOT NULL,
    corrects    text NOT NULL CHECK (corrects <> session_id),
    tender      text NOT NULL,
    amount      bigint NOT NULL,
    reason      text NOT NULL,
    adjusted_by text NOT NULL,
    allowed_by  text NOT NULL,
    occurred_at timestamptz NOT NULL
);
CREATE INDEX adjustment_corrects ON adjustment (corrects);

-- How far each close counts: a journal that reaches such a position may complete the close.
CREATE TABLE close_member (
    session_id text NOT NULL,
    store      text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    to_seq     bigint NOT NULL,
    PRIMARY KEY (session_id, terminal, epoch)
);
CREATE INDEX close_member_stream ON close_member (store, terminal, epoch, to_seq);

-- What waits for a person. Rows are only added.
CREATE TABLE till_task (
    session_id text NOT NULL,
    kind       text NOT NULL,
    store      text NOT NULL,
    terminal   text NOT NULL,
    till       text NOT NULL,
    text       text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (session_id, kind)
);
CREATE INDEX till_task_store ON till_task (store, created_at);

-- Closes that were recorded before these tables put their moved amounts into the safe and keep their manifests.
INSERT INTO safe_movement (store, terminal, kind, tender, amount, session_id, entry, recorded_at)
SELECT s.store, s.terminal, 'cash_up', t.tender, t.moved, c.session_id, c.hash, j.recorded_at
  FROM till_close AS c
  JOIN till_session AS s USING (session_id)
  JOIN journal AS j ON j.hash = c.hash
 CROSS JOIN LATERAL jsonb_to_recordset(c.tenders) AS t (tender text, moved bigint)
 WHERE t.moved <> 0
 ORDER BY j.recorded_at, j.terminal, j.seq, t.tender;

INSERT INTO close_member (session_id, store, terminal, epoch, to_seq)
SELECT c.session_id, s.store, m.terminal, m.epoch, max(m.to_seq)
  FROM till_close AS c
  JOIN till_session AS s USING (session_id)
 CROSS JOIN LATERAL jsonb_to_recordset(c.manifest) AS m (terminal text, epoch text, to_seq bigint)
 GROUP BY c.session_id, s.store, m.terminal, m.epoch;

GRANT SELECT, INSERT ON safe_movement, adjustment, close_member, till_task TO till_service;
GRANT SELECT, INSERT, UPDATE ON movement TO till_service;
GRANT SELECT ON placed TO till_service;
