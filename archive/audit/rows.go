package audit

import (
	"context"
	"encoding/json"
	"strconv"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// Row is a row of the catalogue that is not as the log has it, as a person reads it.
type Row struct {
	store.BadRow
	Thing string // what it is and of what: 件 J001-WS·2011-Y-BGS-0001, 利用批准 …
	Of    string // 档号, or the name or number of what is no record
	Field string // what the column is called; "" for the row as a whole
	Shown bool   // what was logged and what stands there may be shown
}

// Rows puts rows that do not fit into words. Of a record that may not be seen there is its
// number alone.
func (w Words) Rows(ctx context.Context, cat *store.Catalogue, sight access.Sight, bad []store.BadRow) ([]Row, error) {
	changes := make([]archive.Change, len(bad))
	for i, b := range bad {
		of, err := json.Marshal(logged{Holding: b.Holding})
		if err != nil {
			return nil, err
		}
		changes[i] = archive.Change{Noun: b.Noun, ID: b.ID, After: string(of)}
	}
	codes, err := Subjects(ctx, cat, sight, changes)
	if err != nil {
		return nil, err
	}
	list := make([]Row, len(bad))
	for i, b := range bad {
		r := Row{BadRow: b, Of: codes[b.ID]}
		if r.Of == "" {
			r.Of = codes[b.Holding]
		}
		r.Shown = r.Of != "" || sight.Everything() || sight.Audits() && ofTheOffice(b.Noun)
		if b.Noun == nounCredential {
			b.Logged, b.Now = "", "" // digests tell a person nothing
		}
		if r.Of == "" && r.Shown {
			r.Of = b.Name
		}
		if r.Of == "" {
			r.Of = b.ID.String()
		}
		if r.Thing = w.Noun(b.Noun) + " " + r.Of; b.Field != "" && b.Noun != nounSetting {
			r.Field = w.Field(b.Noun, b.Field)
		}
		r.Logged, r.Now = "", ""
		if r.Shown {
			r.Logged, r.Now = orDash(shown(b.Field, b.Logged)), orDash(shown(b.Field, b.Now))
		}
		list[i] = r
	}
	return list, nil
}

// MostTold is how many of such rows a person is told.
const MostTold = 20

const (
	nounCredential = "credential"
	nounSetting    = "setting"
)

// ofTheOffice tells rows that say nothing of what stands in records.
func ofTheOffice(noun string) bool {
	switch noun {
	case "person", nounCredential, nounSetting, "root":
		return true
	}
	return false
}

// shown is a value as a person reads it: times as times.
func shown(field, text string) string {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && isTime(field) {
		return value(field, float64(n))
	}
	return text
}

// Key names the sentence for such a row in the language files.
func (r Row) Key() string {
	key := "audit.row." + string(r.Fault)[len("row-"):]
	if r.Fault == store.RowAltered && r.Field == "" && r.Noun != nounSetting {
		key += ".whole"
	} else if r.Fault == store.RowAltered && (!r.Shown || r.Noun == nounCredential) {
		key += ".hidden"
	}
	return key
}
