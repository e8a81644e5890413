package forms_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/forms"
	"lantai/archive/raster"
	"lantai/assets/font"
)

var made = time.Date(2026, 11, 27, 9, 30, 0, 0, time.UTC)

// reader is shared, since starting PDFium takes seconds.
var reader = sync.OnceValue(func() *raster.Reader { return raster.NewReader(raster.ReaderOptions{Engines: 1, Font: font.Regular}) })

// read gives the text of a form as PDFium reads it, without blanks and line ends, and how
// many pages it has. With LANTAI_PICTURES=DIR it keeps the form there.
func read(t *testing.T, name string, write func(*bytes.Buffer) error) (text string, pages int) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("LANTAI_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := reader()
	in, size := bytes.NewReader(b.Bytes()), int64(b.Len())
	h, err := r.ReadHeader(context.Background(), in, size)
	if err != nil {
		t.Fatal(err)
	}
	for i := range h.Frames {
		page, ok, err := r.Text(context.Background(), in, size, i)
		if err != nil || !ok {
			t.Fatalf("page %d: %v, %v", i, ok, err)
		}
		text += strings.Join(strings.Fields(page.Plain), "")
	}
	if b.Len() > 400_000 {
		t.Errorf("%s has %d bytes: is the whole face in it?", name, b.Len())
	}
	return text, len(h.Frames)
}

// has checks that a text has all of some words, whatever blanks and lines stand between.
func has(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, strings.Join(strings.Fields(w), "")) {
			t.Errorf("%q is not on the form", w)
		}
	}
}

func slip(media int) forms.HandOver {
	h := forms.HandOver{Unit: "临江市档案馆", Archive: "6f1d0c2ab8e94f5e8a77c1d2e3f40516", Target: "异地硬盘组", Set: "B 异地", From: "临江市人民路 12 号本馆机房",
		To: "青山县档案馆备份库房 3 排 2 柜", Taker: "青山县档案馆", Made: made}
	for i := range media {
		h.Media = append(h.Media, forms.HandedOver{Label: fmt.Sprintf("异地硬盘组 %d号", i+1), Type: "移动硬盘", Serial: fmt.Sprintf("WX42A91C7K%03d", i), Capacity: 8_001_563_222_016,
			Files: 1_203_417 + i, Bytes: 7_512_345_678_901, Digest: strings.Repeat("0a1b2c3d4e5f6789", 4), Begun: made.AddDate(0, -3, 0), Through: made, Complete: true})
	}
	return h
}

func TestHandOver(t *testing.T) {
	text, pages := read(t, "slip", func(b *bytes.Buffer) error { return forms.WriteHandOver(b, slip(2)) })
	has(t, text, "档案异地备份载体交接单", "临江市档案馆", "青山县档案馆备份库房3排2柜", "WX42A91C7K001", "8001.563GB", "1,203,417", "7512.346GB", strings.Repeat("0a1b2c3d4e5f6789", 4),
		"合计2个载体", "2026.08.27—2026.11.27", "移交方", "接收方", "经手人（签字）", "年月日", "第1页共1页", "2026年11月27日")
	if pages != 1 || strings.Contains(text, "涉密") {
		t.Errorf("%d pages:\n%s", pages, text)
	}
	if err := forms.WriteHandOver(&bytes.Buffer{}, slip(0)); archive.KindOf(err) != archive.Invalid {
		t.Errorf("without media: %v", err)
	}
}

// Many media take several pages, each with the head of its table and its mark.
func TestLongHandOver(t *testing.T) {
	h := slip(40)
	h.Class = archive.HighlySecret
	h.Media[3].Serial = strings.Repeat("很长的序列号", 8)
	text, pages := read(t, "slip-long", func(b *bytes.Buffer) error { return forms.WriteHandOver(b, h) })
	if pages < 3 || strings.Count(text, "出厂序列号") < pages-1 || strings.Count(text, "【涉密】本件出自机密级档案库") != pages {
		t.Errorf("%d pages, %d heads, %d marks", pages, strings.Count(text, "出厂序列号"), strings.Count(text, "【涉密】"))
	}
	has(t, text, fmt.Sprintf("第%d页共%d页", pages, pages), "WX42A91C7K039", "合计40个载体")
}

func record(volumes int) forms.DrillRecord {
	d := forms.DrillRecord{Unit: "临江市档案馆", Number: 3, Target: "异地硬盘组", Set: "B 异地", Media: "1、2", Snapshot: made.AddDate(0, 0, -1), Begun: made, Took: 47*time.Minute + 12*time.Second,
		By: "王芳", Seed: 417236, Files: 812, Bytes: 5_123_456_789, Texts: 2_203_417, Proven: true, Note: "年度演练", Made: made.Add(time.Hour)}
	for i := range volumes {
		d.Volumes = append(d.Volumes, forms.DrilledVolume{Code: fmt.Sprintf("J%03d-KJ-%04d", i%9+1, i*37), Title: "关于全县水利工程建设、农田灌溉和防汛抗旱工作情况的报告（附图纸）", Files: 40 + i, Bytes: 256_172_839})
	}
	return d
}

func TestDrillRecord(t *testing.T) {
	text, pages := read(t, "drill", func(b *bytes.Buffer) error { return forms.WriteDrill(b, record(20)) })
	has(t, text, "档案备份恢复演练记录", "演练序号：3", "417236", "47分12秒", "2,203,417页", "5.123GB", "J002-KJ-0037", "合格：", "监督人", "20卷（盒、册、件）", "王芳", "年度演练")
	if strings.Contains(text, "不合格") || pages > 2 {
		t.Errorf("%d pages:\n%s", pages, text)
	}
	d := record(5)
	d.Proven, d.Faults = false, 2
	d.Volumes[1].Faults, d.Volumes[2] = 2, forms.DrilledVolume{Files: 3}
	d.Volumes[0].Title = "𡐓埂乡𠮷地方志（生僻字）及 English words"
	text, _ = read(t, "drill-failed", func(b *bytes.Buffer) error { return forms.WriteDrill(b, d) })
	has(t, text, "不合格：", "2处不一致", "（不在目录中，或无权查看）", "埂乡〓地方志") // a character that the face does not have is set as printers do
}
