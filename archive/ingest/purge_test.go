package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
)

var agreeing = archive.Actor{ID: 2, Name: "the second"}

// originalsOf are where the originals of a world are looked for.
func (w *world) originals() *vault.Originals {
	return vault.NewOriginals(w.vault, ingest.Registry(w.cat), vault.RootOptions{Fresh: 1})
}

func (w *world) plan(items ...archive.Item) ingest.PurgePlan {
	w.t.Helper()
	var ids []archive.ID
	for _, i := range items {
		ids = append(ids, i.ID)
	}
	plan, err := ingest.PlanPurge(context.Background(), w.cat, w.originals(), ids)
	if err != nil {
		w.t.Fatal(err)
	}
	return plan
}

func (w *world) askPurge(items ...archive.Item) archive.Purge {
	w.t.Helper()
	p, err := ingest.AskPurge(context.Background(), w.cat, archive.LocalActor(), w.plan(items...), "by the inspection's finding")
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// purged asks and agrees.
func (w *world) purged(items ...archive.Item) archive.Purge {
	w.t.Helper()
	p, err := w.pipe.AgreePurge(context.Background(), agreeing, w.askPurge(items...).ID, nil)
	if err != nil || p.State != archive.PurgeDone {
		w.t.Fatal(p, err)
	}
	if _, err := w.cat.VerifyLog(context.Background()); err != nil {
		w.t.Error(err)
	}
	return p
}

func (w *world) media(cleared bool) []archive.Medium {
	w.t.Helper()
	list, err := w.cat.Media(context.Background(), access.All(), cleared)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func linking(page, holding archive.ID) func(*store.Tx) error {
	return func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{page}, holding) }
}

// adoptedDisk is a world with a disk of which the item has three files.
func adoptedDisk(t *testing.T) (w *world, dir string, item archive.Item) {
	dir = filepath.Join(t.TempDir(), "disk")
	disk(t, dir)
	w = newWorld(t, t.TempDir(), freshly(&vault.RootOptions{}))
	item = w.item(code)
	w.adopt(dir)
	w.drain()
	if _, err := w.pipe.Hash(context.Background(), 0, nil); err != nil {
		t.Fatal(err)
	}
	return w, dir, item
}

// Originals on a root that can be written to are removed from it; all else there stays.
func TestPurgeEmptiesAConnectedRoot(t *testing.T) {
	w, dir, item := adoptedDisk(t)
	loose := listing(t, filepath.Join(dir, "loose"))
	plan := w.plan(item)
	if plan.Files != 3 || plan.Pages != 4 || len(plan.Media) != 0 || plan.Bytes == 0 {
		t.Errorf("%+v", plan)
	}
	w.purged(item)
	if _, err := os.Stat(filepath.Join(dir, code)); !os.IsNotExist(err) {
		t.Errorf("the folder of the record: %v", err)
	}
	if now := listing(t, filepath.Join(dir, "loose")); now != loose {
		t.Errorf("what stays was\n%s\nand is\n%s", loose, now)
	}
	if m := w.media(true); len(m) != 0 {
		t.Errorf("media: %+v", m)
	}
	roots, err := w.cat.Roots(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	list := w.path("manifests/" + vault.RootList(roots[0].ID))
	b, err := os.ReadFile(list)
	if err != nil || len(b) == 0 || bytes.Contains(b, []byte(code)) {
		t.Errorf("the root's list: %s, %v", b, err)
	}
	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", list)
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
	if left := w.index.find("minutes"); len(left) != 0 {
		t.Errorf("in the index: %v", left)
	}
}

// A root that is away holds the originals still, and so does one on which something else
// lies in their place, until a person has seen to it.
func TestPurgeListsWhatARootHoldsStill(t *testing.T) {
	ctx := context.Background()
	w, dir, item := adoptedDisk(t)
	away := dir + "-away"
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	if plan := w.plan(item); len(plan.Media) != 1 || plan.Media[0].Files != 3 || plan.Media[0].Bytes != plan.Bytes {
		t.Errorf("%+v", plan.Media)
	}
	p := w.purged(item)
	list := w.media(false)
	if len(list) != 1 || list[0].Purge != p.ID || list[0].Kind != archive.MediumRoot || list[0].Files != 3 || list[0].Number != 1 ||
		!slices.Contains(list[0].Paths, code+"/"+code+"-0001.jpg") {
		t.Fatalf("%+v", list)
	}
	// Back again, with one of the files altered: that is for a person to look at.
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	altered := filepath.Join(dir, code, code+"-0003.png")
	if err := os.WriteFile(altered, []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := w.pipe.ClearMedium(ctx, agreeing, 1, "disk emptied"); archive.KindOf(err) != archive.Conflict {
		t.Errorf("cleared with a file on it: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, code, code+"-0001.jpg")); !os.IsNotExist(err) {
		t.Errorf("an original that could be removed: %v", err)
	}
	if err := os.Remove(altered); err != nil {
		t.Fatal(err)
	}
	m, err := w.pipe.ClearMedium(ctx, agreeing, 1, "disk emptied")
	if err != nil || m.Cleared == 0 || m.Actor != agreeing.ID || m.Note != "disk emptied" {
		t.Errorf("%+v, %v", m, err)
	}
	if list = w.media(false); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

// What was put aside of a record goes with it, and an original of several records goes
// with all of them only.
func TestPurgeOfSharedAndPutAsideOriginals(t *testing.T) {
	ctx := context.Background()
	w := secretWorld(t, t.TempDir(), nil)
	w.items()
	w.ingest(w.deliver([]planted{{secretItem + "/0001.png", "机密★10年", []string{"青松岭水库调度方案"}, true},
		{ordinary + "/0001.png", "", []string{"关于植树造林的通知"}, false}}))
	in := t.TempDir()
	put(t, in, "两件.tif", asTIFF(drawn(t, "first of two"), drawn(t, "second of two")))
	w.ingest(in)
	item := func(code string) archive.Item {
		h, err := w.cat.HoldingByCode(ctx, access.All(), code)
		if err != nil {
			t.Fatal(err)
		}
		return archive.Item{Holding: h}
	}
	pages := w.pages()
	first, second := item(thirdPage), item(examination)
	for of, page := range map[archive.ID]archive.Page{first.ID: pages["两件.tif"], second.ID: pages["两件.tif#1"]} {
		if _, err := w.cat.Do(ctx, archive.LocalActor(), archive.OpPageLink, linking(page.ID, of)); err != nil {
			t.Fatal(err)
		}
	}
	plan := w.plan(first)
	if !slices.Equal(plan.Shared, []string{examination}) {
		t.Errorf("%+v", plan)
	}
	_, err := ingest.AskPurge(ctx, w.cat, archive.LocalActor(), plan, "one alone")
	if shared, ok := errors.AsType[archive.Shared](err); !ok || archive.KindOf(err) != archive.Conflict || !slices.Equal(shared, archive.Shared{examination}) {
		t.Errorf("one of two: %v", err)
	}
	w.purged(first, second)
	w.purged(item(secretItem))
	if m := w.matters(""); len(m) != 0 {
		t.Errorf("what was put aside: %+v", m)
	}
	if left := w.traces([]string{"机密", "两件.tif", "水库"}, nil); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	var masters []string
	_ = filepath.WalkDir(w.path("masters"), func(p string, d os.DirEntry, _ error) error {
		if !d.IsDir() {
			masters = append(masters, p)
		}
		return nil
	})
	if len(masters) != 1 || !strings.Contains(masters[0], ordinary) {
		t.Errorf("originals: %v", masters)
	}
	w.checkSums()
	if err := w.vault.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	w.checkSums()
	if n, err := w.vault.Purged(); err != nil || n != 2 {
		t.Errorf("%d originals were purged, %v", n, err)
	}
}
