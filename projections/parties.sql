-- Who may see which rows of a topic. By row first: a row that changes touches one page, however many may see it.
CREATE TABLE parties_TOPIC (
  key         TEXT NOT NULL,
  institution TEXT NOT NULL,
  sort_at     INTEGER NOT NULL,
  PRIMARY KEY (key, institution)
) WITHOUT ROWID;
