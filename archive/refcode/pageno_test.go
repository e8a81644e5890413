package refcode_test

import (
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/refcode"
)

func body(n int, suffix ...byte) refcode.PageLabel {
	l := refcode.PageLabel{Number: n}
	if len(suffix) > 0 {
		l.Suffix = suffix[0]
	}
	return l
}

func TestParsePages(t *testing.T) {
	run := func(from, to refcode.PageLabel) refcode.PageSpan { return refcode.PageSpan{From: from, To: to} }
	first := func(l refcode.PageLabel) refcode.PageSpan { return refcode.PageSpan{From: l, To: l, Open: true} }
	cover := refcode.PageLabel{Part: refcode.PartCover, Number: 1}
	for text, want := range map[string][]refcode.PageSpan{
		"":            nil,
		"  ":          nil,
		"1-5":         {run(body(1), body(5))},
		"1—5":         {run(body(1), body(5))},
		"1——5":        {run(body(1), body(5))},
		"１～５":         {run(body(1), body(5))},
		"1〜5":         {run(body(1), body(5))},
		"1~5":         {run(body(1), body(5))},
		"1至5":         {run(body(1), body(5))},
		"第1－5页":       {run(body(1), body(5))},
		"P1-P5":       {run(body(1), body(5))},
		"001 - 005":   {run(body(1), body(5))},
		"10":          {first(body(10))},
		"10-10":       {run(body(10), body(10))},
		"10a":         {first(body(10, 'A'))},
		"10Ａ":         {first(body(10, 'A'))},
		"9-10a":       {run(body(9), body(10, 'A'))},
		"10-10b":      {run(body(10), body(10, 'B'))},
		"封1":          {first(cover)},
		"封面1":         {first(cover)},
		"F01":         {first(cover)},
		"封1-2":        {run(cover, refcode.PageLabel{Part: refcode.PartCover, Number: 2})},
		"1-3、7，9-10":  {run(body(1), body(3)), first(body(7)), run(body(9), body(10))},
		"备1":          {first(refcode.PageLabel{Part: refcode.PartNote, Number: 1})},
		"目1;2":        {first(refcode.PageLabel{Part: refcode.PartContents, Number: 1}), first(body(2))},
		"\u200b12-13": {run(body(12), body(13))},
	} {
		if got, err := refcode.ParsePages(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"x", "-", "1-", "-5", "5-1", "10a-10", "1-3-5", "1/5", "1.5", "abc", "123456", "1ab", "封",
		strings.Repeat("1,", 100), strings.Repeat("1", 600)} {
		if got, err := refcode.ParsePages(text); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%q: %v %v, want it refused", text, got, err)
		}
	}
}

func TestSerial(t *testing.T) {
	of := func(part refcode.PagePart, n int) refcode.PageLabel {
		return refcode.PageLabel{Part: part, Number: n}
	}
	for path, want := range map[string]refcode.PageLabel{
		"0001.jpg":                     body(1),
		"a/b/0012.tif":                 body(12),
		"C038-001-002-0007.jpg":        body(7),
		"0001-WS·1985-Y-BGS-0001_3.tf": body(3),
		"scan0042.jpg":                 body(42),
		"IMG_7.JPG":                    body(7),
		"CODE(12).png":                 body(12),
		"０００９.jpg":                     body(9),
		"0010a.jpg":                    body(10, 'A'),
		"0010B.jpg":                    body(10, 'B'),
		"000.jpg":                      of(refcode.PartCover, 0),
		"F01.jpg":                      of(refcode.PartCover, 1),
		"f2.jpg":                       of(refcode.PartCover, 2),
		"CODE-M01.jpg":                 of(refcode.PartContents, 1),
		"CODE_B01.jpg":                 of(refcode.PartNote, 1),
		"封面.jpg":                       of(refcode.PartCover, 0),
		"封面2.jpg":                      of(refcode.PartCover, 2),
		"卷内目录1.jpg":                    of(refcode.PartContents, 1),
		"备考表.tif":                      of(refcode.PartNote, 0),
		"DB0005.jpg":                   body(5),
		"0005":                         body(5),
	} {
		if got, ok := refcode.Serial(path); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", path, got, ok, want)
		}
	}
	for _, path := range []string{"", "scan.jpg", "20190815.jpg", "通知.pdf", "a/", ".jpg", "12/scan.jpg", "A"} {
		if got, ok := refcode.Serial(path); ok {
			t.Errorf("%q: %v, want none", path, got)
		}
	}
}

// What is written as labels are written is read back.
func FuzzParsePages(f *testing.F) {
	for _, s := range []string{"1-5", "1—5", "１～５", "10a", "封1", "1-3、7", "第1页", "目1-2", "P3", "5-1", "10-10a", "--", "备考表1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		spans, err := refcode.ParsePages(s)
		if err != nil {
			if archive.KindOf(err) != archive.Invalid || spans != nil {
				t.Fatalf("%q: %v with %v", s, spans, err)
			}
			return
		}
		var words []string
		for _, span := range spans {
			if span.To.Compare(span.From) < 0 || !span.Holds(span.From) || !span.Holds(span.To) || span.Open && span.From != span.To {
				t.Fatalf("%q gives %+v", s, span)
			}
			word := span.String()
			if !span.Open && span.From == span.To {
				word += "-" + word
			} else if !span.Open {
				word = span.From.String() + "-" + span.To.String()
			}
			words = append(words, word)
		}
		again, err := refcode.ParsePages(strings.Join(words, ","))
		if err != nil || !slices.Equal(again, spans) {
			t.Fatalf("%q gives %v, written again %v %v", s, spans, again, err)
		}
	})
}

func FuzzSerial(f *testing.F) {
	for _, s := range []string{"0001.jpg", "a/F01.jpg", "封面.jpg", "0010a.tif", "０００９.jpg", "20190815.jpg", "A.", "(1).x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if l, ok := refcode.Serial(path); ok && (l.Number < 0 || l.Number > 99999 || l.Part < refcode.PartCover || l.Part > refcode.PartNote) {
			t.Fatalf("%q gives %+v", path, l)
		}
	})
}
