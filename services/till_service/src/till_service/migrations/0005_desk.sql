-- What the dead-letter desk knows of a letter beside its bytes, and what became of it. Rows are only added.

-- The place that a letter's entry claims. An unproven claim took no position: the intact entry may still arrive.
CREATE TABLE letter_entry (
    digest     bytea PRIMARY KEY REFERENCES dead_letter (digest),
    store      text NOT NULL,
    terminal   text NOT NULL,
    epoch      text NOT NULL,
    seq        bigint NOT NULL,
    hash       bytea NOT NULL,
    prev       bytea NOT NULL,
    data       bytea NOT NULL,
    quarantine boolean NOT NULL,
    proven     boolean NOT NULL
);
CREATE INDEX letter_entry_hash ON letter_entry (hash) WHERE NOT proven;

CREATE TABLE letter_closed (
    digest      bytea PRIMARY KEY REFERENCES dead_letter (digest),
    outcome     text NOT NULL CHECK (outcome IN ('arrived', 'retried', 'repaired', 'discarded')),
    closed_by   text,
    approved_by text,
    reason      text NOT NULL,
    closed_at   timestamptz NOT NULL,
    CHECK ((outcome = 'arrived') = (closed_by IS NULL)),
    CHECK ((outcome = 'repaired') = (approved_by IS NOT NULL))
);

-- The effect that an entry of the desk had after all; `data` is the repaired entry, linked to the one it repairs.
CREATE TABLE desk_effect (
    hash       bytea PRIMARY KEY REFERENCES journal,
    digest     bytea NOT NULL REFERENCES letter_closed,
    placement  text NOT NULL CHECK (placement IN ('session', 'rescue', 'parked', 'none')),
    session_id text,
    data       bytea,
    changes    jsonb
);

CREATE VIEW desk_letter AS
    SELECT d.digest, d.subject, d.reason, length(d.body) AS size, d.first_seen, d.last_seen, d.attempts,
           e.terminal, e.epoch, e.seq, e.hash, e.quarantine, e.proven,
           c.outcome, c.closed_by, c.approved_by, c.reason AS closed_reason, c.closed_at
      FROM dead_letter AS d
      LEFT JOIN letter_entry AS e USING (digest)
      LEFT JOIN letter_closed AS c USING (digest);

GRANT SELECT ON desk_letter TO till_service;
GRANT SELECT, INSERT ON letter_entry, letter_closed, desk_effect TO till_service;
