-- Closes from the back office, what printed reports say of a close, and the word that none will come.
-- Rows are only added: what the terminal's own close says later stands beside them.

-- The back office's own numbers, B-1, B-2 … per store.
CREATE TABLE back_number (
    store text PRIMARY KEY,
    last  bigint NOT NULL CHECK (last > 0)
);

CREATE TABLE back_close (
    session_id  text PRIMARY KEY REFERENCES till_session,
    store       text NOT NULL,
    number      text NOT NULL,
    closed_by   text NOT NULL,
    reason      text NOT NULL,
    closed_at   timestamptz NOT NULL,
    UNIQUE (store, number)
);

CREATE TABLE close_evidence (
    session_id text PRIMARY KEY REFERENCES back_close,
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    kind       text NOT NULL CHECK (kind IN ('typed', 'qr')),
    told_by    text NOT NULL,
    told_at    timestamptz NOT NULL,
    tenders    jsonb NOT NULL
);

CREATE TABLE no_close (
    session_id text PRIMARY KEY REFERENCES till_session,
    said_by    text NOT NULL,
    reason     text NOT NULL,
    said_at    timestamptz NOT NULL
);

-- The positions that a report or a word covers. `epoch` is the whole epoch, or the CODE that a report shows;
-- `proof` the start of the hash at that position, in bits.
CREATE TABLE close_reach (
    session_id text NOT NULL REFERENCES till_session,
    word       text NOT NULL CHECK (word IN ('evidence', 'no_close')),
    store      text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    to_seq     bigint NOT NULL,
    proof      text NOT NULL,
    PRIMARY KEY (session_id, word, terminal, epoch, to_seq)
);
CREATE INDEX close_reach_stream ON close_reach (store, terminal, to_seq) WHERE word = 'evidence';

-- Everything that persons said of a session's close, in one row per session.
CREATE VIEW session_word AS
    SELECT s.session_id, b.number AS back_number, b.closed_by AS back_by, b.reason AS back_reason,
           b.closed_at AS back_at,
           e.hash AS evidence_hash, e.kind AS evidence_kind, e.told_by AS evidence_by,
           e.told_at AS evidence_at, e.tenders AS evidence_tenders,
           n.said_by AS no_close_by, n.reason AS no_close_reason, n.said_at AS no_close_at,
           (SELECT jsonb_agg(jsonb_build_array(r.terminal, r.epoch, r.to_seq, r.proof)
                             ORDER BY r.terminal, r.epoch, r.to_seq)
              FROM close_reach AS r
             WHERE r.session_id = s.session_id AND r.word = 'evidence') AS evidence_reaches,
           (SELECT jsonb_agg(jsonb_build_array(r.terminal, r.epoch, r.to_seq, r.proof)
                             ORDER BY r.terminal, r.epoch, r.to_seq)
              FROM close_reach AS r
             WHERE r.session_id = s.session_id AND r.word = 'no_close') AS no_close_reaches
      FROM till_session AS s
      LEFT JOIN back_close AS b USING (session_id)
      LEFT JOIN close_evidence AS e USING (session_id)
      LEFT JOIN no_close AS n USING (session_id);

-- When a terminal was last heard: one that answers closes its till itself.
CREATE TABLE terminal_heard (
    store    text NOT NULL,
    terminal text NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (store, terminal)
);

GRANT SELECT, INSERT ON back_close, close_evidence, no_close, close_reach TO till_service;
GRANT SELECT, INSERT, UPDATE ON back_number, terminal_heard TO till_service;
GRANT SELECT ON session_word TO till_service;
