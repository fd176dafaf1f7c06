-- Shared tills: guests of a session, what they brought, words on those that nobody counted; hosts by turn.

-- From this position of its journal on a terminal may sell into the session; each epoch says so anew.
CREATE TABLE till_guest (
    session_id text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    store      text NOT NULL,
    seq        bigint NOT NULL,
    PRIMARY KEY (session_id, terminal, epoch)
);

-- What of a session's totals is a guest's; the host's own part is the rest.
CREATE TABLE guest_tender (
    session_id text NOT NULL,
    terminal   text NOT NULL,
    tender     text NOT NULL,
    sales      bigint NOT NULL DEFAULT 0,
    refunds    bigint NOT NULL DEFAULT 0,
    paid_in    bigint NOT NULL DEFAULT 0,
    paid_out   bigint NOT NULL DEFAULT 0,
    loans      bigint NOT NULL DEFAULT 0,
    pickups    bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (session_id, terminal, tender)
);

ALTER TABLE till_close ADD COLUMN not_counted text[] NOT NULL DEFAULT '{}';
ALTER TABLE close_evidence ADD COLUMN not_counted text[] NOT NULL DEFAULT '{}';

-- A person's word on how far a count went in a guest's journals; [epoch, position, start of the hash in bits].
CREATE TABLE guest_word (
    session_id text NOT NULL REFERENCES till_session,
    terminal   text NOT NULL,
    said_by    text NOT NULL,
    reason     text NOT NULL,
    said_at    timestamptz NOT NULL,
    reaches    jsonb NOT NULL,
    PRIMARY KEY (session_id, terminal)
);

-- Who has a till, and how often it changed hands.
CREATE TABLE till_turn (
    store    text NOT NULL,
    till     text NOT NULL,
    turn     bigint NOT NULL DEFAULT 0,
    terminal text,
    PRIMARY KEY (store, till)
);
ALTER TABLE till_session ADD COLUMN turn bigint NOT NULL DEFAULT 0;

CREATE OR REPLACE VIEW session_word AS
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
             WHERE r.session_id = s.session_id AND r.word = 'no_close') AS no_close_reaches,
           e.not_counted AS evidence_not_counted,
           (SELECT jsonb_agg(jsonb_build_array(g.terminal, g.said_by, g.reason, g.said_at, g.reaches)
                             ORDER BY g.terminal)
              FROM guest_word AS g
             WHERE g.session_id = s.session_id) AS guest_words
      FROM till_session AS s
      LEFT JOIN back_close AS b USING (session_id)
      LEFT JOIN close_evidence AS e USING (session_id)
      LEFT JOIN no_close AS n USING (session_id);

GRANT SELECT, INSERT ON till_guest, guest_word TO till_service;
GRANT SELECT, INSERT, UPDATE ON guest_tender, till_turn TO till_service;
