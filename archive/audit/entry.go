package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// Entry is an op as a person reads it.
type Entry struct {
	archive.Op
	Subjects []string // 档号 of the first records that it touched, as they are now or were
	What     string   // the beginning of what it changed
}

// Words are the words of a language that sentences about the log are made of.
type Words struct {
	Field func(noun, name string) string // what a field of a row is called
	Noun  func(noun string) string       // what a row is called
	What  func(what string) string       // added, changed, removed or purged
	And   string                         // between two fields

	// Value says what a value means that is a word of the program's own; nil: as it is logged.
	Value func(noun, field, value string) string
}

// nounEvent is a deed that changed no row: a view, a print, a login, a refusal. Its change has
// the record or page it is of, and what is to be known of it.
const nounEvent = "event"

// Entries reads ops with the beginnings of what they changed, in the order of the ids.
func Entries(ctx context.Context, cat *store.Catalogue, sight access.Sight, w Words, ids []archive.ID) ([]Entry, error) {
	ops, err := cat.OpsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	begin, err := cat.Beginnings(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	var all []archive.Change
	for _, list := range begin {
		all = append(all, list...)
	}
	codes, err := Subjects(ctx, cat, sight, all)
	if err != nil {
		return nil, err
	}
	list := make([]Entry, len(ops))
	for i, o := range ops {
		list[i] = entry(w, o, begin[o.ID], codes)
	}
	return list, nil
}

func entry(w Words, o archive.Op, begin []archive.Change, codes map[archive.ID]string) Entry {
	e := Entry{Op: o}
	said := map[string]bool{}
	for _, ch := range begin {
		code := SubjectOf(ch, codes)
		if code == "" || said[code] {
			continue
		}
		said[code] = true
		e.Subjects = append(e.Subjects, code)
	}
	if len(begin) > 0 {
		e.What = w.Sentence(begin[0])
	}
	return e
}

// logged are the columns of a change that say which record it is of.
type logged struct {
	Code    string     `json:"code"`
	Holding archive.ID `json:"holding"`
	Name    string     `json:"name"`
}

func columnsOf(ch archive.Change) logged {
	var before, after logged
	_ = json.Unmarshal([]byte(ch.Before), &before) // a change says of a row what it knows
	_ = json.Unmarshal([]byte(ch.After), &after)
	if after.Code == "" {
		after.Code = before.Code
	}
	if after.Holding == 0 {
		after.Holding = before.Holding
	}
	if after.Name == "" {
		after.Name = before.Name
	}
	return after
}

// Subjects finds the 档号 of the records that changes are of: of the record itself, or of the
// one that a page lies in. What may not be seen, or is gone, is not among them.
func Subjects(ctx context.Context, cat *store.Catalogue, sight access.Sight, list []archive.Change) (map[archive.ID]string, error) {
	asked := map[archive.ID]bool{}
	var ids []archive.ID
	ask := func(id archive.ID) {
		if id != 0 && !asked[id] {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	for _, ch := range list {
		ask(ch.ID)
		ask(columnsOf(ch).Holding)
	}
	codes := map[archive.ID]string{}
	holdings, err := cat.Holdings(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	for _, h := range holdings {
		codes[h.ID] = h.Code
	}
	var others []archive.ID
	for _, id := range ids {
		if _, ok := codes[id]; !ok {
			others = append(others, id)
		}
	}
	pages, err := cat.Pages(ctx, sight, others)
	if err != nil {
		return nil, err
	}
	var around []archive.ID
	for _, p := range pages {
		around = append(around, p.Holding)
	}
	if holdings, err = cat.Holdings(ctx, sight, around); err != nil {
		return nil, err
	}
	for _, h := range holdings {
		codes[h.ID] = h.Code
	}
	for _, p := range pages {
		if code := codes[p.Holding]; code != "" {
			codes[p.ID] = fmt.Sprintf("%s #%d", code, p.Ordinal)
		}
	}
	return codes, nil
}

// SubjectOf is the 档号 of the record that a change is of, with the number of a page behind
// it; of a record that is gone, the one that the log has.
func SubjectOf(ch archive.Change, codes map[archive.ID]string) string {
	if code := codes[ch.ID]; code != "" {
		return code
	}
	l := columnsOf(ch)
	if code := codes[l.Holding]; code != "" {
		return code
	}
	if ch.Noun == "batch" || ch.Noun == "root" {
		return l.Name
	}
	return l.Code
}

// Field is a field before and after, as it is read.
type Field struct{ Name, Before, Now string }

// Fields puts a change side by side, field by field; what is added, changed, removed or
// purged. What means nothing to a person is left out: sort keys, ids of what a row lies in.
func (w Words) Fields(ch archive.Change) (what string, list []Field) {
	what, fields := store.Event{Changes: []archive.Change{ch}}.Fields()
	for _, f := range fields {
		if internal(f.Field) {
			continue
		}
		before, now := w.value(ch.Noun, f.Field, f.Before), w.value(ch.Noun, f.Field, f.Now)
		if before == "" && now == "" {
			continue
		}
		list = append(list, Field{w.Field(ch.Noun, f.Field), before, now})
	}
	return what, list
}

func internal(field string) bool {
	switch field {
	case "kind", "fonds", "series", "parent", "box", "scheme", "method", "category", "rev", "born", "title_pinyin", "holding", "batch", "root", "file",
		"actor", "second", "purge":
		return true
	}
	return strings.HasSuffix(field, "_sort")
}

func (w Words) value(noun, field string, v any) string {
	text := value(field, v)
	if text == "" || w.Value == nil {
		return text
	}
	return w.Value(noun, field, text)
}

// value shows a value of the log; what is empty or zero is nothing.
func value(field string, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		switch {
		case v == 0:
			return ""
		case v > 1e12 && isTime(field):
			return time.UnixMilli(int64(v)).Format(time.DateTime)
		}
		return fmt.Sprintf("%.0f", v)
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// isTime tells which columns are times, in Unix milliseconds.
func isTime(field string) bool {
	switch field {
	case "started", "ended", "found", "decided", "until", "asked", "agreed", "received", "noted", "cleared":
		return true
	}
	return false
}

// Sentence says on one line what a change did.
func (w Words) Sentence(ch archive.Change) string {
	what, fields := w.Fields(ch)
	var parts []string
	for _, f := range fields {
		switch {
		case what == store.WasAdded || f.Before == f.Now || f.Before == "" && ch.Noun == nounEvent:
			parts = append(parts, f.Name+" "+f.Now)
		case what == store.WasRemoved:
			parts = append(parts, f.Name+" "+f.Before)
		default:
			parts = append(parts, f.Name+" "+orDash(f.Before)+" → "+orDash(f.Now))
		}
	}
	text := strings.Join(parts, w.And)
	if ch.Noun == nounEvent || what == store.WasChanged && text != "" {
		return text
	}
	return strings.TrimSpace(w.What(what) + w.Noun(ch.Noun) + "  " + text)
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
