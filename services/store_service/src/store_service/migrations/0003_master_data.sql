-- What a store's settings said at each revision, since when, and who wanted it so. An earlier version of this
-- program adds nothing here; the settings of now are always those of `settings`.
CREATE TABLE settings_revision (
    store      text NOT NULL REFERENCES store,
    rev        bigint NOT NULL CHECK (rev > 0),
    content    jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    PRIMARY KEY (store, rev)
);
INSERT INTO settings_revision (store, rev, content, changed_at, changed_by)
SELECT store, rev, content, now(), 'UNKNOWN'
  FROM settings;

-- Parts of a catalogue that is too large for one message, until the last of them is there.
CREATE TABLE catalogue_part (
    store       text NOT NULL REFERENCES store,
    import_id   uuid NOT NULL,
    part        integer NOT NULL CHECK (part >= 0),
    parts       integer NOT NULL CHECK (parts > part),
    items       jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (store, import_id, part)
);

GRANT SELECT, INSERT ON settings_revision TO store_service;
GRANT SELECT, INSERT, DELETE ON catalogue_part TO store_service;
