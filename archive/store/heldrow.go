package store

import (
	"lantai/archive"
)

// rowChange is what a change of the log says of a row.
type rowChange struct {
	op            archive.ID
	station       int
	number        int // zero while its op is pending
	noun          string
	before, after []byte
}

func (ch *rowChange) emptied() bool { return ch.before == nil && ch.after == nil }

// keyRow stands among the columns for the row as a whole; keyClass is an access class with
// its level.
const (
	keyRow   = "\x00row"
	keyClass = "\x00class"
)

// replayed is a row as the log has it.
type replayed struct {
	last    map[string]string // by column; what states nothing is not there or ""
	by      map[string]*rowChange
	sides   [][2]map[string]string // before and after, change by change
	many    bool                   // more than one station wrote
	emptied bool                   // of values that were purged
}

// settle finds what a column came to where several stations wrote: the order of their ops
// is that of their clocks. Each change says what it found and what it left, so that one
// value was come to once more often than it was left, whatever the order; unless somebody
// wrote past the program in between, when the clocks have to do.
func (r *replayed) settle(column string) {
	net := map[string]int{"": 1}
	for _, side := range r.sides {
		if before, ok := side[0][column]; ok {
			net[before]--
			net[side[1][column]]++
		}
	}
	final, ones := "", 0
	for value, n := range net {
		switch n {
		case 0:
		case 1:
			final = value
			ones++
		default:
			return
		}
	}
	if ones == 1 {
		r.last[column] = final
	}
}

// replay puts a row together from its changes.
func (j *heldJudge) replay(list []rowChange) (replayed, error) {
	r := replayed{last: map[string]string{}, by: map[string]*rowChange{}}
	var fields []loggedField
	for i := range list {
		ch := &list[i]
		r.many = r.many || ch.station != list[0].station
		if ch.emptied() {
			r.emptied = true
			continue
		}
		var sides [2]map[string]string
		for k, object := range [][]byte{ch.before, ch.after} {
			var err error
			if fields, err = loggedFields(object, fields[:0]); err != nil {
				return r, err
			}
			sides[k] = j.side(ch, object, fields)
		}
		for k := range sides {
			for column := range sides[k] {
				if _, ok := sides[1-k][column]; !ok {
					sides[1-k][column] = ""
				}
			}
		}
		r.sides = append(r.sides, sides)
		for column, value := range sides[1] {
			r.last[column], r.by[column] = value, ch
		}
	}
	if r.many {
		for column := range r.last {
			r.settle(column)
		}
	}
	return r, nil
}

// side is what one side of a change says. Of a row that is new, or goes, it says something
// of every column.
func (j *heldJudge) side(ch *rowChange, object []byte, fields []loggedField) map[string]string {
	values := map[string]string{}
	switch ch.noun {
	case nounSetting:
		var key, value string
		for _, f := range fields {
			switch string(f.name) {
			case "key":
				key = string(f.value)
			case "value":
				value = string(f.value)
			}
		}
		values[key] = value
		return values
	case nounExtra:
		for _, f := range fields {
			values[string(f.name)] = string(f.value)
		}
		return values
	}
	cols := j.held.nouns[ch.noun].cols
	if object != nil && (ch.before == nil || ch.after == nil) {
		values[keyRow] = "1"
		for name := range cols {
			values[name] = ""
		}
		if ch.noun == nounBatch {
			values[colBorn] = ch.op.String()
		}
	}
	for _, f := range fields {
		if kind, ok := cols[string(f.name)]; ok {
			values[string(f.name)] = string(kind.canonical(f.value))
			if kind == heldGroup {
				values[keyClass] = string(f.value)
			}
		}
	}
	return values
}

// inLogOrder puts the changes of a row in order: those of a station by the numbers of their
// ops, among stations by the ids.
func inLogOrder(list []rowChange) []rowChange {
	var heads [][]rowChange
	for i := range list {
		if i == 0 || list[i].station != list[i-1].station {
			heads = append(heads, list[i:i:len(list)])
		}
		last := len(heads) - 1
		heads[last] = heads[last][:len(heads[last])+1]
	}
	if len(heads) < 2 {
		return list
	}
	merged := make([]rowChange, 0, len(list))
	for len(merged) < len(list) {
		first := -1
		for i, h := range heads {
			if len(h) > 0 && (first < 0 || h[0].op < heads[first][0].op) {
				first = i
			}
		}
		merged = append(merged, heads[first][0])
		heads[first] = heads[first][1:]
	}
	return merged
}
