-- Every kind of holding with the fields of its kind, and what surrounds the holdings.

ALTER TABLE holding ADD COLUMN secrecy TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE holding ADD COLUMN secrecy_term TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE holding ADD COLUMN location TEXT COLLATE "C" NOT NULL DEFAULT '';

ALTER TABLE fonds ADD COLUMN repository TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN type TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN era TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN status TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN accessioned TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN admin_history TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN scope TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN arrangement TEXT COLLATE "C" NOT NULL DEFAULT '';

ALTER TABLE series ADD COLUMN holds TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN arranged TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN scope TEXT COLLATE "C" NOT NULL DEFAULT '';

ALTER TABLE container ADD COLUMN class_name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN org TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN item_count BIGINT NOT NULL DEFAULT 0;
ALTER TABLE container ADD COLUMN item_from TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN item_to TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN filing_no TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN spine BIGINT NOT NULL DEFAULT 0;
ALTER TABLE container ADD COLUMN carrier TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN size TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN microfilm TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN see_also TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN arranged_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN arranged_on TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN checked_by TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN checked_on TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN condition TEXT COLLATE "C" NOT NULL DEFAULT '';

ALTER TABLE item ADD COLUMN org TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN genre TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN draft TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN annexes TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN addressees TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN copies_to TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN keywords TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN class_no TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN quantity BIGINT NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN unit TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN carrier TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN size TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN disclosure TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN see_also TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE photo (
  id BIGINT PRIMARY KEY REFERENCES item(id),
  group_no TEXT COLLATE "C" NOT NULL DEFAULT '',
  group_mark TEXT COLLATE "C" NOT NULL DEFAULT '',
  negative_no TEXT COLLATE "C" NOT NULL DEFAULT '',
  event TEXT COLLATE "C" NOT NULL DEFAULT '',
  place TEXT COLLATE "C" NOT NULL DEFAULT '',
  background TEXT COLLATE "C" NOT NULL DEFAULT '',
  caption TEXT COLLATE "C" NOT NULL DEFAULT '',
  colour TEXT COLLATE "C" NOT NULL DEFAULT '',
  exif TEXT COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO photo (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'photo';

CREATE TABLE object (
  id BIGINT PRIMARY KEY REFERENCES item(id),
  object_kind TEXT COLLATE "C" NOT NULL DEFAULT '',
  awarded_by TEXT COLLATE "C" NOT NULL DEFAULT '',
  recipient TEXT COLLATE "C" NOT NULL DEFAULT '',
  level TEXT COLLATE "C" NOT NULL DEFAULT '',
  material TEXT COLLATE "C" NOT NULL DEFAULT '',
  condition TEXT COLLATE "C" NOT NULL DEFAULT '',
  photo_code TEXT COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO object (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'object';

CREATE TABLE book (
  id BIGINT PRIMARY KEY REFERENCES item(id),
  call_no TEXT COLLATE "C" NOT NULL DEFAULT '',
  subtitle TEXT COLLATE "C" NOT NULL DEFAULT '',
  publisher TEXT COLLATE "C" NOT NULL DEFAULT '',
  place TEXT COLLATE "C" NOT NULL DEFAULT '',
  edition TEXT COLLATE "C" NOT NULL DEFAULT '',
  isbn TEXT COLLATE "C" NOT NULL DEFAULT '',
  price TEXT COLLATE "C" NOT NULL DEFAULT '',
  source TEXT COLLATE "C" NOT NULL DEFAULT '',
  acquired_on TEXT COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO book (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'book';

CREATE TABLE av (
  id BIGINT PRIMARY KEY REFERENCES item(id),
  place TEXT COLLATE "C" NOT NULL DEFAULT '',
  duration TEXT COLLATE "C" NOT NULL DEFAULT '',
  original TEXT COLLATE "C" NOT NULL DEFAULT '',
  device TEXT COLLATE "C" NOT NULL DEFAULT '',
  standard TEXT COLLATE "C" NOT NULL DEFAULT '',
  language TEXT COLLATE "C" NOT NULL DEFAULT '',
  format TEXT COLLATE "C" NOT NULL DEFAULT '',
  codec TEXT COLLATE "C" NOT NULL DEFAULT '',
  bitrate TEXT COLLATE "C" NOT NULL DEFAULT '',
  sample_rate TEXT COLLATE "C" NOT NULL DEFAULT '',
  resolution TEXT COLLATE "C" NOT NULL DEFAULT '',
  frame_rate TEXT COLLATE "C" NOT NULL DEFAULT '',
  channels TEXT COLLATE "C" NOT NULL DEFAULT '',
  caption TEXT COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO av (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'av';

CREATE TABLE dossier (
  id BIGINT PRIMARY KEY REFERENCES item(id),
  grouping TEXT COLLATE "C" NOT NULL DEFAULT ''
);

CREATE TABLE fonds_name (
  id         BIGINT PRIMARY KEY,
  fonds      BIGINT NOT NULL REFERENCES fonds(id),
  name       TEXT COLLATE "C" NOT NULL,
  date_begin TEXT COLLATE "C" NOT NULL,
  date_end   TEXT COLLATE "C" NOT NULL,
  note       TEXT COLLATE "C" NOT NULL
);
CREATE INDEX fonds_name_of ON fonds_name(fonds, date_begin, id);

CREATE TABLE movement (              -- the ledger: what came in, left or was destroyed
  id       BIGINT PRIMARY KEY,
  fonds    BIGINT NOT NULL REFERENCES fonds(id),
  year     BIGINT NOT NULL,
  kind     TEXT COLLATE "C" NOT NULL,            -- 'opening', 'accession', 'withdrawal', 'destruction'
  unit     TEXT COLLATE "C" NOT NULL,            -- what is counted: volume, box, item, photo …
  quantity BIGINT NOT NULL,
  date     TEXT COLLATE "C" NOT NULL,
  document TEXT COLLATE "C" NOT NULL,            -- the deed it rests on
  note     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX movement_of ON movement(fonds, year, unit, id);

CREATE TABLE numbering (             -- classes of numbers that are no longer arranged
  id       BIGINT PRIMARY KEY,
  series   BIGINT NOT NULL REFERENCES series(id),
  prefix   TEXT COLLATE "C" NOT NULL,            -- what the codes of the class begin with
  arranged TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX numbering_prefix ON numbering(prefix);
CREATE INDEX numbering_series ON numbering(series);

CREATE TABLE code_alias (            -- codes that holdings had before
  id      BIGINT PRIMARY KEY,
  holding BIGINT NOT NULL REFERENCES holding(id),
  code    TEXT COLLATE "C" NOT NULL,
  reason  TEXT COLLATE "C" NOT NULL
);
CREATE INDEX code_alias_code ON code_alias(code);
CREATE INDEX code_alias_of ON code_alias(holding);

CREATE TABLE vacancy (               -- 空号说明: numbers that are not used, and why
  id     BIGINT PRIMARY KEY,
  series BIGINT NOT NULL REFERENCES series(id),
  code   TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX vacancy_code ON vacancy(code);

CREATE TABLE virtual_group (
  id   BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  note TEXT COLLATE "C" NOT NULL
);

CREATE TABLE member (
  id            BIGINT PRIMARY KEY,
  virtual_group BIGINT NOT NULL REFERENCES virtual_group(id),
  holding       BIGINT NOT NULL REFERENCES holding(id),
  ordinal       BIGINT NOT NULL
);
CREATE UNIQUE INDEX member_once ON member(virtual_group, holding);
CREATE INDEX member_of ON member(holding);

CREATE INDEX change_of ON change(id, op);
CREATE INDEX op_kind ON op(kind, id);
CREATE INDEX extra_field ON extra(field);   -- the names of the fields of the site's own, without reading their values

-- Indexes that answer a list in the order of its codes or dates without a look at the rows.
DROP INDEX holding_parent;
DROP INDEX holding_series;
CREATE INDEX holding_parent ON holding(parent, code_sort, id, kind, year, retention, access_class, born);
CREATE INDEX holding_kind ON holding(kind, code_sort, id, fonds, series, year, date_sort, retention, access_class, born);
CREATE INDEX holding_series ON holding(series, kind, code_sort, id, year, retention, access_class, born);
CREATE INDEX holding_date ON holding(series, kind, date_sort, code_sort, id, parent, access_class, born);
CREATE INDEX holding_year ON holding(year, kind, code_sort, id, retention, access_class, born);   -- over all fonds

INSERT INTO tally (node, kind, access_class, n)
  SELECT y.series, y.kind, y.access_class, COUNT(*) FROM
    (SELECT h.series, h.access_class, 'year.' || SUBSTR(CAST(10000 + CASE WHEN h.year BETWEEN 0 AND 9999 THEN h.year ELSE 0 END AS TEXT), 2, 4)
        || '.' || h.kind AS kind
      FROM holding h WHERE h.series <> h.id AND h.born NOT IN (SELECT op FROM pending)) y
  GROUP BY y.series, y.kind, y.access_class;
