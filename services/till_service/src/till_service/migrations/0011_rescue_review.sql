-- Rescue sessions under review: what people decide of each late entry, and the close. Rows are only added.

ALTER TABLE till_session DROP CONSTRAINT till_session_status_check;
ALTER TABLE till_session ADD CONSTRAINT till_session_status_check CHECK (status IN (
    'opening_count', 'open', 'closing_count', 'closed_front', 'closed_back', 'posted', 'outstanding', 'closed'
));
ALTER TABLE till_session ADD CONSTRAINT till_session_closed_rescue
    CHECK ((status = 'closed') <= (rescue_of IS NOT NULL));
ALTER TABLE sale DROP CONSTRAINT sale_placement_check;
ALTER TABLE sale ADD CONSTRAINT sale_placement_check
    CHECK (placement IN ('session', 'rescue', 'rejected', 'parked'));
ALTER TABLE movement DROP CONSTRAINT movement_placement_check;
ALTER TABLE movement ADD CONSTRAINT movement_placement_check
    CHECK (placement IN ('session', 'rescue', 'rejected', 'parked'));

-- The last decision on an entry holds. `data` is the repaired entry, linked to the one that it repairs;
-- `named_session` and `named_kind` are the count in which its money lay.
CREATE TABLE rescue_decision (
    hash          bytea NOT NULL REFERENCES journal,
    number        integer NOT NULL CHECK (number > 0),
    session_id    text NOT NULL REFERENCES till_session,
    verdict       text NOT NULL CHECK (verdict IN ('accepted', 'repaired', 'rejected')),
    decided_by    text NOT NULL,
    approved_by   text,
    reason        text,
    decided_at    timestamptz NOT NULL,
    no_cash       boolean NOT NULL DEFAULT false,
    named_session text,
    named_kind    text CHECK (named_kind IN ('opening', 'cash_up')),
    data          bytea,
    changes       jsonb NOT NULL DEFAULT '[]',
    PRIMARY KEY (hash, number),
    CHECK ((verdict = 'repaired') = (data IS NOT NULL)),
    CHECK ((verdict = 'repaired') = (approved_by IS NOT NULL)),
    CHECK (no_cash <= (verdict = 'rejected')),
    CHECK ((named_session IS NULL) = (named_kind IS NULL))
);
CREATE INDEX rescue_decision_session ON rescue_decision (session_id);

CREATE TABLE rescue_close (
    session_id text PRIMARY KEY REFERENCES till_session,
    store      text NOT NULL,
    number     text NOT NULL,
    closed_by  text NOT NULL,
    closed_at  timestamptz NOT NULL,
    UNIQUE (store, number)
);

-- What was paid for rejected entries, by the rescue session that holds them; what no longer stands is taken
-- back by a row of opposite sign. What is unidentified is the sum.
CREATE TABLE unidentified_receipt (
    ordinal     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store       text NOT NULL,
    session_id  text NOT NULL REFERENCES till_session,
    event       bytea NOT NULL,
    tender      text NOT NULL,
    amount      bigint NOT NULL CHECK (amount <> 0),
    recorded_at timestamptz NOT NULL
);
CREATE INDEX unidentified_receipt_session ON unidentified_receipt (session_id);

CREATE VIEW last_decision AS
    SELECT DISTINCT ON (hash) * FROM rescue_decision ORDER BY hash, number DESC;

-- Everything that has a place, with its bytes: `told` as they stand in the journal or as the desk repaired
-- them, `data` as they count now.
CREATE VIEW placed_entry AS
    SELECT p.hash, j.store, p.terminal, p.epoch, p.seq, p.named_session, p.session_id, p.placement, p.reason,
           j.quarantine, j.type, j.recorded_at, coalesce(e.data, j.data) AS told,
           coalesce(d.data, e.data, j.data) AS data,
           coalesce(d.verdict IN ('accepted', 'repaired'), false) AS accepted
      FROM placed AS p
      JOIN journal AS j USING (hash)
      LEFT JOIN desk_effect AS e USING (hash)
      LEFT JOIN LATERAL (SELECT r.data, r.verdict
                           FROM rescue_decision AS r
                          WHERE r.hash = p.hash
                          ORDER BY r.number DESC
                          LIMIT 1) AS d ON true;

-- What each rescue session holds: late sales and movements, and what journals that were left moved at counts of
-- their own. These are in the session that decided of them, else in the one that is outstanding.
CREATE VIEW rescue_held AS
    SELECT p.session_id, p.hash, p.type, p.reason, p.recorded_at,
           NOT EXISTS (SELECT FROM rescue_decision AS d WHERE d.hash = p.hash) AS undecided
      FROM placed_entry AS p
     WHERE p.placement IN ('rescue', 'rejected')
     UNION ALL
    SELECT r.session_id, j.hash, j.type, j.reason, j.recorded_at, d.hash IS NULL
      FROM till_session AS r
      JOIN (SELECT DISTINCT hash, session_id FROM left_money) AS l ON l.session_id = r.rescue_of
      JOIN journal AS j USING (hash)
      LEFT JOIN last_decision AS d USING (hash)
     WHERE coalesce(d.session_id = r.session_id, r.status = 'outstanding');

-- Each rescue session in one row, empty ones included.
CREATE VIEW rescue_summary AS
    SELECT r.session_id, r.store, r.rescue_of, r.rescue_number, r.terminal, r.till, r.business_date,
           r.opened_by, r.status, coalesce(c.number, b.number, r.till || ' ' || r.business_date) AS original_name,
           e.sales, e.movements, e.oldest, e.reasons, e.undecided, k.number, k.closed_by, k.closed_at
      FROM till_session AS r
      LEFT JOIN till_close AS c ON c.session_id = r.rescue_of
      LEFT JOIN back_close AS b ON b.session_id = r.rescue_of
      LEFT JOIN rescue_close AS k ON k.session_id = r.session_id
     CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE h.type = 'SALE') AS sales,
                      count(*) FILTER (WHERE h.type <> 'SALE') AS movements,
                      min(h.recorded_at) AS oldest,
                      array_agg(DISTINCT h.reason ORDER BY h.reason) AS reasons,
                      count(*) FILTER (WHERE h.undecided) AS undecided
                 FROM rescue_held AS h
                WHERE h.session_id = r.session_id
           ) AS e
     WHERE r.rescue_of IS NOT NULL;

GRANT SELECT, INSERT ON rescue_decision, rescue_close, unidentified_receipt TO till_service;
GRANT SELECT ON last_decision, placed_entry, rescue_held, rescue_summary TO till_service;
