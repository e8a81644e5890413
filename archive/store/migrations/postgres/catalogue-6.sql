-- Copies of the archive that lie elsewhere.

CREATE TABLE target (
  id       BIGINT PRIMARY KEY,
  name     TEXT COLLATE "C" NOT NULL,
  kind     TEXT COLLATE "C" NOT NULL,
  address  TEXT COLLATE "C" NOT NULL,
  copy_set TEXT COLLATE "C" NOT NULL,
  settings TEXT COLLATE "C" NOT NULL,
  ended    BIGINT NOT NULL
);
CREATE UNIQUE INDEX target_name ON target(name);

CREATE TABLE carrier (
  id         BIGINT PRIMARY KEY,
  target     BIGINT NOT NULL REFERENCES target(id),
  number     BIGINT NOT NULL,
  type       TEXT COLLATE "C" NOT NULL,
  serial     TEXT COLLATE "C" NOT NULL,
  capacity   BIGINT NOT NULL,
  made       BIGINT NOT NULL,
  made_by    BIGINT,
  keeping    TEXT COLLATE "C" NOT NULL,
  next_check BIGINT NOT NULL,
  is_full    BIGINT NOT NULL,
  ended      BIGINT NOT NULL,
  note       TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX carrier_number ON carrier(target, number);

CREATE TABLE carrier_check (
  id      BIGINT PRIMARY KEY,
  carrier BIGINT NOT NULL REFERENCES carrier(id),
  time    BIGINT NOT NULL,
  checker BIGINT,
  method  TEXT COLLATE "C" NOT NULL,
  files   BIGINT NOT NULL,
  bytes   BIGINT NOT NULL,
  faults  BIGINT NOT NULL,
  millis  BIGINT NOT NULL,
  note    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX carrier_check_of ON carrier_check(carrier);

CREATE TABLE carrier_state (            -- what lies on it; bookkeeping, not logged
  carrier  BIGINT PRIMARY KEY REFERENCES carrier(id),
  digest   BYTEA,                        -- of its state file; NULL: nothing was copied yet
  coming   BYTEA,                        -- what that may be when a run was cut off
  manifest BIGINT NOT NULL,            -- bytes of its list that count
  through  BIGINT NOT NULL,
  verified BIGINT NOT NULL
);

CREATE TABLE copy (                     -- an original at a target; bookkeeping, not logged
  file    BIGINT NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  target  BIGINT NOT NULL REFERENCES target(id),
  carrier BIGINT NOT NULL REFERENCES carrier(id),
  bytes   BIGINT NOT NULL,
  checked BIGINT NOT NULL,
  fault   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (file, target)
);
CREATE INDEX copy_checked ON copy(target, checked, file, carrier, bytes);
CREATE INDEX copy_fault ON copy(target, file) WHERE fault <> '';

CREATE TABLE copy_path (                -- of a copy whose original moved afterwards
  file   BIGINT NOT NULL,
  target BIGINT NOT NULL,
  path   TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (file, target),
  FOREIGN KEY (file, target) REFERENCES copy(file, target) ON DELETE CASCADE
);
CREATE INDEX copy_path_at ON copy_path(target, path);

CREATE TABLE drill (                    -- a trial that copies come back from a target
  id         BIGINT PRIMARY KEY,
  target     BIGINT NOT NULL REFERENCES target(id),
  time       BIGINT NOT NULL,          -- when it began
  drilled_by BIGINT,
  seed       BIGINT NOT NULL,          -- what was drawn follows from it and the snapshot
  media      TEXT COLLATE "C" NOT NULL,             -- numbers of those that were connected, with commas
  snapshot   TEXT COLLATE "C" NOT NULL,             -- folder of the catalogue at the target
  volumes    TEXT COLLATE "C" NOT NULL,             -- JSON: what was drawn, with how many files and bytes of each
  files      BIGINT NOT NULL,          -- brought back
  bytes      BIGINT NOT NULL,
  faults     BIGINT NOT NULL,          -- files that did not come back as they were received
  texts      BIGINT NOT NULL,          -- pages with a text in the files of texts
  millis     BIGINT NOT NULL,
  outcome    TEXT COLLATE "C" NOT NULL,             -- proven, or failed
  note       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX drill_of ON drill(target, time);

CREATE INDEX file_copyable ON file(id, bytes, born) WHERE sha256 IS NOT NULL AND state <> 'quarantined';
CREATE INDEX file_unhashed_id ON file(id, born) WHERE sha256 IS NULL;

CREATE TABLE fixity (                   -- when an original at home was last read whole; bookkeeping, not logged
  file    BIGINT PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
  root    BIGINT NOT NULL,              -- those of its file, so that one index tells what is due
  bytes   BIGINT NOT NULL,
  checked BIGINT NOT NULL,
  fault   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX fixity_checked ON fixity(root, checked, file, bytes);
CREATE INDEX fixity_fault ON fixity(file, fault) WHERE fault <> '';
