-- How people and the identities of terminals became what they are. An earlier version of this program adds
-- nothing here; who works at a store is always what `person` says.
CREATE TABLE person_change (
    number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store      text NOT NULL REFERENCES store,
    person     text NOT NULL,
    rev        bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    name       text NOT NULL,
    role       text NOT NULL,
    rights     text[] NOT NULL,
    new_pin    boolean NOT NULL
);
CREATE INDEX person_change_of ON person_change (store, person, number);
INSERT INTO person_change (store, person, rev, changed_at, changed_by, name, role, rights, new_pin)
SELECT store, person, people_rev, now(), 'UNKNOWN', name, role,
       ARRAY(SELECT allowed
               FROM person_right
              WHERE person_right.store = person.store AND person_right.person = person.person
              ORDER BY allowed),
       false
  FROM person JOIN store USING (store);

CREATE TABLE identity_step (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    store    text NOT NULL,
    terminal text NOT NULL,
    at       timestamptz NOT NULL,
    step     text NOT NULL CHECK (step IN ('code_issued', 'rotation_issued', 'compromised', 'enrolled', 'revoked')),
    by       text,
    reason   text,
    FOREIGN KEY (store, terminal) REFERENCES terminal
);
CREATE INDEX identity_step_of ON identity_step (store, number);
INSERT INTO identity_step (store, terminal, at, step, by)
SELECT store, terminal, at, step, by
  FROM (SELECT store, terminal, issued_at AS at, issued_by AS by,
               CASE WHEN compromised THEN 'compromised' WHEN rotate THEN 'rotation_issued' ELSE 'code_issued' END
                 AS step
          FROM enrolment_code
         UNION ALL
        SELECT store, terminal, made_at, NULL, 'enrolled' FROM terminal_credential
         UNION ALL
        SELECT store, terminal, ended_at, NULL, 'revoked' FROM terminal_credential WHERE ended_why = 'revoked')
    AS known
 ORDER BY at;

GRANT SELECT, INSERT ON person_change, identity_step TO store_service;
