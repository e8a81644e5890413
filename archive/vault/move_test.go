package vault_test

import (
	"context"
	"errors"
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

func TestMove(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	v := open(t, home, vault.Options{})
	b := begin(t, v, "b1")
	for _, p := range []string{"_unfiled/b1/1", "_unfiled/b1/2", "_unfiled/b1/3"} {
		put(t, b, p, p)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	before := tree(t, home)
	mv := func(pairs ...string) (moves []vault.Rename) {
		for i := 0; i < len(pairs); i += 2 {
			moves = append(moves, vault.Rename{From: pairs[i], To: pairs[i+1]})
		}
		return moves
	}
	refused := errors.New("the catalogue says no")
	tests := []struct {
		name  string
		moves []vault.Rename
		kind  archive.ErrorKind
	}{
		{"taken", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/2", "_unfiled/b1/3"), archive.Conflict},
		{"not there", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/9", "J001/9"), archive.NotFound},
		{"not the one there", mv("_unfiled/b1/9", "_unfiled/b1/3"), archive.NotFound},
		{"one target", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/2", "J001/1"), archive.Invalid},
		{"one source", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/1", "J001/2"), archive.Invalid},
		{"leads out", mv("_unfiled/b1/1", "../1"), archive.Invalid},
		{"from outside", mv("../rows", "J001/1"), archive.Invalid},
		{"unsafe", mv("_unfiled/b1/1", "J001/con"), archive.Invalid},
		{"a file in the way", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/2", "_unfiled/b1/3/2"), archive.Conflict},
		{"wrong hash", []vault.Rename{{From: "_unfiled/b1/1", To: "J001/1", SHA256: "xyz"}}, archive.Invalid},
		{"not committed", mv("_unfiled/b1/1", "J001/1", "_unfiled/b1/2", "J001/2"), archive.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := v.Move(ctx, tt.moves, func([]vault.Rename) error { return refused })
			if archive.KindOf(err) != tt.kind {
				t.Errorf("%v", err)
			}
			if d := diffTrees(before, tree(t, home)); d != "" {
				t.Error(d)
			}
		})
	}
	moves := mv("_unfiled/b1/1", "J001/001/1", "_unfiled/b1/2", "J001/002/2")
	for range 2 { // the second time they stand there already
		told := 0
		if err := v.Move(ctx, moves, func(m []vault.Rename) error { told += len(m); return nil }); err != nil || told != 2 {
			t.Fatalf("%v, told of %d", err, told)
		}
	}
	if err := v.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	checkSums(t, home, "current.sha256")
	noLeftovers(t, home)
	if got := tree(t, home); got["manifests/b1.sha256"] != before["manifests/b1.sha256"] {
		t.Error("the batch's list was edited")
	}
}

// When the target was taken while the program was down, Recover gives up the whole plan and takes
// back what had been moved.
func TestRecoverUndoesWhatCannotBeFinished(t *testing.T) {
	home, ctx := t.TempDir(), context.Background()
	for name, c := range map[string]string{"masters/J001/1": "1", "masters/_unfiled/2": "2", "masters/J001/2": "somebody else's"} {
		write(t, filepath.Join(home, name), c)
	}
	plan := fmt.Sprintf("_unfiled/1\tJ001/1\t%s\n_unfiled/2\tJ001/2\t%s\n", sumOf("1"), sumOf("2"))
	write(t, filepath.Join(home, "manifests/moves.journal"), plan)
	v := open(t, home, vault.Options{})
	_, err := v.Recover(ctx, func([]vault.Rename) error { t.Error("committed"); return nil })
	if archive.KindOf(err) != archive.Conflict {
		t.Errorf("%v", err)
	}
	want := map[string]string{"_unfiled/1": "1", "_unfiled/2": "2", "J001/2": "somebody else's"}
	if d := diffTrees(want, tree(t, filepath.Join(home, "masters"))); d != "" {
		t.Error(d)
	}
	if _, err := v.Recover(ctx, nil); err != nil {
		t.Errorf("the second time: %v", err)
	}
}

// Any order of receiving, moving (also back and in chains), refreshing and starting anew leaves the
// list that a map would give.
func TestListFollowsAnyHistory(t *testing.T) {
	ctx := context.Background()
	for seed := range uint64(histories) {
		rnd := rand.New(rand.NewPCG(seed, 9))
		home := quickDir(t)
		v := open(t, home, vault.Options{})
		model := map[string]string{}
		var b *vault.Batch
		for i := range historySteps {
			switch rnd.IntN(8) {
			case 0, 1, 2:
				if b == nil {
					b = begin(t, v, fmt.Sprintf("b%d", i))
				}
				path := fmt.Sprintf("%d/%d", rnd.IntN(3), rnd.IntN(12))
				if _, ok := model[path]; !ok {
					model[path] = fmt.Sprint(i)
					put(t, b, path, model[path])
				}
			case 3, 4, 5:
				from := slices.Sorted(maps.Keys(model))
				to := fmt.Sprintf("%d/%d", rnd.IntN(3), rnd.IntN(12))
				if _, taken := model[to]; len(from) == 0 || taken {
					continue
				}
				f := from[rnd.IntN(len(from))]
				if err := v.Move(ctx, []vault.Rename{{From: f, To: to}}, nil); err != nil {
					t.Fatal(err)
				}
				model[to] = model[f]
				delete(model, f)
			case 6:
				if err := v.Refresh(ctx); err != nil {
					t.Fatal(err)
				}
			case 7:
				if b != nil {
					if err := b.Close(ctx); err != nil {
						t.Fatal(err)
					}
					b = nil
				}
				v = open(t, home, vault.Options{})
			}
		}
		if b != nil {
			if err := b.Close(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := v.Refresh(ctx); err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for _, p := range slices.Sorted(maps.Keys(model)) {
			fmt.Fprintf(&want, "%s  masters/%s\n", sumOf(model[p]), p)
		}
		for _, how := range []string{"kept up", "rebuilt"} {
			got, err := os.ReadFile(filepath.Join(home, "manifests/current.sha256"))
			if err != nil && want.Len() > 0 || string(got) != want.String() {
				t.Errorf("seed %d, %s: %v\n%s\nwant\n%s", seed, how, err, got, want.String())
			}
			if err := v.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
		}
		noLeftovers(t, home)
	}
}
