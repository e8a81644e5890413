package station_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// hold gives an item one page: an original in masters/, or on a root elsewhere.
func hold(t *testing.T, s *station.Station, code string, root archive.ID) archive.ID {
	t.Helper()
	ctx := context.Background()
	r, _, err := s.AddRecord(ctx, archive.LocalActor(), station.NewRecord{Code: code, Values: station.Values{"title": "题名"}})
	if err != nil {
		t.Fatal(err)
	}
	h := r.Common()
	f := archive.File{Root: root, Path: "0001/" + code + ".tif", Source: code + ".tif", Format: "tiff", Bytes: int64(len(code))}
	if root == 0 {
		b, err := s.Vault.Batch("b" + code[len(code)-4:])
		if err != nil {
			t.Fatal(err)
		}
		stored, err := b.Receive(ctx, vault.Incoming{Reader: strings.NewReader(code), Path: f.Path})
		if err == nil {
			err = b.Close(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		f.SHA256 = stored.SHA256
	}
	var page archive.ID
	_, err = s.Catalogue.Do(ctx, archive.LocalActor(), "test", func(tx *store.Tx) error {
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		pages := []archive.Page{{File: f.ID, Holding: h.ID}}
		err := tx.AddPages(pages)
		page = pages[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// A guest's correction shows a mark; the owner puts the page aside and carries out what
// the guest decides. An original on a storage root stays where it is.
func TestGuestDecidesOnQuarantine(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	dir := newHome(t)
	owner := open(t, dir, station.Options{})
	defer shut(t, owner)
	register(t, owner)
	var root archive.ID
	if _, err := owner.Catalogue.Do(ctx, actor, "test", func(tx *store.Tx) error {
		r := store.Root{Label: "旧盘", Path: t.TempDir()}
		err := tx.AddRoot(&r)
		root = r.ID
		return err
	}); err != nil {
		t.Fatal(err)
	}
	const kept, elsewhere = "0001-WS·1985-Y-BGS-0001", "0001-WS·1985-Y-BGS-0002"
	pages := map[string]archive.ID{kept: hold(t, owner, kept, 0), elsewhere: hold(t, owner, elsewhere, root)}
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	if guest.Owner() {
		t.Fatal("two owners")
	}
	for code, page := range pages {
		if err := guest.Correct(ctx, actor, page, "机密★10年\n"+code); archive.ReasonOf(err) != archive.ReasonQuarantined {
			t.Errorf("%s: %v", code, err)
		}
		q, err := guest.FindQuarantine(ctx, access.All(), code)
		if err != nil || q.Page != page || q.Mark != "机密★10年" {
			t.Fatalf("%+v, %v", q, err)
		}
		files, err := guest.Catalogue.QuarantinedFiles(ctx, q.ID)
		if err != nil || len(files) != 1 || vault.InQuarantine(files[0].Path) != (code == kept) || files[0].State != archive.FileQuarantined {
			t.Fatalf("%+v, %v", files, err)
		}
		if _, err := guest.Link(ctx, actor, []archive.ID{page}, code); err == nil {
			t.Error("a page put aside was linked")
		}
		removed, err := guest.Decide(ctx, actor, q.ID, true, "移交保密室")
		if err != nil || len(removed) != 1 || removed[0].Left != (code == elsewhere) || removed[0].Pages != 1 {
			t.Errorf("%+v, %v", removed, err)
		}
		if _, err := guest.Catalogue.Page(ctx, access.All(), page); archive.KindOf(err) != archive.NotFound {
			t.Errorf("the page: %v", err)
		}
		if _, err := guest.FindQuarantine(ctx, access.All(), code); archive.KindOf(err) != archive.NotFound {
			t.Errorf("decided, and found to wait: %v", err)
		}
	}
	v, err := owner.Verify(ctx, nil)
	if err != nil || v.Damaged() || len(v.Extra) > 0 || v.Purged != 1 || v.Quarantined != 0 {
		t.Errorf("%+v, %v", v, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "masters", "_quarantine", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "manifests", "purged.tsv")); err != nil {
		t.Error(err)
	}
	if _, err := owner.Catalogue.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
}

// Each item that a mark came to by linking is put aside and listed, which is no error.
func TestLinkingStopsAtMarks(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	s := open(t, newHome(t), station.Options{})
	defer shut(t, s)
	register(t, s)
	codes := []string{"0001-WS·1985-Y-BGS-0001", "0001-WS·1985-Y-BGS-0002", "0001-WS·1985-Y-BGS-0003"}
	marks := map[string]string{codes[0]: "机密★10年\n甲", codes[1]: "通知\n乙", codes[2]: "秘密★5年\n丙"}
	for _, code := range codes {
		page := hold(t, s, code, 0)
		if err := s.Catalogue.SaveText(ctx, archive.PageText{Page: page, Plain: marks[code], Origin: archive.OriginRecognised}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Catalogue.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.UnlinkPages([]archive.ID{page}) }); err != nil {
			t.Fatal(err)
		}
	}
	plan, err := s.PlanLinks(ctx, ingest.LinkRequest{By: ingest.LinkByName}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.CarryLinks(ctx, actor, plan, nil)
	if err != nil || r.Linked != 3 || !r.Listed() {
		t.Fatalf("%+v, %v", r, err)
	}
	var aside []string
	for _, q := range r.Quarantined {
		aside = append(aside, q.Code+" "+q.Mark)
	}
	if want := []string{codes[0] + " 机密★10年", codes[2] + " 秘密★5年"}; !slices.Equal(aside, want) {
		t.Errorf("put aside %q, want %q", aside, want)
	}
}
