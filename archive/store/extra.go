package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// nounExtra is a holding's fields of the site's own: one change has those that differ.
const nounExtra = "extra"

const (
	extraForWrite = `SELECT field, value FROM extra WHERE holding = $1`
	putExtra      = `INSERT INTO extra (holding, field, value, sort) VALUES ($1, $2, $3, $4)
		ON CONFLICT (holding, field) DO UPDATE SET value = excluded.value, sort = excluded.sort`
	dropField = `DELETE FROM extra WHERE holding = $1 AND field = $2`
	extrasOf  = `SELECT e.holding, e.field, e.value FROM extra e JOIN holding h ON h.id = e.holding
		WHERE e.holding IN ({keys}) AND {holding h}`
	// One step in the index for each name; SELECT DISTINCT would read an entry for each value.
	extraNames = `WITH RECURSIVE name(field) AS (
		SELECT MIN(e.field) FROM extra e
		UNION ALL SELECT (SELECT MIN(e.field) FROM extra e WHERE e.field > name.field) FROM name WHERE name.field IS NOT NULL)
		SELECT name.field FROM name WHERE name.field IS NOT NULL`
)

// SetExtra sets fields of the site's own on a holding; others stay, and an empty value
// takes a field away.
func (t *Tx) SetExtra(id archive.ID, fields map[string]string) error {
	const doing = "set own fields"
	if err := t.settled(doing); err != nil {
		return err
	}
	at, err := t.chain(id)
	if err == nil {
		err = t.touch(doing, at)
	}
	if err == nil {
		err = t.mayKeepOwn(doing, "", at, fields)
	}
	if err != nil {
		return err
	}
	old, err := t.extra(id)
	if err != nil {
		return err
	}
	before, after := map[string]string{}, map[string]string{}
	for field, value := range fields {
		if field == "" || !storable(field) || !storable(value) {
			return archive.Errorf(archive.Invalid, doing, field, "a name that is empty, or text that is not valid UTF-8 or has a zero byte")
		}
		if old[field] != value {
			before[field], after[field] = old[field], value
		}
	}
	if len(after) == 0 {
		return nil
	}
	if err := t.writeExtra(id, after); err != nil {
		return fault(doing, id.String(), err)
	}
	t.mark(nounHolding, id, urgencyEdit)
	return t.log(nounExtra, id, fieldsObject(before), fieldsObject(after))
}

func (t *Tx) extra(id archive.ID) (map[string]string, error) {
	fields := map[string]string{}
	err := rows(t.ctx, t.tx, extraForWrite, []any{int64(id)}, func(r *sql.Rows) error {
		var field, value string
		err := r.Scan(&field, &value)
		fields[field] = value
		return err
	})
	return fields, fault("read own fields", id.String(), err)
}

func (t *Tx) writeExtra(id archive.ID, fields map[string]string) error {
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		var err error
		if value := fields[field]; value == "" {
			_, err = t.tx.ExecContext(t.ctx, dropField, int64(id), field)
		} else {
			_, err = t.tx.ExecContext(t.ctx, putExtra, int64(id), field, value, codeKey(value))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fieldsObject is a JSON object with its keys in order; "" when no field has a value,
// which in the log means that there were none.
func fieldsObject(fields map[string]string) string {
	empty := true
	for _, v := range fields {
		empty = empty && v == ""
	}
	if empty {
		return ""
	}
	b, _ := json.Marshal(fields) // strings always go
	return string(b)
}

// takeBackExtra gives fields their former values if they are as the change left them.
func (t *Tx) takeBackExtra(ch archive.Change) (bool, error) {
	was, became := map[string]string{}, map[string]string{}
	for text, fields := range map[string]map[string]string{ch.Before: was, ch.After: became} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &fields); err != nil {
			return false, err
		}
	}
	now, err := t.extra(ch.ID)
	if err != nil {
		return false, err
	}
	for field := range was {
		if _, ok := became[field]; !ok {
			became[field] = ""
		}
	}
	back := map[string]string{}
	for field, value := range became {
		if now[field] != value {
			return false, nil
		}
		back[field] = was[field]
	}
	return keptOr(t.SetExtra(ch.ID, back))
}

// Extras reads the fields of the site's own of holdings that may be seen; holdings
// without any are absent.
func (c *Catalogue) Extras(ctx context.Context, sight access.Sight, list []archive.ID) (map[archive.ID]map[string]string, error) {
	found := map[archive.ID]map[string]string{}
	err := each(ctx, c.cat.read, sighted(extrasOf, sight), list, func(r *sql.Rows) error {
		var id archive.ID
		var field, value string
		err := r.Scan(&id, &field, &value)
		if found[id] == nil {
			found[id] = map[string]string{}
		}
		found[id][field] = value
		return err
	})
	return found, fault("read own fields", "", err)
}

// ExtraFields lists the names of the fields of the site's own that are in use.
func (c *Catalogue) ExtraFields(ctx context.Context) ([]string, error) {
	var list []string
	err := rows(ctx, c.cat.read, extraNames, nil, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		list = append(list, name)
		return err
	})
	return list, fault("list own fields", "", err)
}
