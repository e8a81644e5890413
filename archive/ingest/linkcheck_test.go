package ingest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

func TestCheckLinks(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	images := map[string][]string{
		"001": {"1", "2", "3"}, "002": {"1", "2"}, "003": {"1", "2", "3", "4"}, "005": {"1", "3"}, "006": {"1", "2", "2a", "3", "F01", "B01", "000"},
		"008": {"1", "1a", "3"}, "009": {"5", "4"}, "010": {"1", "01"},
	}
	for vol, names := range images {
		for _, n := range names {
			put(t, dir, fmt.Sprintf("C038-001-%s/%s.png", vol, n), w.png)
		}
	}
	for vol, count := range map[string]int{"001": 3, "002": 3, "003": 3, "004": 3, "005": 2, "006": 4, "007": 0, "008": 0, "009": 2, "010": 0} {
		w.volume("C038-001-"+vol, count)
	}
	whole := w.volume("C038-001-011", 2)
	put(t, dir, "C038-001-011/1.png", w.png)
	put(t, dir, "C038-001-011/2.png", w.png)
	w.inVolume(whole, "C038-001-011-001", "1-2", 0)
	// Images of the whole volume, of which one is missing in between, or at the end; a volume
	// of which one item has its own already; numbers that explain a count, or do not.
	for vol, count := range map[string]int{"012": 3, "013": 3, "014": 2} {
		id := w.volume("C038-001-"+vol, count)
		w.inVolume(id, "C038-001-"+vol+"-001", "1", 1)
		w.inVolume(id, "C038-001-"+vol+"-002", fmt.Sprintf("2-%d", count), 0)
	}
	w.volume("C038-001-015", 2)
	w.volume("C038-001-016", 4)
	for _, name := range []string{"012/1", "012/3", "013/1", "013/2", "014-001/1", "014/2", "015/1", "015/2", "015/02", "016/1", "016/3"} {
		put(t, dir, "C038-001-"+name+".png", w.png)
	}
	w.receive(dir)
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: "empty", Source: "C038-001-007/1.png", Format: "png", SHA256: strings.Repeat("0b", 32)}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		h, err := w.cat.HoldingByCode(context.Background(), access.All(), "C038-001-007")
		if err != nil {
			return err
		}
		return tx.AddPages([]archive.Page{{File: f.ID, Holding: h.ID}})
	})
	c, err := w.linker.Check(context.Background(), access.All(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "mismatches", said(c.Mismatches), []string{
		"C038-001-002 fewer 2/3", "C038-001-003 more 4/3", "C038-001-004 none 0/3", "C038-001-005 serial-gap 2/2 2",
		"C038-001-007 empty-file 0/0 C038-001-007/1.png", "C038-001-008 serial-gap 3/0 2", "C038-001-010 serial-twice 2/0 1",
		"C038-001-011 whole-volume 2/0", "C038-001-012 fewer 2/3 2", "C038-001-013 fewer 2/3",
		"C038-001-014 whole-volume 1/0", "C038-001-014-002 none 0/1", "C038-001-015 more 3/2 2", "C038-001-016 fewer 2/4", "C038-001-016 serial-gap 2/4 2",
	})
	if c.Checked != 23 || c.Pages != 39 {
		t.Errorf("checked %d records with %d pages", c.Checked, c.Pages)
	}
	f, err := w.cat.FondsByNumber(context.Background(), access.All(), "C038")
	if err != nil {
		t.Fatal(err)
	}
	if of, err := w.linker.Check(context.Background(), access.All(), f.ID, nil); err != nil || of.Checked != c.Checked {
		t.Errorf("of the fonds: %d, %v", of.Checked, err)
	}
	if none, err := w.linker.Check(context.Background(), access.Only(), 0, nil); err != nil || none.Checked != 0 {
		t.Errorf("without any right: %d, %v", none.Checked, err)
	}
}
