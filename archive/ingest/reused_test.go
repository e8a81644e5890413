package ingest_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// A record that is renumbered keeps its originals where they lie. The next record with its
// former 档号 gets its own, also where they are equal to the byte.
func TestAReusedCodeNeverTakesTheOthersOriginals(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, t.TempDir(), nil)
	first := w.item(code)
	blank := asPNG(t, drawn(t, "the same sheet"))
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	for n := range 25 { // more than a few names are tried
		put(t, one, fmt.Sprintf("%s/%d.png", code, n+1), blank)
	}
	for n := range 3 {
		put(t, two, fmt.Sprintf("%s/again%d.png", code, n+1), blank)
	}
	w.ingest(one)
	if _, err := w.cat.Do(ctx, archive.LocalActor(), archive.OpCodeMove, func(tx *store.Tx) error {
		first.Code = "Z109-WS·2011-Y-BGS-0002"
		return tx.Recode([]archive.Record{&first})
	}); err != nil {
		t.Fatal(err)
	}
	second := w.item(code)
	if r := w.ingest(two); r.Received != 3 || len(r.Refused) > 0 {
		t.Fatalf("%+v", r)
	}
	for id, want := range map[archive.ID]int{first.ID: 25, second.ID: 3} {
		pages, err := w.cat.PagesOf(ctx, access.All(), id)
		if err != nil || len(pages) != want {
			t.Errorf("%d pages of %s, want %d, %v", len(pages), id, want, err)
		}
	}
	if got := w.ingest(two); got.Already != 3 {
		t.Errorf("the same again: %+v", got)
	}
}
