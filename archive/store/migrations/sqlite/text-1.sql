-- The text of pages. plain and words stand last, so that what stands before them
-- is read without them.

CREATE TABLE engine (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE page_text (
  page       INTEGER PRIMARY KEY,
  origin     TEXT NOT NULL,
  engine     INTEGER NOT NULL REFERENCES engine(id),
  confidence INTEGER NOT NULL,
  made_from  TEXT NOT NULL,
  saved      INTEGER NOT NULL,
  plain      TEXT NOT NULL,
  words      BLOB NOT NULL
) STRICT;
CREATE INDEX page_text_made ON page_text(page, made_from);

CREATE TABLE correction (
  page    INTEGER PRIMARY KEY,
  text    TEXT NOT NULL,
  op      INTEGER NOT NULL,          -- the op in the catalogue that logs it
  actor   INTEGER NOT NULL,
  time    INTEGER NOT NULL,
  before  TEXT,                      -- the correction it replaced, until settled
  settled INTEGER NOT NULL           -- 0: the catalogue may not have the op yet
) STRICT;
CREATE INDEX correction_open ON correction(page) WHERE settled = 0;
