package ingest_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

const filedClass = "Z109-WS·2011-Y-BGS-"

// where gives the path of every original by where it came from.
func (w *world) where() map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
		if err != nil {
			w.t.Fatal(err)
		}
		out[f.Source] = f.Path
	}
	return out
}

// toBeFiled makes an archive of three items. The originals of 0001 were linked by hand,
// those of the others came under their 档号, which have changed places since; one has a
// text. Then their class is filed.
func toBeFiled(t *testing.T, dir string) {
	w := newWorld(t, dir, nil)
	ctx := context.Background()
	var items []archive.Item
	for n := 1; n <= 3; n++ {
		items = append(items, w.item(fmt.Sprintf("%s%04d", filedClass, n)))
	}
	from := t.TempDir()
	shade := uint8(0)
	dot := func() []byte {
		shade++
		img := image.NewGray(image.Rect(0, 0, 16, 16))
		img.SetGray(1, 1, color.Gray{shade})
		return asPNG(t, img)
	}
	put(t, from, "scans/b.png", dot())
	put(t, from, "scans/a.png", dot())
	for _, n := range []string{"0002", "0003"} {
		put(t, from, filedClass+n+"/0001.png", dot())
		put(t, from, filedClass+n+"/0002.png", dot())
	}
	put(t, from, filedClass+"0003/0001.txt", []byte("a text that came with the image"))
	if _, err := w.pipe.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: from, Text: true}, nil); err != nil {
		t.Fatal(err)
	}
	pages := w.pages()
	do := func(kind archive.OpKind, fn func(tx *store.Tx) error) {
		t.Helper()
		if _, err := w.cat.Do(ctx, archive.LocalActor(), kind, fn); err != nil {
			t.Fatal(err)
		}
	}
	do(archive.OpPageLink, func(tx *store.Tx) error {
		return tx.LinkPages([]archive.ID{pages["scans/b.png"].ID, pages["scans/a.png"].ID}, items[0].ID)
	})
	do(archive.OpCodeReorder, func(tx *store.Tx) error {
		two, err := w.cat.Record(ctx, access.All(), items[1].ID)
		if err != nil {
			return err
		}
		three, err := w.cat.Record(ctx, access.All(), items[2].ID)
		if err != nil {
			return err
		}
		two.Common().Code, three.Common().Code = three.Common().Code, two.Common().Code
		return tx.Recode([]archive.Record{two, three})
	})
	do(archive.OpCodeFile, func(tx *store.Tx) error { return tx.SetArranged(items[0].Series, filedClass, archive.Filed) })
	if err := w.cat.Close(); err != nil {
		t.Fatal(err)
	}
}

// inPlace is where the originals of toBeFiled belong.
func inPlace() map[string]string {
	at := func(code, name string) string {
		return "Z109/WS·2011-Y-BGS/0001-1000/" + filedClass + code + "-" + name
	}
	return map[string]string{
		"scans/b.png":                at("0001", "0001.png"),
		"scans/a.png":                at("0001", "0002.png"),
		filedClass + "0002/0001.png": at("0003", "0001.png"),
		filedClass + "0002/0002.png": at("0003", "0002.png"),
		filedClass + "0003/0001.png": at("0002", "0001.png"),
		filedClass + "0003/0002.png": at("0002", "0002.png"),
		filedClass + "0003/0001.txt": at("0002", "0001.txt"),
	}
}

// intact tells whether every original lies, as it was received, where the catalogue says.
func (w *world) intact() {
	w.t.Helper()
	var expected iter.Seq2[vault.Expected, error] = func(yield func(vault.Expected, error) bool) {
		for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
			if !yield(vault.Expected{Path: f.Path, Bytes: f.Bytes, SHA256: f.SHA256}, err) {
				return
			}
		}
	}
	r, err := w.vault.Verify(context.Background(), expected, vault.VerifyOptions{})
	if err != nil || !r.Clean() {
		w.t.Fatalf("%+v, %v", r, err)
	}
}

func TestOriginalsMoveOnceWhenTheirClassIsFiled(t *testing.T) {
	dir := t.TempDir()
	toBeFiled(t, dir)
	w := newWorld(t, dir, nil) // what was filed while nobody worked is made up for at the start
	if got := w.where(); !maps.Equal(got, inPlace()) {
		t.Errorf("they lie in %q", got)
	}
	w.intact()
	if n, err := w.pipe.SettleFiled(context.Background()); n != 0 || err != nil {
		t.Errorf("%d move again, %v", n, err)
	}
	moves, err := os.ReadFile(filepath.Join(dir, "manifests", "moves.tsv"))
	if err != nil || !strings.Contains(string(moves), "a.png\tmasters/"+inPlace()["scans/a.png"]) {
		t.Errorf("moves.tsv: %s, %v", moves, err)
	}
	if got := w.leftovers(); len(got) > 0 {
		t.Errorf("left over: %q", got)
	}
}

// TestFilingIsCutOff ends the work at every boundary: the next start goes on to the same end.
func TestFilingIsCutOff(t *testing.T) {
	steps := append([]string{"filed:originals-moved"}, vault.Steps()...)
	for _, step := range steps {
		if !strings.HasPrefix(step, "move:") && step != "filed:originals-moved" {
			continue
		}
		for nth := 1; nth <= 3; nth++ {
			t.Run(fmt.Sprintf("%s %d", step, nth), func(t *testing.T) {
				dir := t.TempDir()
				toBeFiled(t, dir)
				cutOff(t, dir, step, nth)
				w := newWorld(t, dir, nil)
				if got := w.where(); !maps.Equal(got, inPlace()) {
					t.Errorf("they lie in %q", got)
				}
				w.intact()
			})
		}
	}
}

// cutOff starts a pipeline that comes no further than the nth time by a boundary.
func cutOff(t *testing.T, dir, step string, nth int) {
	ctx := context.Background()
	cat, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer cat.Close()
	type over struct{}
	stop := func(at string) {
		if at == step {
			if nth--; nth == 0 {
				panic(over{})
			}
		}
	}
	v, err := vault.Open(filepath.Join(dir, "masters"), filepath.Join(dir, "manifests"), vault.Options{Step: stop})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if _, cut := recover().(over); !cut {
			t.Logf("came by it less often")
		}
	}()
	_, err = ingest.New(ctx, ingest.Options{Catalogue: cat, Vault: v, Derived: filepath.Join(dir, "derived"), Step: stop})
	if err != nil {
		t.Error(err)
	}
}
