//go:build torture && unix

package ingest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/search"
)

// TestSecretInTextKilled ends the process at each boundary of receiving texts that bear
// marks. Such a text is never saved, so nothing but the catalogue can tell of its mark: at
// no moment has it a page of theirs that is not in quarantine, and whoever starts next
// finds nothing to read and puts the originals aside, without the delivery.
func TestSecretInTextKilled(t *testing.T) {
	ctx := context.Background()
	calm := t.TempDir()
	var index *search.Index
	w := secretWorld(t, calm, func(o *ingest.Options) { index = o.Index.(*search.Index) })
	w.items()
	w.ingest(w.deliver([]planted{{ordinary + "/0001.png", "", []string{"关于植树造林的通知", "各村完成荒山绿化任务"}, false}}))
	if err := errors.Join(index.Close(), w.cat.Close()); err != nil {
		t.Fatal(err)
	}
	delivery := t.TempDir()
	page := asPNG(t, drawn(t, "a page"))
	for _, name := range []string{"散页/甲", "散页/乙", secretItem + "/1", secretItem + "/2", ordinary + "/0002"} {
		put(t, delivery, name+".png", page)
	}
	put(t, delivery, "散页/甲.txt", []byte("机密★10年\n水库闸门操作规程\n"))
	put(t, delivery, "散页/乙.txt", []byte("会议签到表\n"))
	put(t, delivery, secretItem+"/"+secretItem+".txt", []byte("调度方案正文一\f秘密★5年\n人员名单附后\n"))
	put(t, delivery, ordinary+"/0002.txt", []byte("绝密★长期\n电台联络时刻\n"))
	secret := []string{"散页/甲.png", secretItem + "/1.png", secretItem + "/2.png", ordinary + "/0001.png", ordinary + "/0002.png"}

	inspect := func(t *testing.T, home string, whole bool) *world {
		t.Helper()
		if raw := (&world{t: t, dir: home}).traces([]string{"水库闸门", "调度方案", "人员名单", "电台联络"}, nil); len(raw) > 0 {
			t.Errorf("left in the home: %v", raw)
		}
		w := lightWorld(t, home)
		pages := w.pages()
		aside := map[archive.ID]bool{}
		for name, p := range pages {
			is := p.Stage == archive.StageQuarantined
			if is {
				aside[p.ID] = true
			}
			_, delivered := pages[ordinary+"/0002.png"]
			if want := slices.Contains(secret, name) && (name != ordinary+"/0001.png" || delivered); is != want {
				t.Errorf("%s is %s", name, p.Stage)
			}
		}
		if len(aside) > 0 {
			if raw := w.traces([]string{"植树造林", "荒山绿化"}, aside); len(raw) > 0 {
				t.Errorf("in quarantine, and left in the home: %v", raw)
			}
		}
		if m := w.matters(archive.QuarantineWaiting); whole && len(m) != 3 {
			t.Errorf("%d matters: %+v", len(m), m)
		}
		return w
	}
	found, _, _ := ingest.SecretSteps()
	moves := []string{"move:journalled", "move:renamed", "move:folders-fsynced", "move:committed", "move:logged", "move:journal-removed"}
	for _, step := range slices.Concat([]string{"batch:original-stored", "batch:texts-saved", "batch:rows-committed"}, found, moves) {
		t.Run(step, func(t *testing.T) {
			home := copyOf(t, calm)
			if !secretChild(t, home, delivery, "", step) {
				t.Error("never came there")
			}
			inspect(t, home, false).cat.Close()
			secretChild(t, home, "", "", "") // starts, and is given nothing to receive
			w := inspect(t, home, false)
			for _, q := range w.matters(archive.QuarantineWaiting) {
				files, err := w.cat.QuarantinedFiles(ctx, q.ID)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range files {
					if !strings.HasPrefix(f.Path, "_quarantine/") {
						t.Errorf("%s was not put aside", f.Path)
					}
				}
			}
			w.cat.Close()
			secretChild(t, home, delivery, "", "")
			w = inspect(t, home, true)
			// One text and one image in 散页, one of both in each item more, and its first page.
			w.inQuarantine(2 + 3 + 3)
			w.checkSums()
			if _, err := w.cat.VerifyLog(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}
