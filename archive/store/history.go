package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"math"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// Event is what one op did to a record.
type Event struct {
	Op      archive.ID
	Actor   archive.ID
	Time    int64 // Unix milliseconds, UTC
	Kind    archive.OpKind
	Changes []archive.Change // of the record and of its own fields
	Reason  string           // of a correction of its code

	Withheld bool // its changes name the fields alone
}

// Withhold takes the values out of an event and leaves the names of the fields.
func (e *Event) Withhold() {
	e.Withheld = true
	for i, ch := range e.Changes {
		e.Changes[i].Before, e.Changes[i].After = emptied(ch.Before), emptied(ch.After)
	}
}

func emptied(text string) string {
	if text == "" {
		return ""
	}
	columns := logged(text)
	for name := range columns {
		columns[name] = nil
	}
	b, _ := json.Marshal(columns) // names and nulls
	return string(b)
}

// What an op did to a record as a whole.
const (
	WasAdded   = "added"
	WasChanged = "changed"
	WasRemoved = "removed"
	WasPurged  = "purged" // the values were removed from the log
)

// FieldChange is a field of a record before and after; nil where there was none.
type FieldChange struct {
	Field       string
	Before, Now any
}

// Fields puts the changes side by side, field by field in the order of their names, and
// says what became of the record as a whole.
func (e Event) Fields() (what string, list []FieldChange) {
	what = WasPurged
	for _, ch := range e.Changes {
		switch {
		case ch.Noun == "extra" && what != WasPurged, ch.Before == "" && ch.After == "":
		case ch.Noun == "extra":
			what = WasChanged
		case ch.Before == "":
			what = WasAdded
		case ch.After == "":
			what = WasRemoved
		default:
			what = WasChanged
		}
		was, now := logged(ch.Before), logged(ch.After)
		names := map[string]bool{}
		for name := range was {
			names[name] = true
		}
		for name := range now {
			names[name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			list = append(list, FieldChange{name, was[name], now[name]})
		}
	}
	return what, list
}

// logged reads the columns that the log has of one side of a change.
func logged(text string) map[string]any {
	columns := map[string]any{}
	if text != "" {
		_ = json.Unmarshal([]byte(text), &columns) // the log holds objects
	}
	return columns
}

const (
	historyOf = `SELECT o.id, o.actor, o.time, o.kind, ch.seq, ch.noun, ch.before, ch.after FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.id = $1 AND ch.op IN (SELECT DISTINCT x.op FROM change x JOIN op y ON y.id = x.op
			WHERE x.id = $2 AND x.noun <> 'event' AND x.op < $3 AND y.number IS NOT NULL ORDER BY x.op DESC LIMIT $4)
			AND ch.noun <> 'event' ORDER BY ch.op DESC, ch.seq`
	aliasesMade = `SELECT ch.after FROM change ch WHERE ch.op = $1 AND ch.noun = 'code_alias' AND ch.after IS NOT NULL`
	lastSeen    = `SELECT ch.before FROM change ch JOIN op o ON o.id = ch.op
		WHERE ch.id = $1 AND ch.after IS NULL AND ch.before IS NOT NULL AND ch.noun <> 'extra' AND o.number IS NOT NULL ORDER BY ch.op DESC LIMIT 1`
)

// History lists what was done to a record, the newest first, also to one that is removed;
// before is the op to go on from, zero at first. It is NotFound for what may not be seen.
func (c *Catalogue) History(ctx context.Context, sight access.Sight, id, before archive.ID, limit int) ([]Event, error) {
	const doing = "read history"
	if err := c.mayReadHistory(ctx, sight, id); err != nil {
		return nil, err
	}
	from := int64(before)
	if before == 0 {
		from = math.MaxInt64
	}
	var list []Event
	if err := rows(ctx, c.cat.read, historyOf, []any{int64(id), int64(id), from, limit}, func(r *sql.Rows) error {
		var e Event
		ch := archive.Change{ID: id}
		var was, is sql.NullString
		if err := r.Scan(&e.Op, &e.Actor, &e.Time, &e.Kind, &ch.Seq, &ch.Noun, &was, &is); err != nil {
			return err
		}
		ch.Op, ch.Before, ch.After = e.Op, was.String, is.String
		if n := len(list); n == 0 || list[n-1].Op != e.Op {
			list = append(list, e)
		}
		at := &list[len(list)-1]
		at.Changes = append(at.Changes, ch)
		return nil
	}); err != nil {
		return nil, fault(doing, id.String(), err)
	}
	for i := range list {
		if list[i].Kind != archive.OpCodeCorrect {
			continue
		}
		if err := c.reasonOf(ctx, &list[i], id); err != nil {
			return nil, fault(doing, id.String(), err)
		}
	}
	return list, nil
}

func (c *Catalogue) reasonOf(ctx context.Context, e *Event, id archive.ID) error {
	return rows(ctx, c.cat.read, aliasesMade, []any{int64(e.Op)}, func(r *sql.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		var a archive.CodeAlias
		err := json.Unmarshal([]byte(text), &a)
		if a.Holding == id {
			e.Reason = a.Reason
		}
		return err
	})
}

// mayReadHistory goes by the record as it is, or as it was when it was removed.
func (c *Catalogue) mayReadHistory(ctx context.Context, sight access.Sight, id archive.ID) error {
	_, err := c.Holding(ctx, sight, id)
	if archive.KindOf(err) != archive.NotFound {
		return err
	}
	if there, failed := c.Holdings(ctx, access.All(), []archive.ID{id}); failed != nil || len(there) > 0 {
		return cmp.Or(failed, err)
	}
	var text string
	if failed := c.cat.read.QueryRowContext(ctx, lastSeen, int64(id)).Scan(&text); failed != nil {
		return fault("find holding", id.String(), failed)
	}
	var h archive.Holding
	if failed := json.Unmarshal([]byte(text), &h); failed != nil || !sight.SeesRow(access.Of(h)) {
		return cmp.Or(failed, err)
	}
	return nil
}
