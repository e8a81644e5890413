package vault_test

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

	"lantai/archive"
	"lantai/archive/vault"
)

func TestPurge(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	for _, p := range []string{"J001/1", "J001/2", "J001/3"} {
		put(t, b, p, "content of "+p)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	list := tree(t, home)["manifests/b1.sha256"]
	to := vault.Quarantined("b1", "7", "J001/2")
	if to != "_quarantine/b1/7-2" || !vault.InQuarantine(to) || vault.InQuarantine("J001/2") {
		t.Errorf("put aside as %s", to)
	}
	if err := v.Move(ctx, []vault.Rename{{From: "J001/2", To: to}}, nil); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []map[string]string{{"../rows": ""}, {to: "xyz"}} {
		if err := v.Purge(ctx, bad); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	gone := map[string]string{to: sumOf("content of J001/2")}
	for i := range 2 { // the second time it is gone already, with its folder
		if i == 1 {
			if err := os.RemoveAll(filepath.Join(home, "masters", "_quarantine")); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Purge(ctx, gone); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := v.Purged(); err != nil || n != 1 {
		t.Errorf("%d purged, %v", n, err)
	}
	checkSums(t, home, "current.sha256")
	now := tree(t, home)
	if now["manifests/b1.sha256"] != list {
		t.Error("the batch's list was edited")
	}
	for name, content := range now {
		if strings.Contains(content, "J001/2") && strings.HasPrefix(name, "masters/") || strings.Contains(name, "7-2") {
			t.Errorf("left: %s", name)
		}
	}
	if !strings.Contains(now["manifests/purged.tsv"], "\tmasters/"+to+"\t"+gone[to]+"\n") {
		t.Errorf("purged.tsv: %q", now["manifests/purged.tsv"])
	}
	if n := strings.Count(now["manifests/current.sha256"], "\n"); n != 2 {
		t.Errorf("%d originals are listed", n)
	}
}

// Any order of receiving, putting aside, taking back and purging leaves the list that a
// map would give, though the same content comes to the same path again and again.
func TestListFollowsPurges(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		home := quickDir(t)
		v := open(t, home, vault.Options{})
		held, aside := map[string]bool{}, map[string]string{} // aside: where it lies → where it lay
		var log []string
		for i := range 30 {
			path := fmt.Sprintf("J001/%d", rnd.IntN(4))
			switch n := rnd.IntN(6); {
			case n < 2 && !held[path]:
				b := begin(t, v, fmt.Sprintf("b%d", i))
				put(t, b, path, "always "+path)
				held[path] = true
				if err := b.Close(ctx); err != nil {
					t.Fatal(err)
				}
				log = append(log, "receive "+path)
			case n == 2 && held[path]:
				to := vault.Quarantined("b", fmt.Sprint(i), path)
				if err := v.Move(ctx, []vault.Rename{{From: path, To: to}}, nil); err != nil {
					t.Fatal(err)
				}
				delete(held, path)
				aside[to] = path
				log = append(log, "aside "+path+" "+to)
			case n == 3 || n == 4:
				for at, back := range aside {
					if n == 3 && held[back] {
						continue
					}
					var err error
					if n == 3 {
						err = v.Move(ctx, []vault.Rename{{From: at, To: back}}, nil)
						held[back] = true
					} else {
						err = v.Purge(ctx, map[string]string{at: sumOf("always " + back)})
					}
					if err != nil {
						t.Fatal(err)
					}
					delete(aside, at)
					log = append(log, fmt.Sprint(n, " ", at))
					break
				}
			case n == 5:
				if err := v.Refresh(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := v.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for p := range held {
			want[p] = p
		}
		maps.Copy(want, aside)
		var lines strings.Builder
		for _, p := range slices.Sorted(maps.Keys(want)) {
			fmt.Fprintf(&lines, "%s  masters/%s\n", sumOf("always "+want[p]), p)
		}
		for _, how := range []string{"kept up", "rebuilt"} {
			got, err := os.ReadFile(filepath.Join(home, "manifests/current.sha256"))
			if err != nil || string(got) != lines.String() {
				t.Errorf("seed %d, %s: %v\n%s\nwant\n%s\n%s", seed, how, err, got, lines.String(), strings.Join(log, "\n"))
			}
			if err := v.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
}
