-- Records that should never have been there: who asked that they be purged, who agreed, and
-- what still holds them.

CREATE TABLE purge (
  id      INTEGER PRIMARY KEY,
  codes   TEXT NOT NULL,             -- 档号 of the records, one a line
  state   TEXT NOT NULL,
  reason  TEXT NOT NULL,
  actor   INTEGER,                   -- who asked
  asked   INTEGER NOT NULL,
  second  INTEGER,                   -- who agreed, or withdrew the request
  agreed  INTEGER NOT NULL,          -- 0: not yet
  ended   INTEGER NOT NULL,          -- 0: not yet
  records INTEGER NOT NULL,
  pages   INTEGER NOT NULL,
  files   INTEGER NOT NULL,
  bytes   INTEGER NOT NULL
) STRICT;
CREATE INDEX purge_state ON purge(state, id);

CREATE TABLE purge_row (             -- what a purge still has to do with; gone when that is done
  purge    INTEGER NOT NULL REFERENCES purge(id),
  noun     TEXT NOT NULL,            -- 'root', 'holding', 'page', 'file', 'kept', 'code', 'quarantine', 'batch'
  id       INTEGER NOT NULL,
  name     TEXT NOT NULL,            -- path of a file; a code
  root     INTEGER NOT NULL,         -- of a file
  sha256   TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  PRIMARY KEY (purge, noun, id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE purge_medium (          -- what holds a purged record still
  id      INTEGER PRIMARY KEY,
  purge   INTEGER NOT NULL REFERENCES purge(id),
  number  INTEGER NOT NULL,          -- by which people name it
  kind    TEXT NOT NULL,
  name    TEXT NOT NULL,
  root    INTEGER,                   -- a storage root
  files   INTEGER NOT NULL,          -- 0: not known
  bytes   INTEGER NOT NULL,
  noted   INTEGER NOT NULL,
  cleared INTEGER NOT NULL,          -- 0: not yet
  actor   INTEGER,                   -- who says that it is cleared
  note    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX purge_medium_number ON purge_medium(number);
