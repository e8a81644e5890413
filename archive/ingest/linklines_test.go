package ingest_test

import (
	"context"
	"slices"
	"testing"

	"lantai/archive/ingest"
)

// linesAgree wants the lines of a plan that are read by windows to be those that are
// walked.
func (w *linkWorld) linesAgree(p *ingest.LinkPlan) {
	w.t.Helper()
	ctx := context.Background()
	want := map[ingest.LinkFate][]ingest.LinkRow{}
	if err := w.linker.Rows(ctx, p, func(r ingest.LinkRow) error {
		want[r.Fate] = append(want[r.Fate], r)
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	lines, err := w.linker.Lines(ctx, p)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, fate := range []ingest.LinkFate{ingest.FateLink, ingest.FateStay, ingest.FateHeld, ingest.FateUnmatched} {
		if n := lines.Count(fate); n != len(want[fate]) {
			w.t.Errorf("%s: %d lines, want %d", fate, n, len(want[fate]))
		}
		// By windows, the last of which reaches behind the end.
		for from := 0; from <= len(want[fate]); from += 50 {
			at := make([]int, 50)
			for i := range at {
				at[i] = from + i
			}
			got, err := w.linker.LinesAt(ctx, lines, fate, at)
			if err != nil {
				w.t.Fatal(err)
			}
			if n := min(50, len(want[fate])-from); !slices.Equal(got[:n], want[fate][from:from+n]) || got[49] != (ingest.LinkRow{}) && n < 50 {
				w.t.Errorf("%s from %d: %+v, want %+v", fate, from, got[:n], want[fate][from:from+n])
			}
		}
	}
}

// A file that several records claim is one line, with all their 档号.
func TestLinesOfClaimedTwice(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	p := &ingest.LinkPlan{ClaimedTwice: []ingest.ClaimedTwice{{Path: "a.tif", Codes: []string{"1", "2"}}}}
	lines, err := w.linker.Lines(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.linker.LinesAt(context.Background(), lines, ingest.FateTwice, []int{0, 1})
	if err != nil || lines.Count(ingest.FateTwice) != 1 || got[0].Code != "1  2" || got[0].Path != "a.tif" || got[1] != (ingest.LinkRow{}) {
		t.Errorf("%d, %+v, %v", lines.Count(ingest.FateTwice), got, err)
	}
}
