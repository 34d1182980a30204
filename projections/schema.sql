-- One views file. Nothing here is the truth: it may be deleted at any time and is made again from the log.
CREATE TABLE copy (complete INTEGER NOT NULL);      -- one row: 1 once it had caught up and has its list indexes
INSERT INTO copy VALUES (0);
CREATE TABLE checkpoints (
  view     TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
  id       INTEGER PRIMARY KEY,
  view     TEXT NOT NULL,
  key      TEXT NOT NULL,
  position INTEGER NOT NULL,                        -- of the newest event the document has taken in
  doc      BLOB NOT NULL,
  UNIQUE (view, key)
);
CREATE TABLE rows (
  id          INTEGER PRIMARY KEY,
  document    INTEGER NOT NULL,
  topic       TEXT NOT NULL,
  key         TEXT NOT NULL,
  kase        TEXT NOT NULL,
  code        TEXT NOT NULL,
  institution TEXT NOT NULL,
  kind        TEXT NOT NULL,
  status      TEXT NOT NULL,
  risk        TEXT NOT NULL,
  stage       TEXT NOT NULL,
  due_at      INTEGER NOT NULL,                     -- nanoseconds since 1970; the greatest integer when nothing is due
  sort_at     INTEGER NOT NULL,
  parties     TEXT NOT NULL,                        -- one a line
  doc         BLOB NOT NULL,
  UNIQUE (topic, key)
);
-- Which rows an institution may see, in the order of the newest first lists.
CREATE TABLE parties (
  institution TEXT NOT NULL,
  topic       TEXT NOT NULL,
  sort_at     INTEGER NOT NULL,
  key         TEXT NOT NULL,
  PRIMARY KEY (institution, topic, sort_at, key)
) WITHOUT ROWID;
