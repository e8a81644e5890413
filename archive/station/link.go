package station

import (
	"context"
	"errors"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

func (s *Station) linker() *ingest.Linker {
	return &ingest.Linker{Catalogue: s.Catalogue, Step: s.opt.Step}
}

// PlanLinks finds out what linking would do; nothing is changed.
func (s *Station) PlanLinks(ctx context.Context, r ingest.LinkRequest, progress func(archive.Progress)) (*ingest.LinkPlan, error) {
	return s.linker().Plan(ctx, r, progress)
}

// LinkRows walks a plan line by line.
func (s *Station) LinkRows(ctx context.Context, p *ingest.LinkPlan, fn func(ingest.LinkRow) error) error {
	return s.linker().Rows(ctx, p, fn)
}

// LinkLines sorts the lines of a plan by fate, to be read by windows.
func (s *Station) LinkLines(ctx context.Context, p *ingest.LinkPlan) (*ingest.LinkLines, error) {
	return s.linker().Lines(ctx, p)
}

// LinkLinesAt reads some lines of one fate, by their places from 0.
func (s *Station) LinkLinesAt(ctx context.Context, lines *ingest.LinkLines, fate ingest.LinkFate, at []int) ([]ingest.LinkRow, error) {
	return s.linker().LinesAt(ctx, lines, fate, at)
}

// CarryLinks carries a plan out, looks for marks of secrecy on the pages that have come
// first by it, and has the index read what changed. What is put aside because of such a
// mark is in the report, and no error. The report tells what was done also beside an error.
func (s *Station) CarryLinks(ctx context.Context, actor archive.Actor, p *ingest.LinkPlan, progress func(archive.Progress)) (ingest.LinkReport, error) {
	r, err := s.linker().Carry(ctx, actor, p, progress)
	if len(r.Ops) == 0 {
		return r, err
	}
	// Marks are looked for on all that was linked, also when linking was stopped.
	after, done := context.WithoutCancel(ctx), r.Linked
	for _, m := range r.Mismatches {
		if m.Kind == ingest.MismatchChanged || m.Kind == ingest.MismatchSecret {
			done += m.Expected
		}
	}
	for _, u := range p.Units {
		if u.Held || u.Moved == 0 {
			continue
		}
		if done <= 0 {
			break
		}
		done -= u.Moved
		for _, a := range u.Arrange {
			aside, failed := s.asideOf(after, a.Holding)
			r.Quarantined, err = append(r.Quarantined, aside...), errors.Join(err, failed)
		}
	}
	if err == nil {
		err = s.catchUp(ctx)
	}
	return r, err
}

// asideOf looks for marks on a holding's first pages, and lists what waits for a decision
// when something was put aside.
func (s *Station) asideOf(ctx context.Context, holding archive.ID) ([]ingest.PutAside, error) {
	err := s.checkMarks(ctx, holding)
	if archive.ReasonOf(err) != archive.ReasonQuarantined {
		return nil, err
	}
	list, err := s.Catalogue.QuarantinesOf(ctx, access.All(), holding)
	var aside []ingest.PutAside
	for _, q := range list {
		if q.State == archive.QuarantineWaiting {
			aside = append(aside, ingest.PutAside{ID: q.ID, Path: q.Path, Code: q.Code, Mark: q.Mark})
		}
	}
	return aside, err
}

// CheckLinks compares linked images with the catalogue; zero fonds: of the whole archive.
func (s *Station) CheckLinks(ctx context.Context, sight access.Sight, fonds archive.ID, progress func(archive.Progress)) (ingest.LinkCheck, error) {
	return s.linker().Check(ctx, sight, fonds, progress)
}

// UndoLinks takes links back, the last first. undone counts those of which anything was
// taken back; what was changed since is left alone and given in kept.
func (s *Station) UndoLinks(ctx context.Context, actor archive.Actor, ops []archive.ID, progress func(archive.Progress)) (undone int, kept []archive.Change, err error) {
	for n := range ops {
		op := ops[len(ops)-1-n]
		by, left, err := s.Catalogue.Undo(ctx, actor, op)
		kept = append(kept, left...)
		if err != nil {
			return undone, kept, errors.Join(err, s.catchUp(context.WithoutCancel(ctx)))
		}
		if by != 0 {
			undone++
		}
		if progress != nil {
			progress(archive.Progress{Phase: ingest.PhaseLink, Done: n + 1, Total: len(ops)})
		}
	}
	return undone, kept, s.catchUp(ctx)
}

// SetSeparators sets the characters that part 档号 and page in file names, at receiving
// and at linking; empty: the usual ones.
func (s *Station) SetSeparators(ctx context.Context, actor archive.Actor, separators string) error {
	err := refcode.CheckSeparators(separators)
	if err == nil {
		_, err = s.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error {
			return tx.Set(ingest.SettingSeparators, separators)
		})
	}
	return archive.Wrap("change setting", ingest.SettingSeparators, err)
}
