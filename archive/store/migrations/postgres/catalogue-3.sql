-- What was put aside as a suspected state secret.

CREATE TABLE quarantine (
  id      BIGINT PRIMARY KEY,
  holding BIGINT,                   -- whose files were put aside; NULL: an unlinked file
  file    BIGINT NOT NULL,          -- where the mark was seen; the row may be gone
  source  TEXT COLLATE "C" NOT NULL,             -- of that file
  page    BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  mark    TEXT COLLATE "C" NOT NULL,             -- as it was read
  found   BIGINT NOT NULL,
  files   BIGINT NOT NULL,
  pages   BIGINT NOT NULL,
  state   TEXT COLLATE "C" NOT NULL,
  decided BIGINT NOT NULL,          -- 0: not yet
  actor   BIGINT,                   -- who decided
  note    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX quarantine_state ON quarantine(state, id);
CREATE INDEX quarantine_holding ON quarantine(holding) WHERE holding IS NOT NULL;

CREATE TABLE quarantine_file (
  file       BIGINT PRIMARY KEY REFERENCES file(id),
  quarantine BIGINT NOT NULL REFERENCES quarantine(id),
  back       TEXT COLLATE "C" NOT NULL,          -- its path before
  state      TEXT COLLATE "C" NOT NULL           -- its state before
);
CREATE INDEX quarantine_file_of ON quarantine_file(quarantine);
