//go:build torture && unix

package ingest_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

const killVolumes = 100

// TestLinkInAChild is the process that TestLinkKilled kills.
func TestLinkInAChild(t *testing.T) {
	home := os.Getenv(killHome)
	if home == "" {
		t.Log("does its work for TestLinkKilled")
		return
	}
	c, err := store.Open(context.Background(), store.Options{Catalogue: filepath.Join(home, "catalogue.db"), Text: filepath.Join(home, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	l := ingest.Linker{Catalogue: c, Sight: access.All(), Step: dying()}
	p, err := l.Plan(context.Background(), ingest.LinkRequest{By: ingest.LinkByRange}, nil)
	if err == nil {
		_, err = l.Carry(context.Background(), archive.LocalActor(), p, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}

// wholeVolumes makes an archive of volumes with ten images and three items each.
func wholeVolumes(t *testing.T) string {
	home := t.TempDir()
	w := newLinkWorld(t, home)
	w.do(func(tx *store.Tx) error {
		for n := range killVolumes {
			v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: w.series, Code: volumeCode(n), Title: "案卷"}, PageCount: 9}
			if err := tx.AddContainer(&v); err != nil {
				return err
			}
			for i, pageNo := range []string{"1-3", "4", "5-9"} {
				it := archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Parent: v.ID, Code: fmt.Sprintf("%s-%03d", v.Code, i+1), Title: "文件"}, PageNo: pageNo}
				if err := tx.AddItem(&it); err != nil {
					return err
				}
			}
			for i := range 10 {
				f := archive.File{Path: fmt.Sprintf("%s/%04d.png", v.Code, i), Bytes: 7, SHA256: strings.Repeat("0c", 32), Format: "png"}
				f.Source = f.Path
				if err := tx.AddFile(&f); err != nil {
					return err
				}
				if err := tx.AddPages([]archive.Page{{File: f.ID, Holding: v.ID}}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := w.cat.Close(); err != nil {
		t.Fatal(err)
	}
	return home
}

// TestLinkKilled kills linking at random moments and at every boundary: each volume is
// wholly parted or not at all, and going on ends where an undisturbed run does.
func TestLinkKilled(t *testing.T) {
	where := func(t *testing.T, home string) map[string]string {
		w := newLinkWorld(t, home)
		defer w.cat.Close()
		if n, err := w.cat.Totals(context.Background(), access.All(), 0); err != nil || n.Pages != 10*killVolumes || n.Unlinked != 0 {
			t.Fatalf("%+v, %v", n, err)
		}
		return w.lies()
	}
	calm := wholeVolumes(t)
	before := where(t, calm)
	began := time.Now()
	if (victim{test: "TestLinkInAChild", home: calm}).run(t) {
		t.Fatal("nobody killed it")
	}
	whole := time.Since(began)
	after := where(t, calm)
	if maps.Equal(before, after) {
		t.Fatal("nothing was linked")
	}
	look := func(t *testing.T, home string) {
		old, now := 0, 0
		got := where(t, home)
		for n := range killVolumes {
			vol := volumeCode(n)
			of := func(m map[string]string) (list []string) {
				for i := range 10 {
					list = append(list, m[fmt.Sprintf("%s/%04d.png", vol, i)])
				}
				return list
			}
			switch {
			case slices.Equal(of(got), of(before)):
				old++
			case slices.Equal(of(got), of(after)):
				now++
			default:
				t.Errorf("%s is parted half: %q", vol, of(got))
			}
		}
		t.Logf("killed with %d volumes parted, %d not", now, old)
		if (victim{test: "TestLinkInAChild", home: home}).run(t) {
			t.Fatal("nobody killed it")
		}
		if !maps.Equal(where(t, home), after) {
			t.Error("going on ends elsewhere")
		}
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d; an undisturbed run takes %v", seed, whole)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 20 {
		t.Run(fmt.Sprintf("moment %d", i), func(t *testing.T) {
			home := wholeVolumes(t)
			victim{test: "TestLinkInAChild", home: home, after: 1 + time.Duration(r.Int64N(int64(whole)))}.run(t)
			look(t, home)
		})
	}
	for _, name := range ingest.LinkSteps() {
		for count := 1; count <= 4; count++ {
			t.Run(fmt.Sprintf("%s %d", name, count), func(t *testing.T) {
				home := wholeVolumes(t)
				if !(victim{test: "TestLinkInAChild", home: home, step: name, count: count}).run(t) {
					t.Errorf("never came by the %d. time", count)
				}
				look(t, home)
			})
		}
	}
}
