-- What of a store's days a person has to look at: one row per kind and subject, told again or not.
CREATE TABLE store_task (
    store         text NOT NULL REFERENCES store,
    number        bigint NOT NULL CHECK (number > 0),
    kind          text NOT NULL,
    about         text NOT NULL,
    terminal      text NOT NULL,
    business_date date NOT NULL,
    text          text NOT NULL,
    raised_at     timestamptz NOT NULL,
    finished_at   timestamptz,
    finished_by   text,
    note          text,
    PRIMARY KEY (store, number),
    UNIQUE (store, kind, about),
    CHECK ((finished_at IS NULL) = (finished_by IS NULL)),
    CHECK ((finished_at IS NULL) = (note IS NULL))
);
CREATE INDEX store_task_waiting ON store_task (store, number) WHERE finished_at IS NULL;

-- Openings at the front that took effect here. Not emptied when the till service tells everything again:
-- what an opening meant was decided by the days of then.
CREATE TABLE followed_opening (
    store    text NOT NULL REFERENCES store,
    terminal text NOT NULL,
    epoch    text NOT NULL,
    seq      bigint NOT NULL,
    PRIMARY KEY (store, terminal, epoch, seq)
);
INSERT INTO followed_opening (store, terminal, epoch, seq)
SELECT store, terminal, own_opening_epoch, own_opening_seq
  FROM terminal
 WHERE own_opening_epoch IS NOT NULL;

CREATE INDEX store_day_to_archive ON store_day (changed_at) WHERE state = 'closed';

GRANT SELECT, INSERT, UPDATE ON store_task TO store_service;
GRANT SELECT, INSERT ON followed_opening TO store_service;
