package ingest

import (
	"context"
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// targets finds the holdings that delivered files belong to.
type targets struct {
	cat    *store.Catalogue
	names  refcode.Names
	folder string // the name of the folder handed over
	series map[archive.ID]series
	codes  map[string]archive.Holding // looked up before; zero: not held
	sight  access.Sight               // what paths can lead to
	book   map[string]bookEntry       // all codes; nil: they are looked up
	open   map[archive.ID]*target
}

// bookEntry is what linking needs of a holding.
type bookEntry struct {
	id   archive.ID
	kind archive.HoldingKind
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
	behind  int                     // the highest number under its name that is another's; 0: none
}

// maxCodes bounds what is remembered of codes.
const maxCodes = 50_000

// targets reads the schemes of all series. A series whose scheme cannot be read
// links nothing.
func (p *Pipeline) targets(ctx context.Context) (*targets, error) {
	return newTargets(ctx, p.cat, all)
}

func newTargets(ctx context.Context, cat *store.Catalogue, sight access.Sight) (*targets, error) {
	list, err := cat.SeriesOf(ctx, all, 0)
	if err != nil {
		return nil, err
	}
	t := &targets{cat: cat, sight: sight, series: map[archive.ID]series{},
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
			t.names.Schemes = append(t.names.Schemes, scheme)
		}
	}
	t.names.Separators, err = cat.Setting(ctx, SettingSeparators)
	return t, err
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

// match gives the holding that a path leads to and the serial its name gives; the zero
// holding where it leads to none.
func (t *targets) match(ctx context.Context, rel string) (archive.Holding, string, error) {
	m, h, err := t.read(ctx, t.folder, rel)
	return h, m.Serial, err
}

// known tells whether a code is held; a fault goes into failed.
func (t *targets) known(ctx context.Context, failed *error) func(string) bool {
	return func(code string) bool {
		h, err := t.holding(ctx, code)
		if err != nil {
			*failed = err
		}
		return h.ID != 0
	}
}

// matchAll is match for many paths, with the serials left out: all codes that they may
// mean are looked up at once.
func (t *targets) matchAll(ctx context.Context, rels []string) ([]archive.Holding, error) {
	if err := t.learn(ctx, rels); err != nil {
		return nil, err
	}
	var failed error
	finder := t.names.Finder(t.known(ctx, &failed))
	list := make([]archive.Holding, len(rels))
	for i, rel := range rels {
		var err error
		if _, list[i], err = t.take(ctx, finder, t.folder, rel, &failed); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// read reads the 档号 in a path and finds the holding, whose id is zero where none is
// named that is held and takes pages. folder is the one that was handed over: its own
// name counts where those below say nothing.
func (t *targets) read(ctx context.Context, folder, rel string) (refcode.Match, archive.Holding, error) {
	var failed error
	return t.take(ctx, t.names.Finder(t.known(ctx, &failed)), folder, rel, &failed)
}

func (t *targets) take(ctx context.Context, finder *refcode.Finder, folder, rel string, failed *error) (refcode.Match, archive.Holding, error) {
	m, ok := finder.FromPath(rel)
	if !ok && m.Code == "" && folder != "" {
		m, ok = finder.FromPath(folder + "/" + rel)
	}
	if *failed != nil || !ok {
		return m, archive.Holding{}, *failed
	}
	h, err := t.holding(ctx, m.Code)
	if err != nil || !h.Kind.HoldsPages() {
		return m, archive.Holding{}, err
	}
	return m, h, nil
}

// learn looks up at once all codes that paths may mean.
func (t *targets) learn(ctx context.Context, rels []string) error {
	if len(t.codes) >= maxCodes {
		clear(t.codes)
	}
	var ask []string
	finder := t.names.Finder(func(code string) bool {
		if _, ok := t.codes[code]; !ok {
			t.codes[code] = archive.Holding{}
			ask = append(ask, code)
		}
		return false
	})
	for _, rel := range rels {
		if m, ok := finder.FromPath(rel); !ok && m.Code == "" && t.folder != "" {
			finder.FromPath(t.folder + "/" + rel)
		}
	}
	held, err := t.cat.HoldingsByCode(ctx, t.sight, ask)
	maps.Copy(t.codes, held)
	return err
}

func (t *targets) holding(ctx context.Context, code string) (archive.Holding, error) {
	if t.book != nil {
		e := t.book[code]
		return archive.Holding{ID: e.id, Kind: e.kind, Code: code}, nil
	}
	if h, ok := t.codes[code]; ok {
		return h, nil
	}
	h, err := t.cat.HoldingByCode(ctx, t.sight, code)
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
	pages, err := t.cat.PagesOf(ctx, all, h.ID)
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
	files, err := t.cat.Files(ctx, all, ids)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		got.files[f.Source] = f
	}
	t.open[h.ID] = got
	return got, t.lookBehind(ctx, got)
}

// lookBehind finds originals under the name of the target that are another record's: it had
// the 档号 before, and originals never move. New ones get numbers behind those, so that
// none is taken for the other's, not even one with the same content.
func (t *targets) lookBehind(ctx context.Context, to *target) error {
	name, ok := strings.CutSuffix(t.place(to, "", "", 1).Path, "0001")
	if !ok {
		return nil
	}
	named, err := t.cat.FilesNamed(ctx, all, name)
	if err != nil {
		return err
	}
	for _, f := range to.files {
		delete(named, f.ID)
	}
	for _, other := range named {
		digits := leadingDigits.FindString(other[len(name):])
		n, _ := strconv.Atoi(digits) // none, or too long: not one of ours
		to.behind = max(to.behind, n)
	}
	return nil
}

// leadingDigits is a page's number at the end of a path.
var leadingDigits = regexp.MustCompile(`^[0-9]{1,9}`)

// forget drops what is known of targets; files not committed must not be pending.
func (t *targets) forget() {
	if len(t.open) > 256 {
		clear(t.open)
	}
}

// lettered is a serial that says more than an ordinal: a cover, a table of contents.
var lettered = regexp.MustCompile(`^[A-Z]`)

// letteredSerial is a page's own mark in a name, but for what stands for all pages.
var letteredSerial = regexp.MustCompile(`^[A-Z][0-9A-Z]*$`)

// place is where the next original of the target goes; number is its ordinal.
func (t *targets) place(to *target, serial, rel string, number int) vault.Placed {
	if !lettered.MatchString(serial) {
		serial = ""
	}
	return t.placed(to.holding, serial, rel, to.behind+number, 1)
}

// placed is where an original of a record goes, by its serial or, without one, its
// ordinal. file is a path with its ending.
func (t *targets) placed(h archive.Holding, serial, file string, ordinal, rescan int) vault.Placed {
	s := t.series[h.Series]
	pl := vault.Place{Code: h.Code, Method: s.method, Serial: serial, Ordinal: ordinal, Rescan: rescan, Ext: path.Ext(file)}
	if v, err := s.scheme.Parse(h.Code); err == nil {
		pl.Fonds = v[refcode.FondsNo]
		pl.Number = s.scheme.Number(h.Code)
	}
	pl.Class = between(pl.Fonds, h.Code, s.method == archive.ByVolume && h.Kind.IsSingle())
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
