package station_test

import (
	"context"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
)

// Pages are linked to what they are pages of, and not to what items only lie in.
func TestWhatPagesAreLinkedTo(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	s := open(t, newHome(t), station.Options{})
	defer shut(t, s)
	register(t, s)
	for _, code := range []string{"0001-WS·1985-Y-BGS-0001", "0002-003-0001"} {
		if _, _, err := s.AddRecord(ctx, actor, station.NewRecord{Code: code, Values: station.Values{"title": "题名"}}); err != nil {
			t.Fatal(err)
		}
	}
	series, err := s.Catalogue.HoldingByCode(ctx, access.All(), "0001-WS")
	if err != nil {
		t.Fatal(err)
	}
	box := archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Parent: series.ID, Code: "0001-WS-盒1", Title: "盒"}}
	var pages []archive.Page
	if _, err := s.Catalogue.Do(ctx, actor, "test", func(tx *store.Tx) error {
		f := archive.File{Path: "_unfiled/1.jpg", Bytes: 1, Format: "jpeg"}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		pages = []archive.Page{{File: f.ID}}
		if err := tx.AddPages(pages); err != nil {
			return err
		}
		return tx.AddContainer(&box)
	}); err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]archive.ErrorKind{
		"0001": archive.Invalid, "0001-WS": archive.Invalid, "0001-WS-盒1": archive.Invalid,
		"0001-WS·1985-Y-BGS-0001": "", "0002-003-0001": "", "0001-WS·1985-Y-BGS-0009": archive.NotFound,
	} {
		if _, err := s.Link(ctx, actor, []archive.ID{pages[0].ID}, code); archive.KindOf(err) != want {
			t.Errorf("%s: %v, want %q", code, err, want)
		}
	}
	if _, err := s.Catalogue.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{pages[0].ID}, box.ID) }); archive.KindOf(err) != archive.Invalid {
		t.Errorf("past the station: %v", err)
	}
}
