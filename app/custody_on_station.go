package app

import (
	"context"
	"time"

	"lantai/app/custody"
	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/station"
)

// copiesElsewhere are the copies of the open archive, as the screen 备份与载体 uses them.
type copiesElsewhere struct{ station *station.Station }

// Read tells how everything stands.
func (c copiesElsewhere) Read(ctx context.Context) (custody.State, error) {
	k, err := c.station.CopiesKept(ctx)
	out := custody.State{Unhashed: k.Unhashed, Quarantined: k.Quarantined}
	for _, t := range k.Targets {
		out.Targets = append(out.Targets, custody.Target{ID: t.ID, Name: t.Name, Kind: t.Kind, Set: t.Set, Address: t.Address,
			Files: t.Files, Of: t.Of, Bytes: t.Bytes, OfBytes: t.OfBytes, Faulty: t.Faulty, Through: t.Through, Verified: t.Verified,
			Proven: k.Proven[t.ID], Last: runOf(k.Runs[t.ID])})
	}
	for _, m := range k.Media {
		last := k.Checks[m.ID]
		out.Media = append(out.Media, custody.Medium{Carrier: m, Checked: last.Time, Faults: last.Faults})
	}
	return out, err
}

func runOf(r offsite.PastRun) custody.Run {
	return custody.Run{Time: r.Time, Copied: r.Copied, Bytes: r.Bytes, Failed: r.Failed, Complete: r.Complete, Ended: r.Ended}
}

func (c copiesElsewhere) target(ctx context.Context, id archive.ID) (archive.Target, error) {
	list, err := c.station.Catalogue.Targets(ctx)
	for _, t := range list {
		if t.ID == id {
			return t, nil
		}
	}
	if err == nil {
		err = archive.Errorf(archive.NotFound, "find target", id.String(), "no such target")
	}
	return archive.Target{}, err
}

// Connected finds the media of a target.
func (c copiesElsewhere) Connected(ctx context.Context, id archive.ID) (map[archive.ID]string, error) {
	t, err := c.target(ctx, id)
	if err != nil {
		return nil, err
	}
	return c.station.MediaConnected(ctx, t)
}

// Begin begins a target.
func (c copiesElsewhere) Begin(ctx context.Context, n custody.NewTarget) error {
	copies, err := c.station.Copies(ctx)
	if err == nil {
		_, err = copies.AddTarget(ctx, c.station.Actor(), &archive.Target{Name: n.Name, Kind: n.Kind, Address: n.Dir, Set: n.Set})
	}
	return err
}

// Look tells about a disk.
func (c copiesElsewhere) Look(ctx context.Context, dir string) (custody.Blank, error) {
	copies, err := c.station.Copies(ctx)
	if err != nil {
		return custody.Blank{}, err
	}
	b, err := copies.Look(ctx, dir)
	return custody.Blank{Free: b.Free, Size: b.Size}, err
}

// AddDisk adds a disk to a set.
func (c copiesElsewhere) AddDisk(ctx context.Context, id archive.ID, dir string, a custody.About) (int, error) {
	copies, err := c.station.Copies(ctx)
	if err != nil {
		return 0, err
	}
	t, err := c.target(ctx, id)
	if err != nil {
		return 0, err
	}
	m := archive.Carrier{Type: a.Type, Serial: a.Serial, Keeping: a.Keeping, NextCheck: a.NextCheck, Note: a.Note}
	err = copies.AddMedium(ctx, c.station.Actor(), t, dir, &m)
	return m.Number, err
}

// SetAbout changes what is written down of a medium.
func (c copiesElsewhere) SetAbout(ctx context.Context, id archive.ID, a custody.About) error {
	copies, err := c.station.Copies(ctx)
	if err != nil {
		return err
	}
	media, err := c.station.Catalogue.Carriers(ctx, 0)
	if err != nil {
		return err
	}
	for _, m := range media {
		if m.ID == id {
			m.Type, m.Serial, m.Keeping, m.NextCheck, m.Note = a.Type, a.Serial, a.Keeping, a.NextCheck, a.Note
			return copies.Describe(ctx, c.station.Actor(), m)
		}
	}
	return archive.Errorf(archive.NotFound, "change medium", id.String(), "no such medium")
}

// Plan tells what copying would do.
func (c copiesElsewhere) Plan(ctx context.Context, id archive.ID) (custody.Plan, error) {
	copies, err := c.station.Copies(ctx)
	if err != nil {
		return custody.Plan{}, err
	}
	t, err := c.target(ctx, id)
	if err != nil {
		return custody.Plan{}, err
	}
	p, err := copies.Plan(ctx, t)
	out := custody.Plan{Files: p.Files, Bytes: p.Bytes, Millis: p.Millis, Free: p.Free, Look: p.Look,
		Unhashed: p.Waiting.Unhashed, Quarantined: p.Waiting.Quarantined}
	if err != nil || p.Files == 0 {
		return out, err
	}
	list, err := c.station.WaitingFor(ctx, id)
	for _, w := range list {
		if w.Away {
			out.Files, out.Bytes = out.Files-w.Files, out.Bytes-w.Bytes
			out.Away = append(out.Away, custody.Away{Label: w.Label, Files: w.Files})
			continue
		}
		out.Pages += w.Pages
	}
	return out, err
}

// Away tells what cannot be copied because its storage root is not connected.
func (c copiesElsewhere) Away(ctx context.Context, id archive.ID) ([]custody.Away, error) {
	list, err := c.station.WaitingFor(ctx, id)
	var out []custody.Away
	for _, w := range list {
		if w.Away {
			out = append(out, custody.Away{Label: w.Label, Files: w.Files})
		}
	}
	return out, err
}

// progressOf tells of files and bytes.
func progressOf(progress func(archive.Progress)) func(offsite.Progress) {
	return func(p offsite.Progress) {
		progress(archive.Progress{Phase: "offsite." + p.Phase, Done: p.Files, Total: p.Of, Bytes: p.Bytes, OfBytes: p.OfBy})
	}
}

// Copy copies what a target does not have.
func (c copiesElsewhere) Copy(ctx context.Context, id archive.ID, progress func(archive.Progress)) (custody.Report, error) {
	t, err := c.target(ctx, id)
	if err != nil {
		return custody.Report{}, err
	}
	r, err := c.station.Backup(ctx, t.Name, offsite.RunOptions{Progress: progressOf(progress)})
	out := custody.Report{Copied: r.Copied, Bytes: r.Bytes, Complete: r.Complete, Unhashed: r.Waiting.Unhashed, Full: r.Full}
	for _, f := range r.Failed {
		out.Failed = append(out.Failed, custody.Failure{Path: f.Path, Reason: f.Reason})
	}
	for _, a := range r.Away {
		out.Away = append(out.Away, custody.Away{Label: a.Label, Files: a.Files})
	}
	return out, err
}

// Check reads the copies of a target back.
func (c copiesElsewhere) Check(ctx context.Context, id archive.ID, progress func(archive.Progress)) (custody.Checked, error) {
	t, err := c.target(ctx, id)
	if err != nil {
		return custody.Checked{}, err
	}
	v, err := c.station.CheckCopies(ctx, t, offsite.CheckOptions{Progress: progressOf(progress)})
	out := custody.Checked{Checked: v.Checked, OK: v.OK, Bytes: v.Bytes, Found: len(v.Missing) + len(v.Changed) + len(v.Unreadable),
		AwayFiles: v.AwayFiles, NotCopied: v.NotCopied}
	for _, f := range v.Missing {
		out.Missing = append(out.Missing, custody.Finding{File: f.File, Root: f.Root, Path: f.Path, Disk: f.Disk, Fault: "missing"})
	}
	for _, f := range v.Extra {
		out.Extra = append(out.Extra, custody.Finding{Root: f.Root, Path: f.Path, Disk: f.Disk, Fault: "extra"})
	}
	for _, m := range v.Away {
		out.Away = append(out.Away, m.Carrier.Number)
	}
	return out, err
}

// faultyRead is how many copies are read at once.
const faultyRead = 1000

// Faulty lists the copies that are known not to be good.
func (c copiesElsewhere) Faulty(ctx context.Context, id archive.ID, limit int) ([]custody.Finding, error) {
	media, err := c.station.Catalogue.Carriers(ctx, id)
	if err != nil {
		return nil, err
	}
	number := make(map[archive.ID]int, len(media))
	for _, m := range media {
		number[m.ID] = m.Number
	}
	var out []custody.Finding
	var after archive.ID
	for len(out) < limit {
		list, err := c.station.FaultyCopies(ctx, id, after, min(faultyRead, limit-len(out)))
		if err != nil || len(list) == 0 {
			return out, err
		}
		for _, f := range list {
			out = append(out, custody.Finding{File: f.ID, Root: f.Root, Path: archive.CopyFolder(f.Root) + f.FileCopy.Path,
				Disk: number[f.Carrier], Fault: string(f.Fault)})
		}
		after = list[len(list)-1].ID
	}
	return out, nil
}

// Names names what findings are about.
func (c copiesElsewhere) Names(ctx context.Context, list []custody.Finding) ([]custody.Name, error) {
	out := make([]custody.Name, len(list))
	for i, f := range list {
		found, err := c.station.NameCopy(ctx, offsite.Finding{File: f.File, Root: f.Root, Path: f.Path, Disk: f.Disk})
		if err != nil {
			return nil, err
		}
		out[i] = custody.Name{Code: found.Code, Page: found.Page, Path: found.Path}
	}
	return out, nil
}

// newCustody makes the screen 备份与载体.
func newCustody(p *Program) Screen {
	class := p.Station.Home.Class()
	return custody.New(custody.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Archive: copiesElsewhere{p.Station},
		Wrote: p.wrote("custody"), May: p.Rights == nil || p.Rights.TakesAll(class), Class: class,
		Now: func() int64 { return time.Now().UnixMilli() }})
}
