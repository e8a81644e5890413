package station

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite"
)

// RepairOptions say what is repaired; the zero value: everything, from and at all targets.
type RepairOptions struct {
	Target    string   // by name: this one alone
	Originals []string // paths below masters/ known as missing or changed; none: all originals are read to find those that are
	Only      string   // RepairOriginals or RepairCopies
}

// The two directions of a repair.
const (
	RepairOriginals = "originals"
	RepairCopies    = "copies"
)

// Mended says what was done about a damaged file, and which page it is.
type Mended struct {
	offsite.Mending
	Code  string `json:"code"`            // 档号; empty: 待挂接
	Page  int    `json:"page"`            // 画幅; 0: none
	Label string `json:"label,omitempty"` // of the storage root
}

// Repaired is the outcome of Repair.
type Repaired struct {
	Originals []Mended            `json:"originals"`
	Copies    []Mended            `json:"copies"`
	Mended    int                 `json:"mended"`
	Left      int                 `json:"left"` // that are still damaged
	Away      []offsite.MediumRef `json:"away"`
	Looked    []offsite.MediumRef `json:"looked"`
}

// Repair brings originals that are missing or changed back from copies, and then replaces
// copies that a check has found changed or unreadable. Errors: Busy when originals are to be brought
// back and another program has the archive open; those of offsite.Copier.
func (s *Station) Repair(ctx context.Context, opt RepairOptions, progress func(archive.Progress)) (Repaired, error) {
	const doing = "repair archive"
	out := Repaired{Originals: []Mended{}, Copies: []Mended{}, Away: []offsite.MediumRef{}, Looked: []offsite.MediumRef{}}
	copies, err := s.Copies(ctx)
	if err != nil {
		return out, err
	}
	targets, err := s.keptTargets(ctx, opt.Target)
	if err != nil {
		return out, archive.Wrap(doing, opt.Target, err)
	}
	var r offsite.Repaired
	say := func(p offsite.Progress) {
		if progress != nil {
			progress(archive.Progress{Phase: "repair", Done: p.Files, Total: p.Of})
		}
	}
	if opt.Only != RepairCopies {
		if !s.Owner() {
			return out, busy(doing, s.Home.Dir())
		}
		bad, err := s.damaged(ctx, opt.Originals, progress)
		if err == nil {
			err = copies.RepairOriginals(ctx, s.Actor(), bad, targets, say, &r)
		}
		if err != nil {
			return s.repaired(ctx, out, r, err)
		}
	}
	for _, t := range targets {
		if opt.Only == RepairOriginals {
			break
		}
		if err := copies.RepairCopies(ctx, s.Actor(), t, say, &r); err != nil {
			return s.repaired(ctx, out, r, err)
		}
	}
	return s.repaired(ctx, out, r, nil)
}

// keptTargets finds one target by name, or all that are kept.
func (s *Station) keptTargets(ctx context.Context, name string) ([]archive.Target, error) {
	if name != "" {
		t, err := s.Catalogue.TargetNamed(ctx, name)
		return []archive.Target{t}, err
	}
	all, err := s.Catalogue.Targets(ctx)
	var kept []archive.Target
	for _, t := range all {
		if t.Ended == 0 {
			kept = append(kept, t)
		}
	}
	return kept, err
}

// damaged finds originals by their paths, or those that are missing, changed or unreadable.
func (s *Station) damaged(ctx context.Context, paths []string, progress func(archive.Progress)) ([]archive.File, error) {
	var bad []archive.File
	for _, path := range paths {
		f, err := s.Catalogue.FileByPath(ctx, access.All(), 0, path)
		if err != nil {
			return nil, err
		}
		bad = append(bad, f)
	}
	if len(paths) > 0 {
		return bad, nil
	}
	v, err := s.Verify(ctx, progress)
	for _, list := range [][]Found{v.Missing, v.Changed, v.Unreadable} {
		for _, f := range list {
			if f.file.ID != 0 {
				bad = append(bad, f.file)
			}
		}
	}
	return bad, err
}

// repaired puts the outcome together, whether the repair came to its end or not.
func (s *Station) repaired(ctx context.Context, out Repaired, r offsite.Repaired, ended error) (Repaired, error) {
	ctx = context.WithoutCancel(ctx)
	for _, l := range []struct {
		to   *[]Mended
		from []offsite.Mending
	}{{&out.Originals, r.Originals}, {&out.Copies, r.Copies}} {
		for _, m := range l.from {
			one := Mended{Mending: m}
			if f, err := s.Catalogue.File(ctx, access.All(), m.File); err == nil {
				if found, err := s.found(ctx, f.Root, f.Path); err == nil {
					one.Code, one.Page = found.Code, found.Page
				}
			}
			if seen := s.SeenPath(ctx, m.File, m.Path); seen != m.Path { // where the others lie says as much
				one.Path, one.From, one.Aside = seen, "", ""
			}
			if m.Root != 0 {
				one.Label = s.rootLabel(ctx, m.Root)
			}
			if m.Outcome.Done() {
				out.Mended++
			}
			*l.to = append(*l.to, one)
		}
	}
	out.Left = r.Left()
	out.Away, out.Looked = append(out.Away, r.Away...), append(out.Looked, r.Looked...)
	return out, archive.Wrap("repair archive", "", ended)
}

func (s *Station) rootLabel(ctx context.Context, id archive.ID) string {
	roots, err := s.Catalogue.Roots(ctx)
	if err != nil {
		return id.String()
	}
	for _, r := range roots {
		if r.ID == id {
			return r.Label
		}
	}
	return id.String()
}

// SeenPath is the path of an original, or of its copy, as whoever acts here may see it: of one that they may
// not see, "#" and its number.
func (s *Station) SeenPath(ctx context.Context, file archive.ID, path string) string {
	if file == 0 {
		return path
	}
	if _, err := s.Catalogue.File(ctx, s.Sight(), file); err == nil {
		return path
	}
	return "#" + file.String()
}
