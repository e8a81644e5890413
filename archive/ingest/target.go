package ingest

import (
	"context"
	"path"
	"regexp"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/vault"
)

// targets finds the holdings that delivered files belong to.
type targets struct {
	p       *Pipeline
	schemes []refcode.Scheme
	series  map[archive.ID]series
	codes   map[string]archive.Holding // looked up before; zero: not held
	open    map[archive.ID]*target
}

type series struct {
	scheme refcode.Scheme
	method archive.Method
}

// target is one holding that files of this delivery go to.
type target struct {
	holding archive.Holding
	files   map[string]archive.File // its originals by where they came from
	pages   int                     // it has, those not committed included
}

// maxCodes bounds what is remembered of codes.
const maxCodes = 50_000

// targets reads the schemes of all series. A series whose scheme cannot be read
// links nothing.
func (p *Pipeline) targets(ctx context.Context) (*targets, error) {
	list, err := p.cat.SeriesOf(ctx, all, 0)
	if err != nil {
		return nil, err
	}
	t := &targets{p: p, series: map[archive.ID]series{},
		codes: map[string]archive.Holding{}, open: map[archive.ID]*target{}}
	seen := map[string]bool{}
	for _, s := range list {
		scheme, err := refcode.Read(s.Scheme)
		if err != nil {
			continue
		}
		t.series[s.ID] = series{scheme, s.Method}
		if j := scheme.JSON(); !seen[j] {
			seen[j] = true
			t.schemes = append(t.schemes, scheme)
		}
	}
	return t, nil
}

// find gives the target of a path and the serial its name gives, or nil.
func (t *targets) find(ctx context.Context, rel string) (*target, string, error) {
	h, serial, err := t.match(ctx, rel)
	if err != nil || h.ID == 0 {
		return nil, "", err
	}
	got, err := t.target(ctx, h)
	return got, serial, err
}

// match gives the holding that a path names and the serial its name gives; the holding
// is zero when there is none that holds pages.
func (t *targets) match(ctx context.Context, rel string) (archive.Holding, string, error) {
	var failed error
	m, ok := refcode.FromPath(rel, t.schemes, func(code string) bool {
		h, err := t.holding(ctx, code)
		if err != nil {
			failed = err
		}
		return h.ID != 0
	})
	if failed != nil || !ok {
		return archive.Holding{}, "", failed
	}
	h, err := t.holding(ctx, m.Code)
	if err != nil || !holdsPages(h.Kind) {
		return archive.Holding{}, "", err
	}
	return h, m.Serial, nil
}

func (t *targets) holding(ctx context.Context, code string) (archive.Holding, error) {
	if h, ok := t.codes[code]; ok {
		return h, nil
	}
	h, err := t.p.cat.HoldingByCode(ctx, all, code)
	if archive.KindOf(err) == archive.NotFound {
		h, err = archive.Holding{}, nil
	}
	if err == nil {
		if len(t.codes) >= maxCodes {
			clear(t.codes)
		}
		t.codes[code] = h
	}
	return h, err
}

func (t *targets) target(ctx context.Context, h archive.Holding) (*target, error) {
	if got, ok := t.open[h.ID]; ok {
		return got, nil
	}
	pages, err := t.p.cat.PagesOf(ctx, all, h.ID)
	if err != nil {
		return nil, err
	}
	got := &target{holding: h, files: map[string]archive.File{}}
	var ids []archive.ID
	for _, p := range pages {
		got.pages = max(got.pages, p.Ordinal)
		if len(ids) == 0 || ids[len(ids)-1] != p.File {
			ids = append(ids, p.File)
		}
	}
	files, err := t.p.cat.Files(ctx, all, ids)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		got.files[f.Source] = f
	}
	t.open[h.ID] = got
	return got, nil
}

// forget drops what is known of targets; files not committed must not be pending.
func (t *targets) forget() {
	if len(t.open) > 256 {
		clear(t.open)
	}
}

// lettered is a serial that says more than an ordinal: a cover, a table of contents.
var lettered = regexp.MustCompile(`^[A-Z]`)

// place is where the next original of the target goes; number is its ordinal.
func (t *targets) place(to *target, serial, rel string, number int) vault.Placed {
	s := t.series[to.holding.Series]
	pl := vault.Place{Code: to.holding.Code, Method: s.method, Ordinal: number, Ext: path.Ext(rel)}
	if lettered.MatchString(serial) {
		pl.Serial = serial
	}
	if v, err := s.scheme.Parse(to.holding.Code); err == nil {
		pl.Fonds = v[refcode.FondsNo]
		pl.Number, _ = strconv.Atoi(v[refcode.ItemNo])
		if pl.Number == 0 {
			pl.Number, _ = strconv.Atoi(v[refcode.PhotoNo])
		}
	}
	pl.Class = between(pl.Fonds, to.holding.Code, s.method == archive.ByVolume && to.holding.Kind == archive.KindItem)
	return pl.Path()
}

// between gives what stands between 全宗号 and the last number of a code, without the
// volume's number too where the code is an item's within a volume.
func between(fonds, code string, inVolume bool) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(code, fonds), refcode.Dash)
	for range 1 + btoi(inVolume) {
		i := strings.LastIndex(rest, refcode.Dash)
		if i < 0 {
			return ""
		}
		rest = rest[:i]
	}
	return rest
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
