package app

import (
	"context"
	"encoding/json"
	"slices"

	"lantai/app/importing"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// Looking for what was done, opsRead ops are read at a time and opsSearched at most.
const (
	opsRead     = 1000
	opsSearched = 50 * opsRead
)

// together is how close ops of one kind follow each other that were one piece of work: a
// long linking is written in many, milliseconds apart. In milliseconds.
const together = 2000

// Deeds lists what was done, the newest first.
func (e exchanging) Deeds(ctx context.Context, kinds []archive.OpKind, limit int) ([]importing.Deed, error) {
	list, err := e.deeds(ctx, kinds, limit)
	if err != nil {
		return nil, err
	}
	names, err := e.station.Names(ctx)
	for i, d := range list {
		list[i].Who = words.Who(d.Actor, names)
	}
	return list, err
}

func (e exchanging) deeds(ctx context.Context, kinds []archive.OpKind, limit int) ([]importing.Deed, error) {
	wanted := append(slices.Clone(kinds), archive.OpUndo) // tells what was undone
	var list []importing.Deed
	undone := map[archive.ID]bool{}
	before := archive.ID(0)
	for n := 0; n < opsSearched; n += opsRead {
		ops, err := e.station.Catalogue.Ops(ctx, before, opsRead, wanted...)
		if err == nil {
			err = e.noteUndone(ctx, ops, undone)
		}
		if err != nil {
			return nil, err
		}
		for _, op := range ops {
			before = op.ID
			if !slices.Contains(kinds, op.Kind) {
				continue
			}
			if list = withOp(list, op, undone[op.ID]); len(list) > limit {
				return list[:limit], nil
			}
		}
		if len(ops) < opsRead {
			break
		}
	}
	return list, nil
}

// noteUndone adds what undos among ops took back. An undo comes after what it undoes, so
// newest first it is known of each op in time. That it notes what it undid is not one of
// its changes.
func (e exchanging) noteUndone(ctx context.Context, ops []archive.Op, undone map[archive.ID]bool) error {
	var undos []archive.ID
	for _, op := range ops {
		if op.Kind == archive.OpUndo {
			undos = append(undos, op.ID)
		}
	}
	of, err := e.station.Catalogue.UndoneBy(ctx, undos)
	for i, op := range ops {
		if of[op.ID] == 0 {
			continue
		}
		ops[i].Changes--
		if !undone[op.ID] {
			undone[of[op.ID]] = true
		}
	}
	return err
}

// withOp adds the next older op: to the last deed, or as another one.
func withOp(list []importing.Deed, op archive.Op, undone bool) []importing.Deed {
	one := 0
	if undone {
		one = 1
	}
	if n := len(list); n > 0 && (op.Kind == archive.OpPageLink || op.Kind == archive.OpUndo) {
		last := &list[n-1]
		if last.Kind == op.Kind && last.Actor == op.Actor && last.Station == op.Station && last.Begun-op.Time <= together {
			last.Ops = append(last.Ops, op.ID)
			last.Begun, last.Changes, last.Undone = op.Time, last.Changes+op.Changes, last.Undone+one
			return list
		}
	}
	return append(list, importing.Deed{ID: op.ID, Kind: op.Kind, Ops: []archive.ID{op.ID}, Actor: op.Actor, Station: op.Station,
		Begun: op.Time, Ended: op.Time, Changes: op.Changes, Undone: one})
}

// Touched names the records at both ends of what was done.
func (e exchanging) Touched(ctx context.Context, list []importing.Deed) ([]string, error) {
	names := make([]string, len(list))
	for i, d := range list {
		if len(d.Ops) == 0 {
			continue
		}
		first, err := e.station.Catalogue.Ends(ctx, e.station.Sight(), d.Ops[len(d.Ops)-1])
		if err != nil {
			return nil, err
		}
		last, err := e.station.Catalogue.Ends(ctx, e.station.Sight(), d.Ops[0])
		if err != nil {
			return nil, err
		}
		ends := append(first, last...)
		var codes []string
		for _, ch := range ends {
			name, err := e.nameOf(ctx, ch)
			if err != nil {
				return nil, err
			}
			if name != "" && !slices.Contains(codes, name) {
				codes = append(codes, name)
			}
		}
		switch {
		case len(codes) > 1:
			names[i] = codes[0] + " — " + codes[len(codes)-1]
		case len(codes) == 1:
			names[i] = codes[0]
		}
	}
	return names, nil
}

// logged are the columns of a change that say which record it is of.
type logged struct {
	Code    string     `json:"code"`
	Name    string     `json:"name"`
	Source  string     `json:"source"`
	Holding archive.ID `json:"holding"`
}

// recordOf is the record that a change is of, where the log says it.
func recordOf(ch archive.Change) (id archive.ID, l logged) {
	var before logged
	_ = json.Unmarshal([]byte(ch.Before), &before) // a change says of a row what it knows
	_ = json.Unmarshal([]byte(ch.After), &l)
	switch ch.Noun {
	case "page":
		if l.Holding == 0 {
			l.Holding = before.Holding
		}
		return l.Holding, l
	case "op", "setting", "batch", "file", "text":
		return 0, l
	}
	if l.Code == "" {
		l.Code = before.Code
	}
	return ch.ID, l
}

// nameOf names what a change is of: the 档号 of a record, the folder of a receipt.
func (e exchanging) nameOf(ctx context.Context, ch archive.Change) (string, error) {
	id, l := recordOf(ch)
	if ch.Noun == "batch" {
		return l.Name + "  " + l.Source, nil
	}
	if id == 0 {
		return "", nil
	}
	h, err := e.station.Catalogue.Holding(ctx, e.station.Sight(), id)
	if archive.KindOf(err) == archive.NotFound {
		return l.Code, nil
	}
	return h.Code, err
}

// TryUndo tells what undoing would do, and does nothing.
func (e exchanging) TryUndo(ctx context.Context, d importing.Deed, progress func(archive.Progress)) (importing.Trial, error) {
	t := importing.Trial{}
	at := map[archive.ID]int{}
	done := 0
	for _, op := range d.Ops { // the newest first, as it is undone
		if err := ctx.Err(); err != nil {
			return t, archive.Wrap("try undo", op.String(), err)
		}
		err := e.station.Catalogue.UndoTrial(ctx, op, progress, func(ch archive.Change, goes bool) {
			done++
			id, l := recordOf(ch)
			i, known := at[id]
			if !known {
				i = len(t.Records)
				at[id] = i
				t.Records = append(t.Records, importing.TrialRecord{Holding: id, Code: l.Code})
			}
			if goes {
				t.Goes++
				t.Records[i].Goes++
			} else {
				t.Kept++
				t.Records[i].Kept++
			}
		})
		if err != nil {
			return t, err
		}
		progress(archive.Progress{Phase: "undo", Done: done, Total: max(d.Changes, done)})
	}
	slices.Reverse(t.Records) // as they were done
	slices.SortStableFunc(t.Records, func(a, b importing.TrialRecord) int { return min(b.Kept, 1) - min(a.Kept, 1) })
	return t, nil
}

// Records reads records by their ids; what is gone is not among them.
func (e exchanging) Records(ctx context.Context, ids []archive.ID) (map[archive.ID]archive.Holding, error) {
	list, err := e.station.Catalogue.Holdings(ctx, e.station.Sight(), ids)
	found := make(map[archive.ID]archive.Holding, len(list))
	for _, h := range list {
		found[h.ID] = h
	}
	return found, err
}

// Undo takes back what was done, but for the ops of it that were looked at before.
func (e exchanging) Undo(ctx context.Context, d importing.Deed, progress func(archive.Progress)) (importing.Undone, error) {
	if d.Kind == archive.OpPageLink {
		done, kept, err := undoLinks(ctx, e.station, d.Ops, progress)
		return importing.Undone{Ops: done, Kept: kept}, err
	}
	var u importing.Undone
	defer e.wake()
	for _, op := range d.Ops {
		_, kept, err := e.station.Catalogue.UndoTelling(ctx, e.station.Actor(), op, progress)
		if err != nil {
			return u, err
		}
		u.Ops, u.Kept = u.Ops+1, u.Kept+len(kept)
	}
	return u, nil
}

// undoneTogether is how many links are taken back before the index is asked to follow, and
// a stop is heard.
const undoneTogether = 50

// undoLinks takes links back, the newest first as they are given. done counts those that
// were looked at: stopped, the next undo goes on with the others.
func undoLinks(ctx context.Context, s *station.Station, ops []archive.ID, progress func(archive.Progress)) (done, kept int, err error) {
	for part := range slices.Chunk(ops, undoneTogether) {
		if err := ctx.Err(); err != nil {
			return done, kept, archive.Wrap("undo linking", "", err)
		}
		oldest := slices.Clone(part) // comes first for UndoLinks, and is taken back last
		slices.Reverse(oldest)
		_, left, err := s.UndoLinks(ctx, s.Actor(), oldest, nil)
		kept += len(left)
		if err != nil {
			return done, kept, err
		}
		done += len(part)
		progress(archive.Progress{Phase: ingest.PhaseLink, Done: done, Total: len(ops)})
	}
	return done, kept, nil
}
