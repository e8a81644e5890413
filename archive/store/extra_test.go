package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// The names of own fields are those that a holding has a value of, each once and in the
// order of their bytes.
func TestNamesOfOwnFields(t *testing.T) {
	onBoth(t, func(w *world) {
		names := []string{"a", "ab", "B", "原号", "原号 ", "柜号", "𠮷", "0", " ", "'", "备注"}
		town := w.town()
		r := rand.New(rand.NewPCG(3, 1))
		held := map[archive.ID]map[string]string{}
		for i := range 6 {
			it := archive.Item{Holding: archive.Holding{Parent: town.box.Parent, Code: fmt.Sprintf("J001-N-%d", i), Title: "件"}}
			w.do(func(tx *store.Tx) error { return tx.AddItem(&it) })
			held[it.ID] = map[string]string{}
		}
		if got := must(w.ExtraFields(ctx))(w); len(got) != 0 {
			t.Errorf("none is set, and there are %q", got)
		}
		for range 60 {
			id := slices.Sorted(maps.Keys(held))[r.IntN(len(held))]
			name, value := names[r.IntN(len(names))], []string{"", "值", "另一个值"}[r.IntN(3)]
			if held[id][name] == value {
				continue
			}
			w.do(func(tx *store.Tx) error { return tx.SetExtra(id, map[string]string{name: value}) })
			held[id][name] = value
			want := map[string]bool{}
			for _, fields := range held {
				for name, value := range fields {
					if value != "" {
						want[name] = true
					}
				}
			}
			if got := must(w.ExtraFields(ctx))(w); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
				t.Fatalf("%q, want %q", got, slices.Sorted(maps.Keys(want)))
			}
		}
	})
}
