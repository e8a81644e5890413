-- The catalogue. Every id is an archive.ID; every time is Unix milliseconds UTC;
-- columns named *_sort and title_pinyin are keys that compare as bytes.

CREATE TABLE station (
  station BIGINT PRIMARY KEY,
  last_id BIGINT NOT NULL,          -- the highest id this station has made
  number  BIGINT NOT NULL,          -- how many ops it has logged
  digest  BYTEA NOT NULL              -- of the last of them
);

CREATE TABLE op (
  id      BIGINT PRIMARY KEY,
  actor   BIGINT NOT NULL,
  station BIGINT NOT NULL,
  number  BIGINT,                   -- NULL while pending
  time    BIGINT NOT NULL,
  kind    TEXT COLLATE "C" NOT NULL,
  changes BIGINT NOT NULL,
  digest  BYTEA,
  prev    BYTEA
);
CREATE UNIQUE INDEX op_number ON op(station, number);

CREATE TABLE change (
  op     BIGINT NOT NULL REFERENCES op(id),
  seq    BIGINT NOT NULL,
  noun   TEXT COLLATE "C" NOT NULL,
  id     BIGINT NOT NULL,
  before TEXT COLLATE "C",
  after  TEXT COLLATE "C",
  salt   BYTEA,
  digest BYTEA NOT NULL,
  PRIMARY KEY (op, seq)
);

CREATE TABLE pending (
  op    BIGINT PRIMARY KEY REFERENCES op(id),
  lease BIGINT NOT NULL,            -- after this time anyone may roll it back
  root  BYTEA NOT NULL                -- running digest of its changes
);

CREATE TABLE holding (
  id           BIGINT PRIMARY KEY,
  kind         TEXT COLLATE "C" NOT NULL,
  parent       BIGINT REFERENCES holding(id),
  fonds        BIGINT NOT NULL,     -- of the chain of parents, as is series
  series       BIGINT,
  code         TEXT COLLATE "C" NOT NULL,
  code_sort    BYTEA NOT NULL,
  title        TEXT COLLATE "C" NOT NULL,
  title_pinyin BYTEA NOT NULL,
  date         TEXT COLLATE "C" NOT NULL,
  date_sort    BYTEA NOT NULL,
  year         BIGINT NOT NULL,
  retention    TEXT COLLATE "C" NOT NULL,
  opening      TEXT COLLATE "C" NOT NULL,
  access_class BIGINT NOT NULL,
  rev          BIGINT NOT NULL,
  born         BIGINT NOT NULL      -- the op that added it
);
CREATE UNIQUE INDEX holding_code ON holding(code) WHERE code <> '';
CREATE INDEX holding_parent ON holding(parent, code_sort, id, kind, access_class, born);
CREATE INDEX holding_series ON holding(series, kind);

CREATE TABLE fonds (
  id         BIGINT PRIMARY KEY REFERENCES holding(id),
  creator    TEXT COLLATE "C" NOT NULL,
  date_begin TEXT COLLATE "C" NOT NULL,
  date_end   TEXT COLLATE "C" NOT NULL,
  history    TEXT COLLATE "C" NOT NULL,
  note       TEXT COLLATE "C" NOT NULL
);

CREATE TABLE series (
  id        BIGINT PRIMARY KEY REFERENCES holding(id),
  category  TEXT COLLATE "C" NOT NULL,
  method    TEXT COLLATE "C" NOT NULL,
  scheme    TEXT COLLATE "C" NOT NULL,
  languages TEXT COLLATE "C" NOT NULL,
  note      TEXT COLLATE "C" NOT NULL
);

CREATE TABLE container (
  id         BIGINT PRIMARY KEY REFERENCES holding(id),
  number     TEXT COLLATE "C" NOT NULL,
  author     TEXT COLLATE "C" NOT NULL,
  date_begin TEXT COLLATE "C" NOT NULL,
  date_end   TEXT COLLATE "C" NOT NULL,
  page_count BIGINT NOT NULL,
  note       TEXT COLLATE "C" NOT NULL
);

CREATE TABLE item (
  id         BIGINT PRIMARY KEY REFERENCES holding(id),
  number     TEXT COLLATE "C" NOT NULL,
  box        BIGINT REFERENCES holding(id),
  author     TEXT COLLATE "C" NOT NULL,
  doc_no     TEXT COLLATE "C" NOT NULL,
  persons    TEXT COLLATE "C" NOT NULL,
  page_count BIGINT NOT NULL,
  page_no    TEXT COLLATE "C" NOT NULL,
  note       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX item_box ON item(box) WHERE box IS NOT NULL;

CREATE TABLE extra (
  holding BIGINT NOT NULL REFERENCES holding(id),
  field   TEXT COLLATE "C" NOT NULL,
  value   TEXT COLLATE "C" NOT NULL,
  sort    BYTEA NOT NULL,
  PRIMARY KEY (holding, field)
);

CREATE TABLE tally (
  node         BIGINT NOT NULL,     -- a holding; 0: the archive
  kind         TEXT COLLATE "C" NOT NULL,
  access_class BIGINT NOT NULL,
  n            BIGINT NOT NULL,
  PRIMARY KEY (node, kind, access_class)
);

CREATE TABLE tally_pending (
  op           BIGINT NOT NULL,
  node         BIGINT NOT NULL,
  kind         TEXT COLLATE "C" NOT NULL,
  access_class BIGINT NOT NULL,
  n            BIGINT NOT NULL,
  PRIMARY KEY (op, node, kind, access_class)
);

CREATE TABLE storage_root (
  id    BIGINT PRIMARY KEY,
  label TEXT COLLATE "C" NOT NULL,
  path  TEXT COLLATE "C" NOT NULL
);
INSERT INTO storage_root (id, label, path) VALUES (0, '', 'masters');

CREATE TABLE batch (
  id      BIGINT PRIMARY KEY,
  name    TEXT COLLATE "C" NOT NULL,
  source  TEXT COLLATE "C" NOT NULL,
  started BIGINT NOT NULL,
  ended   BIGINT NOT NULL,
  born    BIGINT NOT NULL
);

CREATE TABLE file (
  id       BIGINT PRIMARY KEY,
  root     BIGINT NOT NULL REFERENCES storage_root(id),
  path     TEXT COLLATE "C" NOT NULL,
  batch    BIGINT REFERENCES batch(id),
  source   TEXT COLLATE "C" NOT NULL,
  bytes    BIGINT NOT NULL,
  sha256   BYTEA,                     -- NULL: not yet hashed
  format   TEXT COLLATE "C" NOT NULL,
  state    TEXT COLLATE "C" NOT NULL,
  received BIGINT NOT NULL,
  born     BIGINT NOT NULL
);
CREATE UNIQUE INDEX file_path ON file(root, path);
CREATE INDEX file_sha256 ON file(sha256) WHERE sha256 IS NOT NULL;
CREATE INDEX file_batch ON file(batch);

CREATE TABLE page (
  id           BIGINT PRIMARY KEY,
  file         BIGINT NOT NULL REFERENCES file(id),
  frame        BIGINT NOT NULL,
  holding      BIGINT REFERENCES holding(id),
  ordinal      BIGINT NOT NULL,
  stage        TEXT COLLATE "C" NOT NULL,
  priority     BIGINT NOT NULL,
  claim        BIGINT NOT NULL,     -- 0: none
  lease        BIGINT NOT NULL,
  reason       TEXT COLLATE "C" NOT NULL,
  detail       TEXT COLLATE "C" NOT NULL,
  width        BIGINT NOT NULL,
  height       BIGINT NOT NULL,
  dpi          BIGINT NOT NULL,
  made_from    TEXT COLLATE "C" NOT NULL,
  recipe       TEXT COLLATE "C" NOT NULL,
  searchable   BIGINT NOT NULL,
  access_class BIGINT NOT NULL,
  rev          BIGINT NOT NULL,
  born         BIGINT NOT NULL
);
CREATE UNIQUE INDEX page_file ON page(file, frame);
CREATE INDEX page_holding ON page(holding, ordinal) WHERE holding IS NOT NULL;
CREATE INDEX page_unlinked ON page(file, frame, id, access_class, born) WHERE holding IS NULL;
CREATE INDEX page_queue ON page(stage, priority, id) WHERE stage <> 'indexed';
CREATE INDEX page_claim ON page(claim) WHERE claim <> 0;

CREATE TABLE refused_input (
  batch  BIGINT NOT NULL REFERENCES batch(id),
  path   TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  detail TEXT COLLATE "C" NOT NULL,
  time   BIGINT NOT NULL,
  PRIMARY KEY (batch, path)
);

CREATE TABLE setting (
  key   TEXT COLLATE "C" PRIMARY KEY,
  value TEXT COLLATE "C" NOT NULL
);

CREATE TABLE feeder (
  station BIGINT PRIMARY KEY        -- a station that keeps an index
);

CREATE TABLE dirty (
  station BIGINT NOT NULL,
  noun    TEXT COLLATE "C" NOT NULL,             -- 'page' or 'holding'
  id      BIGINT NOT NULL,
  urgency BIGINT NOT NULL,          -- 0 an edit, 1 new, 2 a rebuild
  mark    BIGINT NOT NULL,          -- differs each time it is set
  PRIMARY KEY (station, noun, id)
);
CREATE INDEX dirty_order ON dirty(station, urgency, noun, id);
