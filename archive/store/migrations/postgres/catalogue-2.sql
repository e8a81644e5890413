-- Originals on storage roots, and the order of the queue.

ALTER TABLE storage_root ADD COLUMN volume TEXT COLLATE "C" NOT NULL DEFAULT '';   -- id of the volume it was last on; empty: not known
ALTER TABLE storage_root ADD COLUMN within TEXT COLLATE "C" NOT NULL DEFAULT '';   -- its path below the top of that volume, with slashes

ALTER TABLE file ADD COLUMN modified BIGINT NOT NULL DEFAULT 0;       -- time of change as registered; 0 in masters/
ALTER TABLE file ADD COLUMN found TEXT COLLATE "C" NOT NULL DEFAULT '';            -- 'changed', 'vanished', or as registered
CREATE INDEX file_unhashed ON file(root, path) WHERE sha256 IS NULL;
CREATE INDEX file_found ON file(root, found, path) WHERE found <> '';

ALTER TABLE page ADD COLUMN root BIGINT NOT NULL DEFAULT 0;           -- of its file
UPDATE page SET root = (SELECT f.root FROM file f WHERE f.id = page.file)
  WHERE file IN (SELECT f.id FROM file f WHERE f.root <> 0);
DROP INDEX page_queue;
CREATE INDEX page_queue ON page(stage, root, priority, id) WHERE stage <> 'indexed';

INSERT INTO tally (node, kind, access_class, n) SELECT root, 'file', 0, COUNT(*) FROM file WHERE root <> 0 GROUP BY root;
INSERT INTO tally (node, kind, access_class, n) SELECT root, 'file.bytes', 0, SUM(bytes) FROM file WHERE root <> 0 GROUP BY root;
INSERT INTO tally (node, kind, access_class, n)
  SELECT root, 'file.hashed', 0, COUNT(*) FROM file WHERE root <> 0 AND sha256 IS NOT NULL GROUP BY root;
INSERT INTO tally (node, kind, access_class, n)
  SELECT root, 'file.hashed.bytes', 0, SUM(bytes) FROM file WHERE root <> 0 AND sha256 IS NOT NULL GROUP BY root;
INSERT INTO tally (node, kind, access_class, n)
  SELECT root, 'page.' || stage, access_class, COUNT(*) FROM page WHERE root <> 0 GROUP BY root, stage, access_class;
INSERT INTO tally (node, kind, access_class, n)
  SELECT root, 'page.searchable', access_class, COUNT(*) FROM page WHERE root <> 0 AND searchable = 1 GROUP BY root, access_class;
