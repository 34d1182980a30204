-- One topic's rows. TOPIC stands for its name.
CREATE TABLE rows_TOPIC (
  id          INTEGER PRIMARY KEY,
  document    INTEGER NOT NULL,
  key         TEXT NOT NULL UNIQUE,
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
  shut        TEXT NOT NULL,                        -- which accounts the row is not for; mostly ''
  doc         BLOB NOT NULL
);
CREATE INDEX shut_TOPIC ON rows_TOPIC (shut) WHERE shut <> '';
