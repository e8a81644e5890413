-- People, what they may give out, and classes that come from 密级 and 开放标识.

CREATE TABLE person (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL,
  roles     TEXT NOT NULL,
  clearance INTEGER NOT NULL,
  groups    TEXT NOT NULL,
  fonds     TEXT NOT NULL,
  batches   TEXT NOT NULL,
  locked    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX person_name ON person(name);

CREATE TABLE credential (             -- the log has digests of the hashes alone
  person   INTEGER PRIMARY KEY REFERENCES person(id),
  hash     TEXT NOT NULL,             -- argon2id, in its usual text form
  failures INTEGER NOT NULL,          -- since the last time it went well
  failed   INTEGER NOT NULL           -- when it last failed
) STRICT;

CREATE TABLE approval (
  id       INTEGER PRIMARY KEY,
  person   INTEGER NOT NULL REFERENCES person(id),
  holding  INTEGER NOT NULL REFERENCES holding(id),
  approver INTEGER NOT NULL,
  until    INTEGER NOT NULL,
  reason   TEXT NOT NULL
) STRICT;
CREATE INDEX approval_person ON approval(person);
CREATE INDEX approval_holding ON approval(holding);

CREATE TABLE reclassed (              -- for this step alone
  id  INTEGER PRIMARY KEY,
  was INTEGER NOT NULL,
  now INTEGER NOT NULL
) STRICT;
INSERT INTO reclassed (id, was, now)
  SELECT h.id, h.access_class, h.access_class + 1000 * CASE
      WHEN h.secrecy = '' OR UPPER(h.secrecy) IN ('公开', 'GK', '无', '0') OR h.secrecy LIKE '%非密%' OR h.secrecy LIKE '%不涉密%' THEN
        CASE WHEN LOWER(h.opening) IN ('开放', '已开放', 'open') THEN 1 ELSE 0 END
      WHEN h.secrecy LIKE '绝%' OR UPPER(h.secrecy) IN ('UM', '4', '5') THEN 5
      WHEN h.secrecy LIKE '机%' OR UPPER(h.secrecy) IN ('JM', '3') THEN 4
      WHEN h.secrecy LIKE '秘%' OR UPPER(h.secrecy) IN ('MM', '2') THEN 3
      ELSE 2 END
  FROM holding h WHERE h.access_class < 1000 AND h.born NOT IN (SELECT op FROM pending) AND (h.secrecy <> '' OR LOWER(h.opening) IN ('开放', '已开放', 'open'));
DELETE FROM reclassed WHERE was = now;
UPDATE holding SET access_class = (SELECT r.now FROM reclassed r WHERE r.id = holding.id) WHERE id IN (SELECT id FROM reclassed);
UPDATE page SET access_class = (SELECT r.now FROM reclassed r WHERE r.id = page.holding) WHERE holding IN (SELECT id FROM reclassed);

-- What is counted by class moves with it.
CREATE TABLE lying (
  id   INTEGER NOT NULL,
  node INTEGER NOT NULL,
  PRIMARY KEY (id, node)
) STRICT;
INSERT INTO lying (id, node)
  SELECT r.id, 0 FROM reclassed r
  UNION SELECT h.id, h.fonds FROM holding h JOIN reclassed r ON r.id = h.id WHERE h.fonds <> h.id
  UNION SELECT h.id, h.series FROM holding h JOIN reclassed r ON r.id = h.id WHERE h.series <> h.id
  UNION SELECT h.id, h.parent FROM holding h JOIN reclassed r ON r.id = h.id WHERE h.parent IS NOT NULL
  UNION SELECT i.id, i.box FROM item i JOIN reclassed r ON r.id = i.id WHERE i.box IS NOT NULL;
CREATE TABLE moved (
  node INTEGER NOT NULL,
  kind TEXT NOT NULL,
  was  INTEGER NOT NULL,
  now  INTEGER NOT NULL,
  n    INTEGER NOT NULL
) STRICT;
INSERT INTO moved (node, kind, was, now, n)
  SELECT l.node, h.kind, r.was, r.now, COUNT(*) FROM lying l JOIN reclassed r ON r.id = l.id JOIN holding h ON h.id = l.id
  GROUP BY l.node, h.kind, r.was, r.now;
INSERT INTO moved (node, kind, was, now, n)
  SELECT y.series, y.kind, y.was, y.now, COUNT(*) FROM
    (SELECT h.series, r.was, r.now, 'year.' || SUBSTR(CAST(10000 + CASE WHEN h.year BETWEEN 0 AND 9999 THEN h.year ELSE 0 END AS TEXT), 2, 4)
        || '.' || h.kind AS kind
      FROM holding h JOIN reclassed r ON r.id = h.id WHERE h.series <> h.id) y
  GROUP BY y.series, y.kind, y.was, y.now;
INSERT INTO moved (node, kind, was, now, n)
  SELECT l.node, 'page', r.was, r.now, COUNT(*) FROM lying l JOIN reclassed r ON r.id = l.id JOIN page p ON p.holding = l.id
  GROUP BY l.node, r.was, r.now;
INSERT INTO moved (node, kind, was, now, n)
  SELECT h.id, 'page', r.was, r.now, COUNT(*) FROM reclassed r JOIN holding h ON h.id = r.id JOIN page p ON p.holding = h.id
  WHERE h.kind IN ('fonds', 'series', 'volume', 'box', 'album') GROUP BY h.id, r.was, r.now;
INSERT INTO moved (node, kind, was, now, n)
  SELECT x.node, 'page.' || x.stage, x.was, x.now, COUNT(*) FROM
    (SELECT 0 AS node, p.stage, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding
      UNION ALL SELECT p.root, p.stage, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding WHERE p.root <> 0
      UNION ALL SELECT h.fonds, p.stage, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding JOIN holding h ON h.id = p.holding) x
  GROUP BY x.node, x.stage, x.was, x.now;
INSERT INTO moved (node, kind, was, now, n)
  SELECT x.node, 'page.searchable', x.was, x.now, COUNT(*) FROM
    (SELECT 0 AS node, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding WHERE p.searchable = 1
      UNION ALL SELECT p.root, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding WHERE p.root <> 0 AND p.searchable = 1
      UNION ALL SELECT h.fonds, r.was, r.now FROM page p JOIN reclassed r ON r.id = p.holding JOIN holding h ON h.id = p.holding WHERE p.searchable = 1) x
  GROUP BY x.node, x.was, x.now;
INSERT INTO tally (node, kind, access_class, n)
  SELECT m.node, m.kind, m.class, SUM(m.n) FROM
    (SELECT node, kind, was AS class, -n AS n FROM moved UNION ALL SELECT node, kind, now AS class, n FROM moved) m
  WHERE 1 = 1 GROUP BY m.node, m.kind, m.class
  ON CONFLICT (node, kind, access_class) DO UPDATE SET n = tally.n + excluded.n;

INSERT INTO dirty (station, noun, id, urgency, mark)
  SELECT f.station, 'holding', r.id, 2, 1 FROM reclassed r, feeder f WHERE 1 = 1
  ON CONFLICT (station, noun, id) DO UPDATE SET mark = dirty.mark + 1;
INSERT INTO dirty (station, noun, id, urgency, mark)
  SELECT f.station, 'page', p.id, 2, 1 FROM reclassed r JOIN page p ON p.holding = r.id, feeder f
  WHERE p.searchable = 1 OR p.stage IN ('recognised', 'indexed')
  ON CONFLICT (station, noun, id) DO UPDATE SET mark = dirty.mark + 1;
DROP TABLE moved;
DROP TABLE lying;
DROP TABLE reclassed;

-- What bears a 密级, by its term and date: which terms have passed is counted without a look at the rows.
CREATE INDEX holding_secrecy ON holding(secrecy, secrecy_term, kind, date_sort, access_class, born) WHERE secrecy <> '';

-- What somebody did, and what was done in a time, without reading the whole log.
CREATE INDEX op_actor ON op(actor, id);
CREATE INDEX op_time ON op(time, id);
