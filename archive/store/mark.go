package store

import (
	"cmp"
	"maps"
	"slices"

	"lantai/archive"
)

// markKey is one row that the index has to read again.
type markKey struct {
	noun string // nounPage or nounHolding
	id   archive.ID
}

const nounHolding = "holding"

// The urgencies of a mark: the feed gives lower ones first. What is marked by the
// thousand, for a rebuild, has 2.
const (
	urgencyEdit = 0
	urgencyNew  = 1
	urgencyLong = 3 // waits until no op is pending
)

const (
	// A mark gets a new value each time, so that the index clears it only if it has
	// read the row since. Every station that keeps an index has marks of its own.
	putMark = ` ON CONFLICT (station, noun, id) DO UPDATE SET mark = excluded.mark,
			urgency = CASE WHEN excluded.urgency < dirty.urgency THEN excluded.urgency ELSE dirty.urgency END`
	feeders        = `SELECT station FROM feeder ORDER BY station`
	indexedPagesOf = `SELECT p.id FROM page p WHERE p.holding = $1
		AND (p.searchable = 1 OR p.stage IN ('recognised', 'indexed'))`
	markSeriesPages = `INSERT INTO dirty (station, noun, id, urgency, mark)
		SELECT f.station, 'page', p.id, 2, CAST($1 AS BIGINT)
		FROM holding h JOIN page p ON p.holding = h.id, feeder f
		WHERE h.series = $2 AND (p.searchable = 1 OR p.stage IN ('recognised', 'indexed'))
		ON CONFLICT (station, noun, id) DO UPDATE SET mark = excluded.mark`
	markSeriesHoldings = `INSERT INTO dirty (station, noun, id, urgency, mark)
		SELECT f.station, 'holding', h.id, 2, CAST($1 AS BIGINT)
		FROM holding h, feeder f WHERE h.series = $2
		ON CONFLICT (station, noun, id) DO UPDATE SET mark = excluded.mark`
)

// mark puts a row on the index's feed.
func (t *Tx) mark(noun string, id archive.ID, urgency int) {
	if t.long {
		urgency = urgencyLong
	}
	k := markKey{noun, id}
	if old, ok := t.marks[k]; !ok || urgency < old {
		t.marks[k] = urgency
	}
}

// markHolding marks a holding and the pages that carry its description in the index.
func (t *Tx) markHolding(id archive.ID) error {
	t.mark(nounHolding, id, urgencyEdit)
	list, err := ids(t.ctx, t.tx, indexedPagesOf, int64(id))
	for _, page := range list {
		t.mark(nounPage, page, urgencyEdit)
	}
	return fault("mark pages", id.String(), err)
}

// markSeries marks all that lies below a series, in the order of a rebuild.
func (t *Tx) markSeries(id archive.ID) error {
	stamp := int64(t.NewID())
	if _, err := t.tx.ExecContext(t.ctx, markSeriesPages, stamp, int64(id)); err != nil {
		return fault("mark series", id.String(), err)
	}
	_, err := t.tx.ExecContext(t.ctx, markSeriesHoldings, stamp, int64(id))
	return fault("mark series", id.String(), err)
}

func (t *Tx) writeMarks() error {
	if len(t.marks) == 0 {
		return nil
	}
	stamp := int64(t.NewID())
	keys := slices.SortedFunc(maps.Keys(t.marks), func(a, b markKey) int {
		return cmp.Or(cmp.Compare(a.noun, b.noun), cmp.Compare(a.id, b.id))
	})
	stations, err := ids(t.ctx, t.tx, feeders)
	if err != nil {
		return err
	}
	names := []string{"station", "noun", "id", "urgency", "mark"}
	for _, station := range stations {
		if err := insertMany(t.ctx, t.tx, "dirty", putMark, names, len(keys), func(i int, args []any) []any {
			return append(args, int64(station), keys[i].noun, int64(keys[i].id), t.marks[keys[i]], stamp)
		}); err != nil {
			return err
		}
	}
	clear(t.marks)
	return nil
}
