package store

import (
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	always = "1 = 1"
	never  = "1 = 0"
)

// among is a condition that a column has one of some numbers.
func among[N archive.ID | archive.AccessClass](column string, list []N) string {
	if len(list) == 0 {
		return never
	}
	numbers := make([]string, len(list))
	for i, n := range list {
		numbers[i] = strconv.FormatInt(int64(n), 10)
	}
	return column + " IN (" + strings.Join(numbers, ", ") + ")"
}

// holdingSeen is access.Sight.SeesRow in SQL.
func holdingSeen(h string, sight access.Sight) string {
	if sight.Everything() {
		return always
	}
	cond := among(h+".access_class", sight.Classes())
	if sight.Bound() {
		return cond + " AND (" + h + ".kind IN ('fonds', 'series') OR EXISTS (SELECT 1 FROM page bp JOIN file bf ON bf.id = bp.file WHERE bp.holding = " +
			h + ".id AND " + among("bf.batch", sight.Batches()) + "))"
	}
	if fonds := sight.Fonds(); len(fonds) > 0 {
		cond += " AND " + among(h+".fonds", fonds)
	}
	return cond
}

// pageSeen is access.Sight.SeesPage in SQL.
func pageSeen(p string, sight access.Sight) string {
	if sight.Everything() {
		return always
	}
	cond := among(p+".access_class", sight.PageClasses())
	if approved, classes := sight.Approved(); len(classes) > 0 {
		cond = "(" + cond + " OR " + among(p+".access_class", classes) + " AND " + p + ".holding IN (SELECT ah.id FROM holding ah WHERE " +
			among("ah.id", approved) + " OR " + among("ah.parent", approved) + "))"
	}
	came := "EXISTS (SELECT 1 FROM file bf WHERE bf.id = " + p + ".file AND " + among("bf.batch", sight.Batches()) + ")"
	switch fonds := sight.Fonds(); {
	case sight.Bound():
		cond += " AND " + came
	case len(fonds) > 0:
		cond += " AND (" + p + ".holding IS NULL AND " + came +
			" OR EXISTS (SELECT 1 FROM holding fh WHERE fh.id = " + p + ".holding AND " + among("fh.fonds", fonds) + "))"
	}
	return cond
}

// fileSeen goes by a file's pages; of one without pages, by where it came from.
func fileSeen(f string, sight access.Sight) string {
	if sight.Everything() {
		return always
	}
	return "(EXISTS (SELECT 1 FROM page s WHERE s.file = " + f + ".id AND " + pageSeen("s", sight) + ")" +
		" OR NOT EXISTS (SELECT 1 FROM page n WHERE n.file = " + f + ".id) AND " + unsorted(f+".batch", sight) + ")"
}

// batchSeen lets those see a batch who see what lies in no record yet.
func batchSeen(b string, sight access.Sight) string { return unsorted(b+".id", sight) }

func unsorted(batch string, sight access.Sight) string {
	switch {
	case !sight.SeesUnsorted():
		return never
	case !sight.Everything() && (sight.Bound() || len(sight.Fonds()) > 0):
		return among(batch, sight.Batches())
	}
	return always
}

// quarantineSeen goes by the class of the record that the pages were to lie in.
func quarantineSeen(q string, sight access.Sight) string {
	switch {
	case sight.Everything():
		return always
	case sight.Bound():
		return never
	}
	cond := among(q+".access_class", sight.PageClasses())
	if fonds := sight.Fonds(); len(fonds) > 0 {
		cond += " AND " + q + ".holding IN (SELECT fh.id FROM holding fh WHERE " + among("fh.fonds", fonds) + ")"
	}
	return cond
}

// tallySeen counts by class. Below a node that may be seen everything is of its fonds;
// what lies in batches is not counted apart, so a sight bound to batches gets no counts.
func tallySeen(t string, sight access.Sight) string {
	switch {
	case sight.Everything():
		return always
	case sight.Bound():
		return never
	}
	return among(t+".access_class", sight.Classes())
}
