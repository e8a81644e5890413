package station

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/vault"
)

// Found is an original that is not as the catalogue knows it.
type Found struct {
	Code string `json:"code"`           // 档号; empty: 待挂接, or no page is known, or it may not be seen
	Page int    `json:"page"`           // 画幅 of its first page; 0: none
	Path string `json:"path"`           // below masters/, or below the folder of the storage root; "#" and the number of a file that may not be seen
	Root string `json:"root,omitempty"` // label of the storage root; empty: masters/

	file archive.File // that it is; zero: nobody knows it
}

// AbsentRoot is a storage root that is not connected, with the originals on it, which
// nobody can check.
type AbsentRoot struct {
	Root  string     `json:"root"` // label
	ID    archive.ID `json:"id"`
	Files int        `json:"files"`
}

// Verified is the outcome of Verify.
type Verified struct {
	Checked    int     `json:"checked"`
	OK         int     `json:"ok"`
	Missing    []Found `json:"missing"`
	Changed    []Found `json:"changed"`
	Extra      []Found `json:"extra"`
	Unreadable []Found `json:"unreadable"`
	NotHashed  int     `json:"not_hashed"`

	Absent []AbsentRoot `json:"absent"`
	// Of those checked, put aside as suspected state secrets; and how many were removed
	// as such, which nobody expects any more.
	Quarantined int `json:"quarantined"`
	Purged      int `json:"purged"`
	// Originals that were left out on purpose when this home was restored, and are not missing.
	NotRestored int `json:"not_restored"`
}

func newVerified() Verified {
	return Verified{Missing: []Found{}, Changed: []Found{}, Extra: []Found{}, Unreadable: []Found{}, Absent: []AbsentRoot{}}
}

// Damaged tells whether an original is missing, changed or unreadable.
func (v Verified) Damaged() bool { return len(v.Missing)+len(v.Changed)+len(v.Unreadable) > 0 }

// Verify reads every original again, in masters/ and on the storage roots that are
// connected, and compares it with the catalogue.
func (s *Station) Verify(ctx context.Context, progress func(archive.Progress)) (Verified, error) {
	v := newVerified()
	began := s.now()
	r, err := s.Vault.Verify(ctx, s.expected(ctx, vault.RootState{At: s.Home.Masters()}, &v), vault.VerifyOptions{Progress: progress})
	if err == nil {
		err = s.add(ctx, &v, vault.RootState{}, r)
	}
	if err == nil {
		err = s.noteVerified(ctx, 0, began, r)
	}
	if err == nil {
		err = s.verifyRoots(ctx, &v, progress)
	}
	if err == nil {
		v.Purged, err = s.Vault.Purged()
	}
	if err == nil {
		v.Quarantined, err = s.quarantinedFiles(ctx)
	}
	return v, archive.Wrap("verify originals", s.Home.Name(), err)
}

// verifyRoots checks root after root. One that is away, or drops away meanwhile, is told
// as such: its originals are not missing.
func (s *Station) verifyRoots(ctx context.Context, v *Verified, progress func(archive.Progress)) error {
	roots, err := s.Originals.States(ctx)
	if err != nil {
		return err
	}
	for _, root := range roots {
		away := !root.Present
		if !away {
			before, began := v.Checked, s.now()
			r, err := vault.VerifyRoot(ctx, root.At, s.expected(ctx, root, v), vault.VerifyOptions{Progress: func(p archive.Progress) {
				p.Done += before
				if progress != nil {
					progress(p)
				}
			}})
			if err != nil {
				return err
			}
			if _, gone := s.Originals.Look(ctx, root.ID); errors.Is(gone, archive.ErrRootAbsent) {
				away = true
				r = vault.Report{Changed: r.Changed, Checked: r.OK + r.NotHashed + len(r.Changed), OK: r.OK, NotHashed: r.NotHashed}
			} else if err := s.noteVerified(ctx, root.ID, began, r); err != nil {
				return err
			}
			if err := s.add(ctx, v, root, r); err != nil {
				return err
			}
		}
		if away {
			counts, err := s.Catalogue.RootCounts(ctx, []archive.ID{root.ID})
			if err != nil {
				return err
			}
			v.Absent = append(v.Absent, AbsentRoot{root.Label, root.ID, counts[root.ID].Files})
		}
	}
	return nil
}

// add adds what was found in masters/ or on a root.
func (s *Station) add(ctx context.Context, v *Verified, root vault.RootState, r vault.Report) error {
	v.Checked, v.OK, v.NotHashed = v.Checked+r.Checked, v.OK+r.OK, v.NotHashed+r.NotHashed
	for _, l := range []struct {
		to   *[]Found
		from []vault.Finding
	}{{&v.Missing, r.Missing}, {&v.Changed, r.Changed}, {&v.Extra, r.Extra}, {&v.Unreadable, r.Unreadable}} {
		for _, f := range l.from {
			found, err := s.found(ctx, root.ID, f.Path)
			if err != nil {
				return err
			}
			found.Root = root.Label
			*l.to = append(*l.to, found)
		}
	}
	return nil
}

// expected walks the originals in masters/, or on a root, by path. Those that were left out
// when the home was restored, and did not come since, are counted and passed over.
func (s *Station) expected(ctx context.Context, root vault.RootState, v *Verified) iter.Seq2[vault.Expected, error] {
	return func(yield func(vault.Expected, error) bool) {
		next, stop := iter.Pull2(s.Vault.NotRestored(root.ID))
		defer stop()
		left, lerr, more := next()
		for f, err := range s.Catalogue.RootFiles(ctx, access.All(), root.ID) {
			for more && lerr == nil && err == nil && left < f.Path { // both come by path
				left, lerr, more = next()
			}
			if more && lerr != nil {
				err = lerr
			}
			if more && err == nil && left == f.Path {
				if _, serr := os.Lstat(filepath.Join(root.At, filepath.FromSlash(f.Path))); errors.Is(serr, fs.ErrNotExist) {
					v.NotRestored++
					continue
				}
			}
			e := vault.Expected{Path: f.Path, Bytes: f.Bytes, SHA256: f.SHA256, Unhashed: f.SHA256 == ""}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// found names the holding and page of an original. Of one that may not be seen it says
// the number of the file alone, which leads those who may see it there.
func (s *Station) found(ctx context.Context, root archive.ID, path string) (Found, error) {
	sight := s.Sight()
	file, err := s.Catalogue.FileByPath(ctx, access.All(), root, path)
	if archive.KindOf(err) == archive.NotFound {
		if !sight.SeesUnsorted() {
			path = "#"
		}
		return Found{Path: path}, nil
	}
	if err != nil {
		return Found{Path: path}, err
	}
	if _, err := s.Catalogue.File(ctx, sight, file.ID); archive.KindOf(err) == archive.NotFound {
		return Found{Path: "#" + file.ID.String(), file: file}, nil
	}
	f := Found{Path: path, file: file}
	pages, err := s.Catalogue.PagesOfFile(ctx, sight, file.ID)
	if err != nil || len(pages) == 0 {
		return f, err
	}
	f.Page = pages[0].Ordinal
	if pages[0].Holding == 0 {
		return f, nil
	}
	h, err := s.Catalogue.Holding(ctx, sight, pages[0].Holding)
	if archive.KindOf(err) == archive.NotFound {
		return f, nil
	}
	f.Code = h.Code
	return f, err
}
