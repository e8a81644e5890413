package ingest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"lantai/archive"
)

// given is a page with the text that came for it.
type given struct {
	page archive.Page
	text *archive.PageText
}

// given lists what texts came with an original, or for pages that are there.
func (n received) given() []given {
	var out []given
	for i, t := range n.texts {
		if t != nil {
			out = append(out, given{n.pages[i], t})
		}
	}
	return append(out, n.late...)
}

// belongs is what is put aside together: a holding, or a file that is linked to none.
type belongs struct{ holding, file archive.ID }

func belongsTo(page archive.Page) belongs {
	if page.Holding != 0 {
		return belongs{holding: page.Holding}
	}
	return belongs{file: page.File}
}

// marked is a page whose delivered text bears a mark, or whose item waits for a decision.
type marked struct {
	page archive.Page
	mark string
}

// marks looks for the marks of state secrets in delivered texts before any is saved. The
// pages must have their ordinals.
func (p *Pipeline) marks(ctx context.Context, pending []received) (map[belongs]marked, error) {
	found := map[belongs]marked{}
	if p.secrets.off {
		return found, nil
	}
	for _, n := range pending {
		for _, g := range n.given() {
			to := belongsTo(g.page)
			if _, ok := found[to]; ok {
				continue
			}
			q, waits := p.secrets.waits(g.page.Holding)
			mark := q.Mark
			if !waits && leading(g.page) {
				mark = secretMark(*g.text, g.page.Width, g.page.Height)
			}
			if !waits && mark == "" {
				continue
			}
			cleared, err := p.cat.Cleared(ctx, g.page.File)
			if err != nil {
				return nil, err
			}
			if !cleared {
				found[to] = marked{g.page, mark}
			}
		}
	}
	return found, nil
}

// savable gives the texts that may be saved: those of no page that goes with a mark.
func (p *Pipeline) savable(ctx context.Context, list []given, found map[belongs]marked) ([]archive.PageText, error) {
	var texts []archive.PageText
	for _, g := range list {
		if _, ok := found[belongsTo(g.page)]; ok {
			cleared, err := p.cat.Cleared(ctx, g.page.File)
			if err != nil {
				return nil, err
			}
			if !cleared {
				continue
			}
		}
		t := *g.text
		t.Page = g.page.ID
		texts = append(texts, t)
	}
	return texts, nil
}

// putAsideMarked puts aside what goes with marks, once its rows are committed.
func (p *Pipeline) putAsideMarked(ctx context.Context, found map[belongs]marked) error {
	var failed error
	for _, m := range slices.SortedFunc(maps.Values(found), func(a, b marked) int { return cmp.Compare(a.page.ID, b.page.ID) }) {
		if err := p.putAside(ctx, m.page, m.mark); err != nil && !errors.Is(err, errPutAside) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
