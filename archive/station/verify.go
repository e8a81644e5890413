package station

import (
	"context"
	"iter"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/vault"
)

// Found is an original that is not as the catalogue knows it.
type Found struct {
	Code string `json:"code"` // 档号; empty: 待挂接, or no page is known
	Page int    `json:"page"` // 画幅 of its first page; 0: none
	Path string `json:"path"` // below masters/
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
	// Of those checked, put aside as suspected state secrets; and how many were removed
	// as such, which nobody expects any more.
	Quarantined int `json:"quarantined"`
	Purged      int `json:"purged"`
}

// Damaged tells whether an original is missing, changed or unreadable.
func (v Verified) Damaged() bool { return len(v.Missing)+len(v.Changed)+len(v.Unreadable) > 0 }

// Verify reads every original in masters/ again and compares it with the catalogue.
func (s *Station) Verify(ctx context.Context, progress func(archive.Progress)) (Verified, error) {
	r, err := s.Vault.Verify(ctx, s.expected(ctx), vault.VerifyOptions{Progress: progress})
	if err != nil {
		return Verified{}, archive.Wrap("verify originals", s.Home.Name(), err)
	}
	v := Verified{Checked: r.Checked, OK: r.OK, NotHashed: r.NotHashed}
	for _, l := range []struct {
		to   *[]Found
		from []vault.Finding
	}{{&v.Missing, r.Missing}, {&v.Changed, r.Changed}, {&v.Extra, r.Extra}, {&v.Unreadable, r.Unreadable}} {
		*l.to = []Found{}
		for _, f := range l.from {
			found, err := s.found(ctx, f.Path)
			if err != nil {
				return v, err
			}
			*l.to = append(*l.to, found)
		}
	}
	if v.Purged, err = s.Vault.Purged(); err == nil {
		v.Quarantined, err = s.quarantinedFiles(ctx)
	}
	return v, archive.Wrap("verify originals", s.Home.Name(), err)
}

// expected walks the originals in masters/ by path.
func (s *Station) expected(ctx context.Context) iter.Seq2[vault.Expected, error] {
	return func(yield func(vault.Expected, error) bool) {
		for f, err := range s.Catalogue.AllFiles(ctx, access.All()) {
			if err == nil && f.Root != 0 {
				continue
			}
			e := vault.Expected{Path: f.Path, Bytes: f.Bytes, SHA256: f.SHA256, Unhashed: f.SHA256 == ""}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// found names the holding and page of an original.
func (s *Station) found(ctx context.Context, path string) (Found, error) {
	f := Found{Path: path}
	file, err := s.Catalogue.FileByPath(ctx, access.All(), 0, path)
	if archive.KindOf(err) == archive.NotFound {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	pages, err := s.Catalogue.PagesOfFile(ctx, access.All(), file.ID)
	if err != nil || len(pages) == 0 {
		return f, err
	}
	f.Page = pages[0].Ordinal
	if pages[0].Holding == 0 {
		return f, nil
	}
	h, err := s.Catalogue.Holding(ctx, access.All(), pages[0].Holding)
	if err != nil {
		return f, err
	}
	f.Code = h.Code
	return f, nil
}
