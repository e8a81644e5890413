package ingest_test

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

func TestParseHours(t *testing.T) {
	for in, want := range map[string]string{
		"": "always", "always": "always", "19:00-07:00": "19:00-07:00", "7:30-9:05": "07:30-09:05", "00:00-24:00": "00:00-24:00",
	} {
		if h, err := ingest.ParseHours(in); err != nil || h.String() != want {
			t.Errorf("%q: %s, %v", in, h, err)
		}
	}
	for _, in := range []string{"19-7", "25:00-07:00", "19:60-07:00", "19:00-19:00", "19:00-07:00x", "-1:00-07:00", "nights"} {
		if h, err := ingest.ParseHours(in); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%q: %s, %v", in, h, err)
		}
	}
}

// Change and Finish against going through every minute.
func TestHoursAgainstMinutes(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range []string{"19:00-07:00", "08:30-17:00", "00:00-06:00", "22:00-24:00", "always"} {
		h, err := ingest.ParseHours(s)
		if err != nil {
			t.Fatal(err)
		}
		for range 40 {
			at := time.Date(2026, 1, 1+r.IntN(14), r.IntN(24), r.IntN(60), 0, 0, zone)
			work := time.Duration(1+r.IntN(6000)) * time.Minute
			end, left := at, work
			for left > 0 {
				if h.Open(end) {
					left -= time.Minute
				}
				end = end.Add(time.Minute)
			}
			if got := h.Finish(at, work); !got.Equal(end) {
				t.Fatalf("%s: %v of work from %v end %v, want %v", s, work, at, got, end)
			}
			if s == "always" {
				continue
			}
			change := at.Add(time.Minute)
			for h.Open(change) == h.Open(at) {
				change = change.Add(time.Minute)
			}
			if got := h.Change(at); !got.Equal(change) {
				t.Fatalf("%s at %v: changes %v, want %v", s, at, got, change)
			}
		}
	}
	h, _ := ingest.ParseHours("19:00-07:00")
	saturday := time.Date(2026, 1, 3, 12, 0, 0, 0, zone)
	if !h.Open(saturday) || h.Open(saturday.AddDate(0, 0, 2)) {
		t.Error("weekends are whole")
	}
}

// A running pipeline rests outside its hours, unless a command waits for it, and begins
// when they do.
func TestThePipelineKeepsItsHours(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Date(2026, 1, 5, 12, 0, 0, 0, time.Local).UnixMilli()) // a Monday
	rests, done := make(chan ingest.Status, 1), make(chan archive.IndexPage, 8)
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) {
		o.Now = func() time.Time { return time.UnixMilli(now.Load()) }
		o.Observe = func(s ingest.Status) {
			if !s.Rests.IsZero() {
				select {
				case rests <- s:
				default:
				}
			}
		}
	})
	w.index.put = done
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if _, err := w.cat.Do(ctx, archive.LocalActor(), "test", func(tx *store.Tx) error {
		return tx.Set(ingest.SettingHours, "19:00-07:00")
	}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, dir, "a.png", asPNG(t, drawn(t, "for the night")))
	if _, err := w.pipe.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- w.pipe.Run(ctx) }()
	s := <-rests
	if want := time.Date(2026, 1, 5, 19, 0, 0, 0, time.Local); !s.Rests.Equal(want) {
		t.Errorf("rests until %v, want %v", s.Rests, want)
	}
	if p := w.pages()["a.png"]; p.Stage != archive.StageReceived {
		t.Errorf("the page is %s at noon", p.Stage)
	}
	now.Store(time.Date(2026, 1, 5, 19, 0, 0, 0, time.Local).UnixMilli())
	w.pipe.Wake()
	<-done
	// Somebody who waits is not sent away until the evening.
	now.Store(time.Date(2026, 1, 6, 12, 0, 0, 0, time.Local).UnixMilli())
	other := t.TempDir()
	put(t, other, "b.png", asPNG(t, drawn(t, "wanted now")))
	w.ingest(other)
	if p := w.pages()["b.png"]; p.Stage != archive.StageIndexed {
		t.Errorf("the page is %s though somebody waited", p.Stage)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
