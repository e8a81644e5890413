package ingest_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
)

// Names that are no UTF-8 stay apart, are read where they are GB18030, and find their texts.
func TestNamesInOtherEncodings(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("the file system has no names of bytes")
		return
	}
	w := newWorld(t, t.TempDir(), nil)
	dir := t.TempDir()
	sheet := func(i int) []byte { return asPNG(t, drawn(t, fmt.Sprintf("sheet %d", i))) }
	put(t, dir, string(gb18030("行政"))+"/"+string(gb18030("第一页.png")), sheet(1))
	put(t, dir, string(gb18030("行政"))+"/"+string(gb18030("第一页.txt")), []byte("正文甲"))
	put(t, dir, "\xff\xd5.png", sheet(2))
	put(t, dir, "\xff\xd6.png", sheet(3))
	put(t, dir, "\xff%D5.png", sheet(4))
	put(t, dir, "名.png", sheet(5))
	put(t, dir, string(gb18030("名.png")), sheet(6))
	r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir, Text: true}, nil)
	if err != nil || r.Received != 7 || len(r.Refused) != 0 {
		t.Fatalf("%+v %v", r, err)
	}
	pages := w.pages()
	for _, name := range []string{"行政/第一页.png", "%FF%D5.png", "%FF%D6.png", "%FF%25D5.png", "名.png", "%C3%FB.png"} {
		if pages[name].ID == 0 {
			t.Errorf("no %s in %v", name, pages)
		}
	}
	if text := w.text(pages["行政/第一页.png"].ID); text.Plain != "正文甲\n" {
		t.Errorf("%+v", text)
	}
	if r, err = w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir, Text: true}, nil); err != nil || r.Received != 0 || r.Already != 7 {
		t.Errorf("again: %+v %v", r, err)
	}
}
