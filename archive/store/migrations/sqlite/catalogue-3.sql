-- What was put aside as a suspected state secret.

CREATE TABLE quarantine (
  id      INTEGER PRIMARY KEY,
  holding INTEGER,                   -- whose files were put aside; NULL: an unlinked file
  file    INTEGER NOT NULL,          -- where the mark was seen; the row may be gone
  source  TEXT NOT NULL,             -- of that file
  page    INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  mark    TEXT NOT NULL,             -- as it was read
  found   INTEGER NOT NULL,
  files   INTEGER NOT NULL,
  pages   INTEGER NOT NULL,
  state   TEXT NOT NULL,
  decided INTEGER NOT NULL,          -- 0: not yet
  actor   INTEGER,                   -- who decided
  note    TEXT NOT NULL
) STRICT;
CREATE INDEX quarantine_state ON quarantine(state, id);
CREATE INDEX quarantine_holding ON quarantine(holding) WHERE holding IS NOT NULL;

CREATE TABLE quarantine_file (
  file       INTEGER PRIMARY KEY REFERENCES file(id),
  quarantine INTEGER NOT NULL REFERENCES quarantine(id),
  back       TEXT NOT NULL,          -- its path before
  state      TEXT NOT NULL           -- its state before
) STRICT;
CREATE INDEX quarantine_file_of ON quarantine_file(quarantine);
