//go:build torture && unix

package ingest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/search"
)

// TestPurgeInAChild is the process that the other kills: it agrees to what was asked for.
func TestPurgeInAChild(t *testing.T) {
	home := os.Getenv(killHome)
	if home == "" {
		t.Log("does its work for TestPurgeKilled")
		return
	}
	ctx := context.Background()
	w := secretWorldWithSteps(t, home, dying()) // goes on with what was begun
	asked, err := w.cat.Purges(ctx, access.All(), archive.PurgeAsked)
	for _, p := range asked {
		_, failed := w.pipe.AgreePurge(ctx, agreeing, p.ID, nil)
		err = errors.Join(err, failed)
	}
	if err := errors.Join(err, w.pipe.Drain(ctx), w.vault.Refresh(ctx)); err != nil {
		t.Fatal(err)
	}
}

// TestPurgeKilled ends the process at each boundary of a purge. Once the purge has begun
// nobody sees the record, and the next start ends it as if nothing had happened.
func TestPurgeKilled(t *testing.T) {
	ctx := context.Background()
	words := []string{"水库调度", "开闸放水", "改正后的", "图纸袋"}
	calm := t.TempDir()
	var index *search.Index
	w := secretWorld(t, calm, func(o *ingest.Options) { index = o.Index.(*search.Index) })
	w.items()
	w.ingest(w.deliver([]planted{{thirdPage + "/0001.png", "", []string{"青松岭水库调度方案", "各站开闸放水"}, true},
		{thirdPage + "/0002.png", "", []string{"附件各站名单如下"}, true}, {"图纸袋/甲.png", "", []string{"会议签到表"}, true},
		{ordinary + "/0001.png", "", []string{"关于植树造林的通知"}, false}}))
	h, err := w.cat.HoldingByCode(ctx, access.All(), thirdPage)
	if err != nil {
		t.Fatal(err)
	}
	item := archive.Item{Holding: h}
	pages := w.pages()
	if _, err := w.cat.Do(ctx, archive.LocalActor(), archive.OpPageLink, linking(pages["图纸袋/甲.png"].ID, h.ID)); err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.Correct(ctx, archive.LocalActor(), pages[thirdPage+"/0001.png"].ID, "改正后的水库调度"); err != nil {
		t.Fatal(err)
	}
	w.drain()
	w.askPurge(item)
	if err := errors.Join(index.Close(), w.cat.Close()); err != nil {
		t.Fatal(err)
	}
	for _, step := range ingest.PurgeSteps() {
		t.Run(step, func(t *testing.T) {
			home := copyOf(t, calm)
			v := victim{test: "TestPurgeInAChild", home: home, step: step}
			if !v.run(t) {
				t.Error("never came there")
			}
			killed := lightWorld(t, home)
			_, err := killed.cat.HoldingByCode(ctx, access.All(), thirdPage)
			begun := step != "secret:held"
			if gone := archive.KindOf(err) == archive.NotFound; gone != begun {
				t.Errorf("the record after %s: %v", step, err)
			}
			if _, err := killed.cat.VerifyLog(ctx); err != nil {
				t.Error(err)
			}
			killed.checkSums()
			if err := killed.cat.Close(); err != nil {
				t.Fatal(err)
			}
			v.step = ""
			if v.run(t) {
				t.Fatal("killed without a step")
			}
			if left := (&world{t: t, dir: home}).traces(words, nil); len(left) > 0 {
				t.Errorf("left:\n%s", strings.Join(left, "\n"))
			}
			masters, err := filepath.Glob(filepath.Join(home, "masters", "*", "*", "*", "*"))
			if err != nil || len(masters) != 1 || !strings.Contains(masters[0], ordinary) {
				t.Errorf("originals: %v, %v", masters, err)
			}
			again := lightWorld(t, home)
			again.checkSums()
			list, err := again.cat.Purges(ctx, access.All(), "")
			if err != nil || len(list) != 1 || list[0].State != archive.PurgeDone || list[0].Second != agreeing.ID {
				t.Errorf("%+v, %v", list, err)
			}
			if _, err := again.cat.VerifyLog(ctx); err != nil {
				t.Error(err)
			}
			if n := len(again.pages()); n != 1 {
				t.Errorf("%d pages", n)
			}
		})
	}
}
