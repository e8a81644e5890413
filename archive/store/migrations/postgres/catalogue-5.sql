-- Records that should never have been there: who asked that they be purged, who agreed, and
-- what still holds them.

CREATE TABLE purge (
  id      BIGINT PRIMARY KEY,
  codes   TEXT COLLATE "C" NOT NULL,             -- 档号 of the records, one a line
  state   TEXT COLLATE "C" NOT NULL,
  reason  TEXT COLLATE "C" NOT NULL,
  actor   BIGINT,                   -- who asked
  asked   BIGINT NOT NULL,
  second  BIGINT,                   -- who agreed, or withdrew the request
  agreed  BIGINT NOT NULL,          -- 0: not yet
  ended   BIGINT NOT NULL,          -- 0: not yet
  records BIGINT NOT NULL,
  pages   BIGINT NOT NULL,
  files   BIGINT NOT NULL,
  bytes   BIGINT NOT NULL
);
CREATE INDEX purge_state ON purge(state, id);

CREATE TABLE purge_row (             -- what a purge still has to do with; gone when that is done
  purge    BIGINT NOT NULL REFERENCES purge(id),
  noun     TEXT COLLATE "C" NOT NULL,            -- 'root', 'holding', 'page', 'file', 'kept', 'code', 'quarantine', 'batch'
  id       BIGINT NOT NULL,
  name     TEXT COLLATE "C" NOT NULL,            -- path of a file; a code
  root     BIGINT NOT NULL,         -- of a file
  sha256   TEXT COLLATE "C" NOT NULL,
  bytes    BIGINT NOT NULL,
  modified BIGINT NOT NULL,
  PRIMARY KEY (purge, noun, id, name)
);

CREATE TABLE purge_medium (          -- what holds a purged record still
  id      BIGINT PRIMARY KEY,
  purge   BIGINT NOT NULL REFERENCES purge(id),
  number  BIGINT NOT NULL,          -- by which people name it
  kind    TEXT COLLATE "C" NOT NULL,
  name    TEXT COLLATE "C" NOT NULL,
  root    BIGINT,                   -- a storage root
  files   BIGINT NOT NULL,          -- 0: not known
  bytes   BIGINT NOT NULL,
  noted   BIGINT NOT NULL,
  cleared BIGINT NOT NULL,          -- 0: not yet
  actor   BIGINT,                   -- who says that it is cleared
  note    TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX purge_medium_number ON purge_medium(number);
