-- Copies of the archive that lie elsewhere.

CREATE TABLE target (
  id       INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,
  kind     TEXT NOT NULL,
  address  TEXT NOT NULL,
  copy_set TEXT NOT NULL,
  settings TEXT NOT NULL,
  ended    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX target_name ON target(name);

CREATE TABLE carrier (
  id         INTEGER PRIMARY KEY,
  target     INTEGER NOT NULL REFERENCES target(id),
  number     INTEGER NOT NULL,
  type       TEXT NOT NULL,
  serial     TEXT NOT NULL,
  capacity   INTEGER NOT NULL,
  made       INTEGER NOT NULL,
  made_by    INTEGER,
  keeping    TEXT NOT NULL,
  next_check INTEGER NOT NULL,
  is_full    INTEGER NOT NULL,
  ended      INTEGER NOT NULL,
  note       TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX carrier_number ON carrier(target, number);

CREATE TABLE carrier_check (
  id      INTEGER PRIMARY KEY,
  carrier INTEGER NOT NULL REFERENCES carrier(id),
  time    INTEGER NOT NULL,
  checker INTEGER,
  method  TEXT NOT NULL,
  files   INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  faults  INTEGER NOT NULL,
  millis  INTEGER NOT NULL,
  note    TEXT NOT NULL
) STRICT;
CREATE INDEX carrier_check_of ON carrier_check(carrier);

CREATE TABLE carrier_state (            -- what lies on it; bookkeeping, not logged
  carrier  INTEGER PRIMARY KEY REFERENCES carrier(id),
  digest   BLOB,                        -- of its state file; NULL: nothing was copied yet
  coming   BLOB,                        -- what that may be when a run was cut off
  manifest INTEGER NOT NULL,            -- bytes of its list that count
  through  INTEGER NOT NULL,
  verified INTEGER NOT NULL
) STRICT;

CREATE TABLE copy (                     -- an original at a target; bookkeeping, not logged
  file    INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  target  INTEGER NOT NULL REFERENCES target(id),
  carrier INTEGER NOT NULL REFERENCES carrier(id),
  bytes   INTEGER NOT NULL,
  checked INTEGER NOT NULL,
  fault   TEXT NOT NULL,
  PRIMARY KEY (file, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_checked ON copy(target, checked, file, carrier, bytes);
CREATE INDEX copy_fault ON copy(target, file) WHERE fault <> '';

CREATE TABLE copy_path (                -- of a copy whose original moved afterwards
  file   INTEGER NOT NULL,
  target INTEGER NOT NULL,
  path   TEXT NOT NULL,
  PRIMARY KEY (file, target),
  FOREIGN KEY (file, target) REFERENCES copy(file, target) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_path_at ON copy_path(target, path);

CREATE TABLE drill (                    -- a trial that copies come back from a target
  id         INTEGER PRIMARY KEY,
  target     INTEGER NOT NULL REFERENCES target(id),
  time       INTEGER NOT NULL,          -- when it began
  drilled_by INTEGER,
  seed       INTEGER NOT NULL,          -- what was drawn follows from it and the snapshot
  media      TEXT NOT NULL,             -- numbers of those that were connected, with commas
  snapshot   TEXT NOT NULL,             -- folder of the catalogue at the target
  volumes    TEXT NOT NULL,             -- JSON: what was drawn, with how many files and bytes of each
  files      INTEGER NOT NULL,          -- brought back
  bytes      INTEGER NOT NULL,
  faults     INTEGER NOT NULL,          -- files that did not come back as they were received
  texts      INTEGER NOT NULL,          -- pages with a text in the files of texts
  millis     INTEGER NOT NULL,
  outcome    TEXT NOT NULL,             -- proven, or failed
  note       TEXT NOT NULL
) STRICT;
CREATE INDEX drill_of ON drill(target, time);

CREATE INDEX file_copyable ON file(id, bytes, born) WHERE sha256 IS NOT NULL AND state <> 'quarantined';
CREATE INDEX file_unhashed_id ON file(id, born) WHERE sha256 IS NULL;

CREATE TABLE fixity (                   -- when an original at home was last read whole; bookkeeping, not logged
  file    INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
  root    INTEGER NOT NULL,             -- those of its file, so that one index tells what is due
  bytes   INTEGER NOT NULL,
  checked INTEGER NOT NULL,
  fault   TEXT NOT NULL
) STRICT;
CREATE INDEX fixity_checked ON fixity(root, checked, file, bytes);
CREATE INDEX fixity_fault ON fixity(file, fault) WHERE fault <> '';
