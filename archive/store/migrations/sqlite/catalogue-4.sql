-- Every kind of holding with the fields of its kind, and what surrounds the holdings.

ALTER TABLE holding ADD COLUMN secrecy TEXT NOT NULL DEFAULT '';
ALTER TABLE holding ADD COLUMN secrecy_term TEXT NOT NULL DEFAULT '';
ALTER TABLE holding ADD COLUMN location TEXT NOT NULL DEFAULT '';

ALTER TABLE fonds ADD COLUMN repository TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN type TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN era TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN status TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN accessioned TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN admin_history TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE fonds ADD COLUMN arrangement TEXT NOT NULL DEFAULT '';

ALTER TABLE series ADD COLUMN holds TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN arranged TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN scope TEXT NOT NULL DEFAULT '';

ALTER TABLE container ADD COLUMN class_name TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN org TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN item_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE container ADD COLUMN item_from TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN item_to TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN filing_no TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN spine INTEGER NOT NULL DEFAULT 0;
ALTER TABLE container ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN size TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN microfilm TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN see_also TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN arranged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN arranged_on TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN checked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN checked_on TEXT NOT NULL DEFAULT '';
ALTER TABLE container ADD COLUMN condition TEXT NOT NULL DEFAULT '';

ALTER TABLE item ADD COLUMN org TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN genre TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN draft TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN annexes TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN addressees TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN copies_to TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN keywords TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN class_no TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN quantity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN size TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN disclosure TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN see_also TEXT NOT NULL DEFAULT '';

CREATE TABLE photo (
  id INTEGER PRIMARY KEY REFERENCES item(id),
  group_no TEXT NOT NULL DEFAULT '',
  group_mark TEXT NOT NULL DEFAULT '',
  negative_no TEXT NOT NULL DEFAULT '',
  event TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  background TEXT NOT NULL DEFAULT '',
  caption TEXT NOT NULL DEFAULT '',
  colour TEXT NOT NULL DEFAULT '',
  exif TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO photo (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'photo';

CREATE TABLE object (
  id INTEGER PRIMARY KEY REFERENCES item(id),
  object_kind TEXT NOT NULL DEFAULT '',
  awarded_by TEXT NOT NULL DEFAULT '',
  recipient TEXT NOT NULL DEFAULT '',
  level TEXT NOT NULL DEFAULT '',
  material TEXT NOT NULL DEFAULT '',
  condition TEXT NOT NULL DEFAULT '',
  photo_code TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO object (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'object';

CREATE TABLE book (
  id INTEGER PRIMARY KEY REFERENCES item(id),
  call_no TEXT NOT NULL DEFAULT '',
  subtitle TEXT NOT NULL DEFAULT '',
  publisher TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  edition TEXT NOT NULL DEFAULT '',
  isbn TEXT NOT NULL DEFAULT '',
  price TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  acquired_on TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO book (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'book';

CREATE TABLE av (
  id INTEGER PRIMARY KEY REFERENCES item(id),
  place TEXT NOT NULL DEFAULT '',
  duration TEXT NOT NULL DEFAULT '',
  original TEXT NOT NULL DEFAULT '',
  device TEXT NOT NULL DEFAULT '',
  standard TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT '',
  format TEXT NOT NULL DEFAULT '',
  codec TEXT NOT NULL DEFAULT '',
  bitrate TEXT NOT NULL DEFAULT '',
  sample_rate TEXT NOT NULL DEFAULT '',
  resolution TEXT NOT NULL DEFAULT '',
  frame_rate TEXT NOT NULL DEFAULT '',
  channels TEXT NOT NULL DEFAULT '',
  caption TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO av (id) SELECT h.id FROM holding h JOIN item i ON i.id = h.id WHERE h.kind = 'av';

CREATE TABLE dossier (
  id INTEGER PRIMARY KEY REFERENCES item(id),
  grouping TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE fonds_name (
  id         INTEGER PRIMARY KEY,
  fonds      INTEGER NOT NULL REFERENCES fonds(id),
  name       TEXT NOT NULL,
  date_begin TEXT NOT NULL,
  date_end   TEXT NOT NULL,
  note       TEXT NOT NULL
) STRICT;
CREATE INDEX fonds_name_of ON fonds_name(fonds, date_begin, id);

CREATE TABLE movement (              -- the ledger: what came in, left or was destroyed
  id       INTEGER PRIMARY KEY,
  fonds    INTEGER NOT NULL REFERENCES fonds(id),
  year     INTEGER NOT NULL,
  kind     TEXT NOT NULL,            -- 'opening', 'accession', 'withdrawal', 'destruction'
  unit     TEXT NOT NULL,            -- what is counted: volume, box, item, photo …
  quantity INTEGER NOT NULL,
  date     TEXT NOT NULL,
  document TEXT NOT NULL,            -- the deed it rests on
  note     TEXT NOT NULL
) STRICT;
CREATE INDEX movement_of ON movement(fonds, year, unit, id);

CREATE TABLE numbering (             -- classes of numbers that are no longer arranged
  id       INTEGER PRIMARY KEY,
  series   INTEGER NOT NULL REFERENCES series(id),
  prefix   TEXT NOT NULL,            -- what the codes of the class begin with
  arranged TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX numbering_prefix ON numbering(prefix);
CREATE INDEX numbering_series ON numbering(series);

CREATE TABLE code_alias (            -- codes that holdings had before
  id      INTEGER PRIMARY KEY,
  holding INTEGER NOT NULL REFERENCES holding(id),
  code    TEXT NOT NULL,
  reason  TEXT NOT NULL
) STRICT;
CREATE INDEX code_alias_code ON code_alias(code);
CREATE INDEX code_alias_of ON code_alias(holding);

CREATE TABLE vacancy (               -- 空号说明: numbers that are not used, and why
  id     INTEGER PRIMARY KEY,
  series INTEGER NOT NULL REFERENCES series(id),
  code   TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX vacancy_code ON vacancy(code);

CREATE TABLE virtual_group (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  note TEXT NOT NULL
) STRICT;

CREATE TABLE member (
  id            INTEGER PRIMARY KEY,
  virtual_group INTEGER NOT NULL REFERENCES virtual_group(id),
  holding       INTEGER NOT NULL REFERENCES holding(id),
  ordinal       INTEGER NOT NULL
) STRICT;
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
