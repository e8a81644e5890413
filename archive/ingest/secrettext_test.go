package ingest_test

import (
	"context"
	"path"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
)

// A mark in a text that was delivered stops its page like one that was recognised, and
// the text files go with their images, into quarantine and out of the home.
func TestMarksInDeliveredTexts(t *testing.T) {
	ctx := context.Background()
	w := secretWorld(t, t.TempDir(), nil)
	w.items()
	dir := t.TempDir()
	page := asPNG(t, drawn(t, "a page"))
	for _, name := range []string{"散页/甲", "散页/乙", secretItem + "/1", secretItem + "/2", ordinary + "/1"} {
		put(t, dir, name+".png", page)
	}
	put(t, dir, "散页/甲.txt", []byte("机密★10年\n水库闸门操作规程\n"))
	put(t, dir, "散页/乙.txt", []byte("会议签到表\n"))
	put(t, dir, secretItem+"/"+secretItem+".txt", []byte("调度方案正文一\f秘密★5年\n人员名单附后\n"))
	put(t, dir, ordinary+"/1.txt", []byte("植树造林\n"))
	if r := w.withText(dir); len(r.Quarantined) != 2 || len(r.Refused) > 0 {
		t.Fatalf("%+v", r)
	}
	inside, outside := w.textFiles()
	if inside != 2 || outside != 2 {
		t.Errorf("%d text files in quarantine and %d outside, want 2 and 2", inside, outside)
	}
	aside := map[archive.ID]bool{}
	for _, p := range w.pages() {
		if p.Stage == archive.StageQuarantined {
			aside[p.ID] = true
		}
	}
	if len(aside) != 3 {
		t.Errorf("%d pages put aside, want 3", len(aside))
	}
	secrets := []string{"水库闸门", "调度方案", "人员名单"}
	if found := w.traces(secrets, aside); len(found) > 0 {
		t.Errorf("left in the home:\n%s", strings.Join(found, "\n"))
	}
	if r := w.withText(dir); r.Received != 0 || r.TextPages != 0 {
		t.Errorf("received again: %+v", r)
	}
	for _, q := range w.matters(archive.QuarantineWaiting) {
		if q.Holding != 0 {
			if err := w.pipe.NotSecret(ctx, archive.LocalActor(), q.ID, ""); err != nil {
				t.Fatal(err)
			}
		} else if _, err := w.pipe.Secret(ctx, archive.LocalActor(), q.ID, "移交保密室"); err != nil {
			t.Fatal(err)
		}
	}
	if inside, outside = w.textFiles(); inside != 0 || outside != 3 {
		t.Errorf("after the decisions %d text files in quarantine and %d outside, want 0 and 3", inside, outside)
	}
	if err := w.vault.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	w.checkSums()
}

// A delivered text with a mark is nowhere on disk at any moment, also when the pages
// are not worked on.
func TestMarksInTextsReceivedOnly(t *testing.T) {
	ctx := context.Background()
	var w *world
	secrets := []string{"水库闸门", "调度方案", "人员名单"}
	looked := 0
	w = secretWorld(t, t.TempDir(), func(o *ingest.Options) {
		o.Step = func(name string) {
			if w == nil { // it is being opened
				return
			}
			looked++
			if found := w.traces(secrets, nil); len(found) > 0 {
				t.Errorf("at %s:\n%s", name, strings.Join(found, "\n"))
			}
		}
	})
	w.items()
	w.pipe.Pause()
	dir := t.TempDir()
	page := asPNG(t, drawn(t, "a page"))
	for _, name := range []string{"散页/甲", "散页/乙", secretItem + "/1", secretItem + "/2", ordinary + "/1", ordinary + "/2", ordinary + "/3"} {
		put(t, dir, name+".png", page)
	}
	put(t, dir, "散页/甲.txt", []byte("绝密★10年\n水库闸门操作规程\n"))
	put(t, dir, "散页/乙.txt", []byte("会议签到表\n"))
	put(t, dir, secretItem+"/"+secretItem+".txt", []byte("调度方案正文一\f秘密★5年\n人员名单附后\n"))
	put(t, dir, ordinary+"/1.txt", []byte("植树造林\n"))
	put(t, dir, ordinary+"/3.txt", []byte("机密★长期\n第三页不算\n"))
	r, err := w.pipe.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir, Text: true}, nil)
	if err != nil || len(r.Refused) > 0 {
		t.Fatal(err, r)
	}
	if looked == 0 {
		t.Error("no moment was looked at")
	}
	aside := map[archive.ID]bool{}
	for name, p := range w.pages() {
		_, err := w.cat.Text(ctx, access.All(), p.ID)
		switch name {
		case "散页/甲.png", secretItem + "/1.png", secretItem + "/2.png":
			aside[p.ID] = true
			if p.Stage != archive.StageQuarantined || err == nil {
				t.Errorf("%s is %s, text: %v", name, p.Stage, err)
			}
		case ordinary + "/2.png":
		default:
			if p.Stage != archive.StageReceived || err != nil {
				t.Errorf("%s is %s, text: %v", name, p.Stage, err)
			}
		}
	}
	if found := w.traces(secrets, aside); len(aside) != 3 || len(found) > 0 {
		t.Errorf("%d put aside, left in the home:\n%s", len(aside), strings.Join(found, "\n"))
	}
	if inside, outside := w.textFiles(); inside != 2 || outside != 3 {
		t.Errorf("%d text files in quarantine and %d outside, want 2 and 3", inside, outside)
	}
}

// Texts with marks that come for pages which are indexed already take what was made of
// these away, and what comes later for an item that waits is put aside with it.
func TestMarksInTextsThatComeLater(t *testing.T) {
	w := secretWorld(t, t.TempDir(), nil)
	w.items()
	dir := t.TempDir()
	page := asPNG(t, letterhead(t, "", "农业生产情况汇报", "小麦长势良好"))
	for _, name := range []string{"散页/甲", "散页/乙", secretItem + "/1", secretItem + "/2"} {
		put(t, dir, name+".png", page)
	}
	w.ingest(dir)
	stages := func() (out []string) {
		for name, p := range w.pages() {
			if p.Stage == archive.StageQuarantined {
				out = append(out, name)
			} else if p.Stage != archive.StageIndexed {
				t.Errorf("%s is %s", name, p.Stage)
			}
		}
		slices.Sort(out)
		return out
	}
	if got := stages(); len(got) != 0 {
		t.Fatalf("put aside: %v", got)
	}
	put(t, dir, "散页/甲.txt", []byte("机密★10年\n水库闸门操作规程\n"))
	put(t, dir, "散页/乙.txt", []byte("会议签到表\n"))
	put(t, dir, secretItem+"/2.txt", []byte("绝密★长期\n调度方案正文\n"))
	w.withText(dir)
	want := []string{secretItem + "/1.png", secretItem + "/2.png", "散页/甲.png"}
	if got := stages(); !slices.Equal(got, want) {
		t.Errorf("put aside: %v", got)
	}
	put(t, dir, secretItem+"/3.png", page)
	put(t, dir, secretItem+"/3.txt", []byte("人员名单附后\n"))
	w.withText(dir)
	if got := stages(); !slices.Equal(got, []string{want[0], want[1], secretItem + "/3.png", want[2]}) {
		t.Errorf("put aside: %v", got)
	}
	aside := map[archive.ID]bool{}
	for _, p := range w.pages() {
		if p.Stage == archive.StageQuarantined {
			aside[p.ID] = true
		}
	}
	if found := w.traces([]string{"水库闸门", "调度方案", "人员名单"}, aside); len(found) > 0 {
		t.Errorf("left in the home:\n%s", strings.Join(found, "\n"))
	}
	if m := w.matters(archive.QuarantineWaiting); len(m) != 2 {
		t.Errorf("%+v", m)
	}
	if inside, outside := w.textFiles(); inside != 3 || outside != 1 {
		t.Errorf("%d text files in quarantine and %d outside, want 3 and 1", inside, outside)
	}
}

// textFiles counts the text files that are kept, in quarantine and elsewhere.
func (w *world) textFiles() (inside, outside int) {
	w.t.Helper()
	for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
		if err != nil {
			w.t.Fatal(err)
		}
		if !strings.EqualFold(path.Ext(f.Path), ".txt") {
			continue
		}
		if strings.HasPrefix(f.Path, "_quarantine/") && f.State == archive.FileQuarantined {
			inside++
		} else {
			outside++
		}
	}
	return inside, outside
}
