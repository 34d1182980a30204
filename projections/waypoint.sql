-- How the documents and rows stood at waypoints of the log, so that looking back folds no more than the events behind one.
-- A version holds from the waypoint at which it was first found until the one at which it was found changed.
CREATE TABLE waypoints (
  position INTEGER PRIMARY KEY,                     -- of the last event before it
  latest   INTEGER NOT NULL                         -- the latest recording time up to there, nanoseconds since 1970
);
CREATE TABLE past_documents (
  view     TEXT NOT NULL,
  key      TEXT NOT NULL,
  since    INTEGER NOT NULL,                        -- a waypoint
  position INTEGER NOT NULL,                        -- of the newest event the document had taken in
  doc      BLOB NOT NULL,
  UNIQUE (view, key, since)
);
CREATE TABLE past_rows (
  id          INTEGER PRIMARY KEY,
  topic       TEXT NOT NULL,
  since       INTEGER NOT NULL,                     -- a waypoint
  until       INTEGER NOT NULL,                     -- a waypoint; the greatest integer while it holds
  document    INTEGER NOT NULL,
  position    INTEGER NOT NULL,
  key         TEXT NOT NULL,
  kase        TEXT NOT NULL,
  code        TEXT NOT NULL,
  institution TEXT NOT NULL,
  kind        TEXT NOT NULL,
  status      TEXT NOT NULL,
  risk        TEXT NOT NULL,
  stage       TEXT NOT NULL,
  due_at      INTEGER NOT NULL,
  sort_at     INTEGER NOT NULL,
  parties     TEXT NOT NULL,
  shut        TEXT NOT NULL,
  doc         BLOB NOT NULL
);
CREATE INDEX past_rows_at ON past_rows (topic, since, until);
CREATE INDEX past_rows_of ON past_rows (document) WHERE until = 9223372036854775807;
