package ingest_test

import (
	"context"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// A file that was put aside alone and is linked takes the rest of its item with it, also
// after a restart, and the matter is one.
func TestTheRestOfTheItemFollows(t *testing.T) {
	dir := t.TempDir()
	w := secretWorld(t, dir, nil)
	w.items()
	from := w.deliver([]planted{
		{"散页/甲.png", "机密★10年", []string{"仓库位置示意说明"}, true},
		{"散页/乙.png", "", []string{"东门以南三百公尺"}, true},
		{"散页/丙.png", "", []string{"会议签到表"}, false},
	})
	if r := w.ingest(from); len(r.Quarantined) != 1 || r.Quarantined[0].Code != "" {
		t.Fatalf("%+v", r)
	}
	ctx := context.Background()
	item, err := w.cat.HoldingByCode(ctx, access.All(), secretItem)
	if err != nil {
		t.Fatal(err)
	}
	pages := w.pages()
	_, err = w.cat.Do(ctx, archive.LocalActor(), archive.OpPageLink, func(tx *store.Tx) error {
		_, err := tx.Arrange([]store.Arrangement{{Holding: item.ID, Pages: []archive.ID{pages["散页/甲.png"].ID, pages["散页/乙.png"].ID}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.CheckHolding(ctx, item.ID); archive.ReasonOf(err) != archive.ReasonQuarantined {
		t.Errorf("%v", err)
	}
	list := w.matters(archive.QuarantineWaiting)
	if len(list) != 1 || list[0].Code != secretItem || list[0].Files != 2 || list[0].Pages != 2 {
		t.Errorf("%+v", list)
	}
	if err := w.pipe.CheckHolding(ctx, item.ID); err != nil {
		t.Errorf("again: %v", err)
	}
	var aside []string
	for path, p := range w.pages() {
		if p.Stage == archive.StageQuarantined {
			aside = append(aside, path)
		}
	}
	slices.Sort(aside)
	if !slices.Equal(aside, []string{"散页/乙.png", "散页/甲.png"}) {
		t.Errorf("put aside: %q", aside)
	}
	if err := w.vault.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	w.checkSums()
}
