-- The catalogue. Every id is an archive.ID; every time is Unix milliseconds UTC;
-- columns named *_sort and title_pinyin are keys that compare as bytes.

CREATE TABLE station (
  station INTEGER PRIMARY KEY,
  last_id INTEGER NOT NULL,          -- the highest id this station has made
  number  INTEGER NOT NULL,          -- how many ops it has logged
  digest  BLOB NOT NULL              -- of the last of them
) STRICT;

CREATE TABLE op (
  id      INTEGER PRIMARY KEY,
  actor   INTEGER NOT NULL,
  station INTEGER NOT NULL,
  number  INTEGER,                   -- NULL while pending
  time    INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  changes INTEGER NOT NULL,
  digest  BLOB,
  prev    BLOB
) STRICT;
CREATE UNIQUE INDEX op_number ON op(station, number);

CREATE TABLE change (
  op     INTEGER NOT NULL REFERENCES op(id),
  seq    INTEGER NOT NULL,
  noun   TEXT NOT NULL,
  id     INTEGER NOT NULL,
  before TEXT,
  after  TEXT,
  salt   BLOB,
  digest BLOB NOT NULL,
  PRIMARY KEY (op, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending (
  op    INTEGER PRIMARY KEY REFERENCES op(id),
  lease INTEGER NOT NULL,            -- after this time anyone may roll it back
  root  BLOB NOT NULL                -- running digest of its changes
) STRICT;

CREATE TABLE holding (
  id           INTEGER PRIMARY KEY,
  kind         TEXT NOT NULL,
  parent       INTEGER REFERENCES holding(id),
  fonds        INTEGER NOT NULL,     -- of the chain of parents, as is series
  series       INTEGER,
  code         TEXT NOT NULL,
  code_sort    BLOB NOT NULL,
  title        TEXT NOT NULL,
  title_pinyin BLOB NOT NULL,
  date         TEXT NOT NULL,
  date_sort    BLOB NOT NULL,
  year         INTEGER NOT NULL,
  retention    TEXT NOT NULL,
  opening      TEXT NOT NULL,
  access_class INTEGER NOT NULL,
  rev          INTEGER NOT NULL,
  born         INTEGER NOT NULL      -- the op that added it
) STRICT;
CREATE UNIQUE INDEX holding_code ON holding(code) WHERE code <> '';
CREATE INDEX holding_parent ON holding(parent, code_sort, id, kind, access_class, born);
CREATE INDEX holding_series ON holding(series, kind);

CREATE TABLE fonds (
  id         INTEGER PRIMARY KEY REFERENCES holding(id),
  creator    TEXT NOT NULL,
  date_begin TEXT NOT NULL,
  date_end   TEXT NOT NULL,
  history    TEXT NOT NULL,
  note       TEXT NOT NULL
) STRICT;

CREATE TABLE series (
  id        INTEGER PRIMARY KEY REFERENCES holding(id),
  category  TEXT NOT NULL,
  method    TEXT NOT NULL,
  scheme    TEXT NOT NULL,
  languages TEXT NOT NULL,
  note      TEXT NOT NULL
) STRICT;

CREATE TABLE container (
  id         INTEGER PRIMARY KEY REFERENCES holding(id),
  number     TEXT NOT NULL,
  author     TEXT NOT NULL,
  date_begin TEXT NOT NULL,
  date_end   TEXT NOT NULL,
  page_count INTEGER NOT NULL,
  note       TEXT NOT NULL
) STRICT;

CREATE TABLE item (
  id         INTEGER PRIMARY KEY REFERENCES holding(id),
  number     TEXT NOT NULL,
  box        INTEGER REFERENCES holding(id),
  author     TEXT NOT NULL,
  doc_no     TEXT NOT NULL,
  persons    TEXT NOT NULL,
  page_count INTEGER NOT NULL,
  page_no    TEXT NOT NULL,
  note       TEXT NOT NULL
) STRICT;
CREATE INDEX item_box ON item(box) WHERE box IS NOT NULL;

CREATE TABLE extra (
  holding INTEGER NOT NULL REFERENCES holding(id),
  field   TEXT NOT NULL,
  value   TEXT NOT NULL,
  sort    BLOB NOT NULL,
  PRIMARY KEY (holding, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  node         INTEGER NOT NULL,     -- a holding; 0: the archive
  kind         TEXT NOT NULL,
  access_class INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (node, kind, access_class)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_pending (
  op           INTEGER NOT NULL,
  node         INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  access_class INTEGER NOT NULL,
  n            INTEGER NOT NULL,
  PRIMARY KEY (op, node, kind, access_class)
) STRICT, WITHOUT ROWID;

CREATE TABLE storage_root (
  id    INTEGER PRIMARY KEY,
  label TEXT NOT NULL,
  path  TEXT NOT NULL
) STRICT;
INSERT INTO storage_root (id, label, path) VALUES (0, '', 'masters');

CREATE TABLE batch (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  source  TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended   INTEGER NOT NULL,
  born    INTEGER NOT NULL
) STRICT;

CREATE TABLE file (
  id       INTEGER PRIMARY KEY,
  root     INTEGER NOT NULL REFERENCES storage_root(id),
  path     TEXT NOT NULL,
  batch    INTEGER REFERENCES batch(id),
  source   TEXT NOT NULL,
  bytes    INTEGER NOT NULL,
  sha256   BLOB,                     -- NULL: not yet hashed
  format   TEXT NOT NULL,
  state    TEXT NOT NULL,
  received INTEGER NOT NULL,
  born     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX file_path ON file(root, path);
CREATE INDEX file_sha256 ON file(sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX file_batch ON file(batch);

CREATE TABLE page (
  id           INTEGER PRIMARY KEY,
  file         INTEGER NOT NULL REFERENCES file(id),
  frame        INTEGER NOT NULL,
  holding      INTEGER REFERENCES holding(id),
  ordinal      INTEGER NOT NULL,
  stage        TEXT NOT NULL,
  priority     INTEGER NOT NULL,
  claim        INTEGER NOT NULL,     -- 0: none
  lease        INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  detail       TEXT NOT NULL,
  width        INTEGER NOT NULL,
  height       INTEGER NOT NULL,
  dpi          INTEGER NOT NULL,
  made_from    TEXT NOT NULL,
  recipe       TEXT NOT NULL,
  searchable   INTEGER NOT NULL,
  access_class INTEGER NOT NULL,
  rev          INTEGER NOT NULL,
  born         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX page_file ON page(file, frame);
CREATE INDEX page_holding ON page(holding, ordinal) WHERE holding IS NOT NULL;
CREATE INDEX page_unlinked ON page(file, frame, id, access_class, born) WHERE holding IS NULL;
CREATE INDEX page_queue ON page(stage, priority, id) WHERE stage <> 'indexed';
CREATE INDEX page_claim ON page(claim) WHERE claim <> 0;

CREATE TABLE refused_input (
  batch  INTEGER NOT NULL REFERENCES batch(id),
  path   TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  time   INTEGER NOT NULL,
  PRIMARY KEY (batch, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feeder (
  station INTEGER PRIMARY KEY        -- a station that keeps an index
) STRICT;

CREATE TABLE dirty (
  station INTEGER NOT NULL,
  noun    TEXT NOT NULL,             -- 'page' or 'holding'
  id      INTEGER NOT NULL,
  urgency INTEGER NOT NULL,          -- 0 an edit, 1 new, 2 a rebuild
  mark    INTEGER NOT NULL,          -- differs each time it is set
  PRIMARY KEY (station, noun, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dirty_order ON dirty(station, urgency, noun, id);
