-- One views file. Nothing here is the truth: it may be deleted at any time and is made again from the log.
CREATE TABLE copy (                                 -- one row
  complete INTEGER NOT NULL,                        -- 1 once it had caught up and has its list indexes
  position INTEGER NOT NULL,                        -- checkpoint of every view that is not listed below
  events   INTEGER NOT NULL,                        -- how many events of the log it has passed,
  counted  INTEGER NOT NULL,                        -- the position of the newest of them
  latest   INTEGER NOT NULL                         -- and the latest recording time, nanoseconds since 1970
);
INSERT INTO copy VALUES (0, 0, 0, 0, 0);
CREATE TABLE checkpoints (                          -- views that stand apart: stopped, or catching up after that
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
