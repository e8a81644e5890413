package ingest_test

import (
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
)

// Hours are refused or written back as the same, and their next change is later and one.
func FuzzParseHours(f *testing.F) {
	for _, s := range []string{"", "always", "19:00-07:00", "24:00-06:00", "00:00-24:00", "7:5-9:61", "19:00-07:00 x", "-1:00-+2:00"} {
		f.Add(s, int64(1_700_000_000))
	}
	f.Fuzz(func(t *testing.T, s string, at int64) {
		h, err := ingest.ParseHours(s)
		if err != nil {
			if archive.KindOf(err) != archive.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := ingest.ParseHours(h.String())
		if err != nil || again != h {
			t.Fatalf("%q is written as %q, which is read as %v, %v", s, h, again, err)
		}
		now := time.Unix(at%(1<<33), 0).UTC()
		if next := h.Change(now); !next.IsZero() && (!next.After(now) || h.Open(next) == h.Open(now)) {
			t.Fatalf("%s changes at %v after %v", h, next, now)
		}
	})
}
