package app

import (
	"context"
	"time"

	screen "lantai/app/audit"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/audit"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
)

// changeLog is the log of the open archive as the screen 审计日志 uses it.
type changeLog struct{ station *station.Station }

func logWords() audit.Words {
	return audit.Words{Field: words.Logged, Noun: words.Noun, What: words.BecameOf, And: words.T("logged.and"), Value: words.LoggedValue}
}

func filterOf(f screen.Filter) store.OpFilter {
	return store.OpFilter{Actor: f.Actor, Kinds: f.Kinds, From: f.From, To: f.To, Subject: f.Subject}
}

// IDs lists entries.
func (l changeLog) IDs(ctx context.Context, f screen.Filter, before archive.ID, limit int) ([]archive.ID, error) {
	return l.station.Catalogue.OpIDs(ctx, filterOf(f), before, limit)
}

// Entries reads entries.
func (l changeLog) Entries(ctx context.Context, ids []archive.ID) ([]screen.Entry, error) {
	names, err := l.station.Names(ctx)
	if err != nil {
		return nil, err
	}
	list, err := audit.Entries(ctx, l.station.Catalogue, l.station.Sight(), logWords(), ids)
	out := make([]screen.Entry, len(list))
	for i, e := range list {
		out[i] = screen.Entry{Op: e.Op, Who: words.Who(e.Actor, names), What: e.What}
		for k, code := range e.Subjects {
			if k > 0 {
				code = "、" + code
			}
			out[i].Subject += code
		}
	}
	return out, err
}

// Detail reads an entry with its changes.
func (l changeLog) Detail(ctx context.Context, id archive.ID, limit int) (screen.Detail, error) {
	cat := l.station.Catalogue
	ops, err := cat.OpsByID(ctx, []archive.ID{id})
	if err == nil && len(ops) == 0 {
		err = archive.Errorf(archive.NotFound, "read log", id.String(), "no such entry")
	}
	if err != nil {
		return screen.Detail{}, err
	}
	names, err := l.station.Names(ctx)
	if err != nil {
		return screen.Detail{}, err
	}
	out := screen.Detail{Op: ops[0], Who: words.Who(ops[0].Actor, names)}
	list, err := cat.FirstChanges(ctx, l.station.Sight(), id, limit)
	if err != nil {
		return out, err
	}
	codes, err := audit.Subjects(ctx, cat, l.station.Sight(), list)
	for _, ch := range list {
		c := screen.Change{Noun: ch.Noun, Subject: audit.SubjectOf(ch, codes)}
		what, fields := logWords().Fields(ch)
		c.What = what
		for _, f := range fields {
			c.Fields = append(c.Fields, screen.Field(f))
		}
		out.Changes = append(out.Changes, c)
	}
	return out, err
}

// Choices lists what there is to choose from.
func (l changeLog) Choices(ctx context.Context) (screen.Choices, error) {
	var out screen.Choices
	names, err := l.station.Names(ctx)
	if err != nil {
		return out, err
	}
	actors, err := l.station.Catalogue.OpActors(ctx)
	if err != nil {
		return out, err
	}
	for _, id := range actors {
		out.Actors = append(out.Actors, screen.Actor{ID: id, Name: words.Who(id, names)})
	}
	out.Kinds, err = l.station.Catalogue.OpKinds(ctx)
	return out, err
}

// Record finds a record by its 档号, which an auditor may name without seeing the record.
func (l changeLog) Record(ctx context.Context, code string) (archive.ID, error) {
	h, err := l.station.Catalogue.HoldingByCode(ctx, access.All(), refcode.Normalise(code))
	return h.ID, err
}

// Export writes entries into a table.
func (l changeLog) Export(ctx context.Context, path string, f screen.Filter, progress func(archive.Progress)) (int, error) {
	names, err := l.station.Names(ctx)
	if err != nil {
		return 0, err
	}
	who := func(id archive.ID) string { return words.Who(id, names) }
	var header []string
	for _, key := range audit.Columns() {
		header = append(header, words.T("audit.column."+key))
	}
	return audit.Export(ctx, l.station.Catalogue, path, audit.ExportOptions{Filter: filterOf(f), Sight: l.station.Sight(), Words: logWords(),
		Kind: words.Deed, Who: who, Sheet: words.T("audit.title"), Header: header, Progress: progress})
}

// Verify walks the log.
func (l changeLog) Verify(ctx context.Context, file string, progress func(archive.Progress)) (screen.Verdict, error) {
	var more []store.Head
	if file != "" {
		var err error
		if more, err = audit.ReadHeads(file); err != nil {
			return screen.Verdict{}, err
		}
	}
	check, held, err := l.station.CheckLog(ctx, more, progress)
	out := screen.Verdict{Ops: check.Ops, Purged: check.Purged, Kept: held}
	if b := check.Bad; b != nil {
		out.Bad = &screen.Bad{Op: b.Op, Station: b.Station, Number: b.Number, Fault: string(b.Fault)}
	}
	if err == nil {
		out.Rows, err = l.rowsSay(ctx, check.Rows)
	}
	for _, h := range check.Earlier {
		out.Earlier = append(out.Earlier, archive.Op{ID: h.Op, Station: h.Station, Number: h.Number, Time: h.Time})
	}
	return out, err
}

// rowsSay says which rows of the catalogue are not as the log has them.
func (l changeLog) rowsSay(ctx context.Context, bad []store.BadRow) ([]string, error) {
	list, err := logWords().Rows(ctx, l.station.Catalogue, l.station.Sight(), bad)
	var say []string
	for i, r := range list {
		if i == audit.MostTold {
			say = append(say, words.T("audit.row.more"))
			break
		}
		say = append(say, words.T(r.Key(), words.Args{"Thing": r.Thing, "Field": r.Field, "Logged": r.Logged, "Now": r.Now, "Op": r.Op}))
	}
	return say, err
}

// Heads gives the end of each station's log.
func (l changeLog) Heads(ctx context.Context) ([]string, error) {
	heads, err := l.station.Catalogue.Heads(ctx)
	lines := make([]string, len(heads))
	for i, h := range heads {
		lines[i] = audit.Line(h)
	}
	return lines, err
}

// State tells how the log stands beside what was kept of it.
func (l changeLog) State(ctx context.Context) (screen.State, error) {
	s := l.station.LogState(ctx)
	out := screen.State{Folder: s.Folder, Away: s.Away, Kept: s.Kept, Clock: clockSays(s)}
	for _, m := range s.Misfits {
		out.Wrong = append(out.Wrong, misfitSays(m))
	}
	return out, nil
}

func misfitSays(m audit.Misfit) string {
	return words.T("log.misfit."+string(m.Fault), words.Args{"Station": m.Head.Station, "Number": m.Head.Number,
		"Time": time.UnixMilli(m.Head.Time).Format(time.DateTime), "File": m.File})
}

// clockSays says what is wrong with the computer's clock; "": nothing.
func clockSays(s audit.State) string {
	if s.Clock == "" {
		return ""
	}
	return words.T("log.clock."+string(s.Clock), words.Args{"Now": time.UnixMilli(s.Now).Format(time.DateTime), "Last": time.UnixMilli(s.Last).Format(time.DateTime)})
}

// Keep keeps the heads now.
func (l changeLog) Keep(ctx context.Context) error { return l.station.KeepHeads(ctx) }

// KeepIn has the heads kept on another disk.
func (l changeLog) KeepIn(ctx context.Context, folder string) error {
	return l.station.KeepHeadsIn(ctx, l.station.Actor(), folder)
}

// Accept notes a good reason.
func (l changeLog) Accept(ctx context.Context) error {
	return l.station.AcceptLog(ctx, l.station.Actor())
}

// newAudit makes the screen 审计日志.
func newAudit(p *Program) Screen {
	return screen.New(screen.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Open: p.Shell.Open, Archive: changeLog{p.Station}})
}
