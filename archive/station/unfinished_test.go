package station_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/archive/store"
)

// What is being received is not unfinished; what was cut off is, for the owner, a guest and
// a program that needs no index alike, until it goes on or is ended.
func TestUnfinishedReceipts(t *testing.T) {
	home, scans := newHome(t), filepath.Join(t.TempDir(), "scans")
	photographs(t, scans, "a.jpg", "b.jpg", "c.jpg")
	owner := open(t, home, station.Options{})
	defer shut(t, owner)
	guest, light := open(t, home, station.Options{}), open(t, home, station.Options{Light: true})
	defer shut(t, guest)
	defer shut(t, light)
	count := func(when string, want int) (id archive.ID) {
		t.Helper()
		for name, s := range map[string]*station.Station{"owner": owner, "guest": guest, "light": light} {
			list, err := s.Unfinished(context.Background())
			if err != nil || len(list) != want {
				t.Fatalf("%s, %s: %+v, %v", when, name, list, err)
			}
			if want > 0 {
				id = list[0].ID
			}
		}
		return id
	}
	receive := func(cutAt int) {
		t.Helper()
		ctx, cut := context.WithCancel(context.Background())
		defer cut()
		_, err := owner.Pipeline.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: scans}, func(p archive.Progress) {
			count("while receiving", 0)
			if p.Done == cutAt {
				cut()
			}
		})
		if archive.KindOf(err) != archive.Stopped {
			t.Fatalf("receiving: %v", err)
		}
	}
	receive(1)
	first := count("cut off", 1)

	// Going on finds the receipt behind however many others.
	_, err := owner.Catalogue.Do(context.Background(), archive.LocalActor(), "batch.add", func(tx *store.Tx) error {
		for i := range 600 {
			b := archive.Batch{Name: fmt.Sprint(i), Source: fmt.Sprintf("/scans/%d", i), Started: 1, Ended: 2}
			if err := tx.AddBatch(&b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	receive(2)
	if again := count("cut off again", 1); again != first {
		t.Errorf("went on as %v, not %v", again, first)
	}
	if err := guest.EndBatch(context.Background(), archive.LocalActor(), first); err != nil {
		t.Fatal(err)
	}
	count("ended", 0)
	if open, err := owner.Vault.OpenBatches(); err != nil || len(open) != 0 {
		t.Errorf("lists still open: %v, %v", open, err)
	}
}
