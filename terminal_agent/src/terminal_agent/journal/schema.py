"""The tables of the journal. Entries are added, and removed when they are archived long since.

Of an entry, its acknowledgement alone changes.
"""

from typing import Final

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS epoch (
    ord     INTEGER PRIMARY KEY,
    epoch   TEXT NOT NULL UNIQUE,
    key_id  TEXT NOT NULL,
    reason  TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS boot (
    boot_no    INTEGER PRIMARY KEY,
    nonce      TEXT NOT NULL,
    started_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS journal (
    epoch        TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    prev         TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    type         TEXT NOT NULL,
    data         BLOB NOT NULL,
    ack_timeline TEXT,
    ack_c        INTEGER,
    acked_at     TEXT,
    PRIMARY KEY (epoch, seq)
) STRICT;
CREATE INDEX IF NOT EXISTS journal_unacked ON journal (epoch, seq) WHERE acked_at IS NULL;
CREATE TABLE IF NOT EXISTS state (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS product (
    sku  TEXT PRIMARY KEY,
    item TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS person (
    person  TEXT PRIMARY KEY,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effect (
    entry    TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('print', 'kick')),
    document TEXT,
    state    TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'printed', 'unknown', 'tried')),
    reason   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entry, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS effect_document ON effect (document) WHERE document IS NOT NULL;
CREATE TABLE IF NOT EXISTS document (
    number  TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    copies  INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answer (
    key     TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    answer  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""
ANSWER_COLUMNS: Final = "PRAGMA table_info(answer)"
ADD_ANSWER_ENTRY: Final = """
ALTER TABLE answer ADD COLUMN epoch TEXT;
ALTER TABLE answer ADD COLUMN seq INTEGER;
"""
"""The last entry that a request led to: its answer is kept as long. Older versions write none."""
AGE_ANSWERS: Final = """
CREATE INDEX IF NOT EXISTS answer_entry ON answer (epoch, seq);
UPDATE answer
   SET (epoch, seq) = (SELECT j.epoch, j.seq FROM journal AS j JOIN epoch AS e USING (epoch)
                        ORDER BY e.ord DESC, j.seq DESC LIMIT 1)
 WHERE epoch IS NULL;
"""
"""An answer of an older version counts as old as the newest entry."""
