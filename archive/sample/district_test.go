package sample_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/exchange"
	"lantai/archive/home"
	"lantai/archive/refcode"
	"lantai/archive/sample"
	"lantai/archive/station"
	"lantai/archive/store"
)

var ctx = context.Background()

func TestMain(m *testing.M) {
	_ = os.Setenv("TZ", "Asia/Shanghai") // nothing of the sample may depend on it
	os.Exit(m.Run())
}

// makeDistrict makes a part of the district's archive and opens its catalogue.
func makeDistrict(t *testing.T, d sample.District) (sample.Made, *station.Station) {
	t.Helper()
	if d.Dir == "" {
		d.Dir = filepath.Join(t.TempDir(), "home")
	}
	made, err := d.Make(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.Open(ctx, d.Dir, station.Options{Light: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return made, s
}

func exported(t *testing.T, s *station.Station) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "目录.csv")
	if _, err := exchange.Export(ctx, s.Catalogue, name, exchange.ExportOptions{Sight: access.All()}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSameSeedSameArchive(t *testing.T) {
	var exports []string
	var ids [][]archive.ID
	for _, seed := range []uint64{5, 5, 6} {
		_, s := makeDistrict(t, sample.District{Seed: seed, Fraction: 0.002})
		exports = append(exports, exported(t, s))
		list, err := s.Catalogue.Children(ctx, access.All(), store.List{Whole: true})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, list)
	}
	if exports[0] != exports[1] || len(exports[0]) < 100_000 {
		t.Errorf("the same seed gave exports of %d and %d bytes that differ", len(exports[0]), len(exports[1]))
	}
	if exports[0] == exports[2] {
		t.Error("another seed gave the same export")
	}
	if len(ids[0]) != len(ids[1]) {
		t.Fatalf("%d and %d holdings", len(ids[0]), len(ids[1]))
	}
	for i := range ids[0] {
		if ids[0][i] != ids[1][i] {
			t.Fatalf("id %d is %s and %s", i, ids[0][i], ids[1][i])
		}
	}
}

func TestFiguresAreMet(t *testing.T) {
	for _, fraction := range []float64{0.0001, 0.004, 0.011} {
		made, s := makeDistrict(t, sample.District{Seed: 3, Fraction: fraction})
		want := sample.Annual().Scaled(fraction)
		n, err := s.Catalogue.Counts(ctx, access.All(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for kind, k := range map[archive.HoldingKind]int{
			archive.KindFonds: want.Fonds, archive.KindVolume: want.SpecialVolumes + want.Volumes, archive.KindBox: want.Boxes,
			archive.KindItem: want.Items, archive.KindAlbum: want.Albums, archive.KindPhoto: want.Photos,
			archive.KindObject: want.Objects, archive.KindBook: want.Books,
		} {
			if n.Holdings[kind] != k {
				t.Errorf("fraction %g: %d of %s, want %d", fraction, n.Holdings[kind], kind, k)
			}
		}
		if n.Pages != want.Pages || made.Pages != want.Pages {
			t.Errorf("fraction %g: %d pages, want %d", fraction, n.Pages, want.Pages)
		}
		roots, err := s.Roots(ctx)
		if err != nil || len(roots) != 1 || roots[0].Present || roots[0].Bytes != made.Bytes {
			t.Fatalf("roots %+v, %v", roots, err)
		}
		if ratio := float64(made.Bytes) / float64(want.Bytes); fraction > 0.001 && (ratio < 0.99 || ratio > 1.01) {
			t.Errorf("fraction %g: %d bytes declared, want %d", fraction, made.Bytes, want.Bytes)
		}
		if fraction < 0.01 {
			checkRecords(t, s.Catalogue, want)
		}
		if _, err := s.Catalogue.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	}
	if a := sample.Annual(); a.Containers() != 52_002 || a.Volumes+a.SpecialVolumes != 21_730 {
		t.Errorf("the annual figures are %+v", a)
	}
}

// checkRecords checks that codes fit the schemes of their series and lie in what they
// name, that copies add up, and that the ledger comes to what is held.
func checkRecords(t *testing.T, c *store.Catalogue, want sample.Figures) {
	t.Helper()
	series, err := c.SeriesOf(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	held, copies := map[string]int{}, 0
	for _, v := range series {
		scheme, err := refcode.Read(v.Scheme)
		if err != nil {
			t.Fatal(err)
		}
		list, err := c.Children(ctx, access.All(), store.List{Below: v.ID})
		if err != nil {
			t.Fatal(err)
		}
		records, err := c.Records(ctx, access.All(), list)
		if err != nil {
			t.Fatal(err)
		}
		codes := map[archive.ID]string{}
		for _, r := range records {
			codes[r.Common().ID] = r.Common().Code
		}
		for _, r := range records {
			h := r.Common()
			held[string(h.Kind)]++
			switch h.Kind {
			case archive.KindBox, archive.KindAlbum: // have no code of the scheme
			default:
				if _, err := scheme.Parse(h.Code); err != nil {
					t.Fatalf("%s in %s: %v", h.Code, v.Code, err)
				}
			}
			if above := codes[h.Parent]; above != "" && !refcode.Within(h.Code, above) {
				t.Fatalf("%s lies in %s", h.Code, above)
			}
			if early := h.Year < 2006; h.Year < 1950 || h.Year > 2020 || strings.HasPrefix(h.Retention, "定期") && early || !early && strings.HasSuffix(h.Retention, "期") {
				t.Fatalf("%s of %d is kept %s", h.Code, h.Year, h.Retention)
			}
			if h.Title == "" || !archive.IsDate(h.Date) {
				t.Fatalf("%s: title %q, date %q", h.Code, h.Title, h.Date)
			}
			if b, ok := r.(*archive.Book); ok {
				copies += b.Quantity
			}
		}
	}
	if copies != want.Copies {
		t.Errorf("%d copies of books, want %d", copies, want.Copies)
	}
	ledger, err := c.Movements(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ledger {
		held[m.Unit] -= m.Quantity
	}
	for unit, n := range held {
		if n != 0 {
			t.Errorf("the ledger is off by %d of %s", n, unit)
		}
	}
}

func TestEachPageHasItsOwnText(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	for i := range 1500 {
		b.WriteString(strings.Repeat("为了加强防汛工作", i%7) + "第" + strings.Repeat("甲", i%13) + time.Duration(i).String() + "条规定如下。\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	made, s := makeDistrict(t, sample.District{Seed: 3, Fraction: 0.001, Corpus: dir})
	if made.Texts != made.Pages {
		t.Fatalf("%d of %d pages have text", made.Texts, made.Pages)
	}
	seen := map[string]bool{}
	for f, err := range s.Catalogue.AllFiles(ctx, access.All()) {
		if err != nil {
			t.Fatal(err)
		}
		pages, err := s.Catalogue.PagesOfFile(ctx, access.All(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			text, err := s.Catalogue.Text(ctx, access.All(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if seen[text.Plain] || len([]rune(text.Plain)) < 400 {
				t.Fatalf("page %s: twice or too short: %q", p.ID, text.Plain)
			}
			seen[text.Plain] = true
		}
	}
	if len(seen) != made.Pages {
		t.Errorf("%d texts of %d pages", len(seen), made.Pages)
	}
	if r, err := s.Catalogue.Reconcile(ctx); err != nil || r != (store.Reconciled{}) {
		t.Errorf("reconciling: %+v, %v", r, err)
	}
}

func TestStoppedLeavesNothing(t *testing.T) {
	stopping, stop := context.WithCancel(ctx)
	dir := filepath.Join(t.TempDir(), "home")
	_, err := sample.District{Dir: dir, Seed: 1, Fraction: 0.01, Progress: func(archive.Progress) { stop() }}.Make(stopping)
	if archive.KindOf(err) != archive.Stopped {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{dir, dir + ".part"} {
		if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name string
		d    sample.District
		kind archive.ErrorKind
	}{
		{"a folder with something in it", sample.District{Dir: full}, archive.Conflict},
		{"a fraction above 1", sample.District{Dir: filepath.Join(full, "h"), Fraction: 1.5}, archive.Invalid},
		{"a negative fraction", sample.District{Dir: filepath.Join(full, "h"), Fraction: -1}, archive.Invalid},
		{"no texts", sample.District{Dir: filepath.Join(full, "h"), Fraction: 0.001, Corpus: full}, archive.Invalid},
		{"no such folder of texts", sample.District{Dir: filepath.Join(full, "h"), Fraction: 0.001, Corpus: filepath.Join(full, "none")}, archive.Invalid},
	} {
		if _, err := x.d.Make(ctx); archive.KindOf(err) != x.kind {
			t.Errorf("%s: got %v, want %s", x.name, err, x.kind)
		}
	}
	// What a killed one left is cleared away.
	dir := filepath.Join(t.TempDir(), "home")
	if err := os.MkdirAll(dir+".part", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir+".part", "sample-unfinished"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := (sample.District{Dir: dir, Fraction: 0.0001}).Make(ctx); err != nil {
		t.Error(err)
	}
	if _, err := home.Open(dir); err != nil {
		t.Error(err)
	}
}
