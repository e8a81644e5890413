package app

import (
	"context"
	"fmt"
	"strings"

	"lantai/app/describing"
	"lantai/app/history"
	"lantai/app/trash"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/store"
)

// past is what was done to the records of the open archive, as the screens 变更历史 and
// 回收站 use it.
type past struct{ arranger }

// Past reads what was done to a record.
func (p past) Past(ctx context.Context, id archive.ID, limit int) (history.Past, error) {
	cat := p.station.Catalogue
	events, err := p.station.History(ctx, id, 0, limit+1)
	if err != nil {
		return history.Past{}, err
	}
	out := history.Past{More: len(events) > limit, Withheld: len(events) > 0 && events[0].Withheld}
	h, err := cat.Holding(ctx, p.station.Sight(), id)
	switch archive.KindOf(err) {
	case "":
		out.Code, out.Title = h.Code, h.Title
		aliases, err := cat.Aliases(ctx, p.station.Sight(), id)
		if err != nil {
			return out, err
		}
		for _, a := range aliases {
			out.Former = append(out.Former, words.T("history.alias", words.Args{"Code": a.Code, "Reason": a.Reason}))
		}
	case archive.NotFound:
		out.Removed = true
		h = wasOf(events)
		out.Code, out.Title = h.Code, h.Title
	default:
		return out, err
	}
	names, err := p.station.Names(ctx)
	for _, e := range events[:min(len(events), limit)] {
		event := eventOf(e, h.Kind)
		event.Who = words.Who(e.Actor, names)
		out.Events = append(out.Events, event)
	}
	return out, err
}

// wasOf is a removed record as the log has it last.
func wasOf(events []store.Event) archive.Holding {
	var h archive.Holding
	for _, e := range events {
		for _, ch := range e.Changes {
			if ch.After == "" && ch.Before != "" && ch.Noun != "extra" {
				_, l := recordOf(ch)
				h.Code, h.Kind = l.Code, archive.HoldingKind(ch.Noun)
				_, fields := e.Fields()
				for _, f := range fields {
					if f.Field == "title" {
						h.Title = text(f.Before)
					}
				}
				return h
			}
		}
	}
	return h
}

// eventOf puts an event into an archivist's words. What means nothing to a person is left
// out: ids of what a record lies in, sort keys.
func eventOf(e store.Event, kind archive.HoldingKind) history.Event {
	what, fields := e.Fields()
	out := history.Event{Op: e.Op, Time: e.Time, Kind: e.Kind, What: what, Reason: e.Reason}
	for _, f := range fields {
		switch f.Field {
		case "fonds", "series", "parent", "box", "scheme", "rev", "born":
			continue
		}
		if strings.HasSuffix(f.Field, "_sort") || f.Field == "title_pinyin" || !e.Withheld && text(f.Before) == "" && text(f.Now) == "" {
			continue
		}
		was, is := inWords(f.Field, text(f.Before)), inWords(f.Field, text(f.Now))
		if was == is { // 永久, written as a code and as a word
			was, is = text(f.Before), text(f.Now)
		}
		out.Fields = append(out.Fields, history.Field{Name: fieldName(kind, f.Field), Before: was, Now: is})
	}
	return out
}

// fieldName is what a field is called, also one that no form shows.
func fieldName(kind archive.HoldingKind, name string) string {
	for _, key := range []string{"describe." + string(kind) + "." + name, "describe." + name} {
		if words.Has(key) {
			return describing.Label(kind, name)
		}
	}
	for _, key := range []string{"column." + name, "field." + name} {
		if words.Has(key) {
			return words.T(key)
		}
	}
	return name
}

// text shows a value of the log; what is empty or zero is nothing.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		if v == 0 {
			return ""
		}
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprint(v)
}

// inWords is a value as a person says it, where the catalogue keeps a code. What is no code of
// the field stays as it is.
func inWords(field, value string) string {
	key := ""
	switch field {
	case "kind", "holds":
		key = "kind." + value
	case "method", "arranged":
		key = field + "." + value
	case "retention":
		return words.Retention(value)
	}
	if value == "" || key == "" || !words.Has(key) {
		return value
	}
	return words.T(key)
}

// Try tells what undoing an op would do.
func (p past) Try(ctx context.Context, op archive.ID, progress func(archive.Progress)) (goes, kept int, err error) {
	err = p.station.Catalogue.UndoTrial(ctx, op, progress, func(_ archive.Change, back bool) {
		if back {
			goes++
		} else {
			kept++
		}
	})
	return goes, kept, err
}

// Undo takes an op back.
func (p past) Undo(ctx context.Context, op archive.ID, progress func(archive.Progress)) (kept int, err error) {
	return p.arranger.Undo(ctx, op, false, progress)
}

// Removals lists what was removed before an op, zero at first.
func (p past) Removals(ctx context.Context, before archive.ID, limit int) ([]trash.Removal, bool, error) {
	list, err := p.station.Catalogue.Removals(ctx, p.station.Sight(), before, limit+1)
	if err != nil {
		return nil, false, err
	}
	names, err := p.station.Names(ctx)
	more := len(list) > limit
	list = list[:min(len(list), limit)]
	out := make([]trash.Removal, len(list))
	for i, r := range list {
		out[i] = trash.Removal{Op: r.Op, Time: r.Time, Who: words.Who(r.Actor, names), Roots: r.Roots, Part: r.Part, Records: r.Records, Pages: r.Pages, Restored: r.Restored}
	}
	return out, more, err
}

// Restore brings back what an op removed, unless a code of it was given away.
func (p past) Restore(ctx context.Context, op archive.ID, progress func(archive.Progress)) (taken []string, kept int, err error) {
	held, err := p.station.Catalogue.Taken(ctx, op)
	if err != nil {
		return nil, 0, err
	}
	for code, h := range held {
		taken = append(taken, strings.TrimSpace(code+" "+h.Title))
	}
	if len(taken) > 0 {
		return taken, 0, nil
	}
	kept, err = p.arranger.Undo(ctx, op, true, progress)
	return nil, kept, err
}

// newHistory makes the screen 变更历史.
func newHistory(p *Program) Screen {
	return history.New(history.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, ReadOnly: !p.edits(),
		Archive: past{arranger{p.Station.Arrange(), exchanging{p.Station}}}})
}

// newTrash makes the screen 回收站.
func newTrash(p *Program) Screen {
	return trash.New(trash.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open,
		Archive: past{arranger{p.Station.Arrange(), exchanging{p.Station}}}})
}
