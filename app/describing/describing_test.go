package describing_test

import (
	"os"
	"path/filepath"
	"testing"

	"lantai/app/describing"
	"lantai/archive"
	"lantai/archive/refcode"
)

func TestADraftIsKeptWholly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "drafts")
	d := describing.Drafts{Dir: dir, Archive: "a"}
	if _, ok, err := d.Read(archive.KindItem); ok || err != nil {
		t.Fatalf("a draft where there is none: %v %v", ok, err)
	}
	want := describing.Draft{Series: "Z109-WS", Code: "Z109-WS·2011-Y-0001", Class: map[string]string{"year": "2011"},
		Values: describing.Values{"title": "通知", "note": "一\n二"}, Captions: []string{"甲", "", "乙"}, Saved: 7}
	must(t, d.Write(archive.KindItem, want))
	got, ok, err := d.Read(archive.KindItem)
	if !ok || err != nil || got.Values["note"] != "一\n二" || len(got.Captions) != 3 || got.Class["year"] != "2011" {
		t.Errorf("read %+v, %v, %v", got, ok, err)
	}
	if _, ok, _ := (describing.Drafts{Dir: dir, Archive: "b"}).Read(archive.KindItem); ok {
		t.Error("another archive has the draft too")
	}
	if _, ok, _ := d.Read(archive.KindPhoto); ok {
		t.Error("another kind has the draft too")
	}
	info, err := os.Stat(filepath.Join(dir, "a-item.json"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the draft: %v", info.Mode())
	}
	must(t, d.Write(archive.KindItem, describing.Draft{Series: "Z109-WS"}))
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("an empty draft left %v, %v", left, err)
	}
	must(t, d.Write(archive.KindItem, describing.Draft{}))
}

// A file that was cut off is told of and stays for a person to look at.
func TestADamagedDraftIsToldOf(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a-item.json")
	must(t, os.WriteFile(path, []byte(`{"series":"Z109-WS","val`), 0o600))
	_, ok, err := (describing.Drafts{Dir: dir, Archive: "a"}).Read(archive.KindItem)
	if ok || archive.KindOf(err) != archive.Damaged {
		t.Errorf("%v, %v", ok, err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestADraftThatCannotBeWrittenIsToldOf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	err := (describing.Drafts{Dir: file, Archive: "a"}).Write(archive.KindItem, describing.Draft{Values: describing.Values{"title": "a"}})
	if err == nil {
		t.Error("written below a file")
	}
}

func TestWhatASeriesSettles(t *testing.T) {
	for _, c := range []struct {
		scheme, series string
		want           refcode.Values
	}{
		{"item22", "Z109-WS", refcode.Values{"fonds_no": "Z109", "category_code": "WS"}},
		{"item22", "Z109-SW·JB", refcode.Values{"fonds_no": "Z109", "category_code": "SW", "subcat_code": "JB"}},
		{"vol13", "J019-KU·01", refcode.Values{"fonds_no": "J019", "category_code": "KU", "class_code": "01"}},
		{"vol94", "C038-001", refcode.Values{"fonds_no": "C038", "catalogue_no": "001"}},
		{"vol94", "0002-WS", refcode.Values{"fonds_no": "0002"}}, // its 目录号 are written by the person
		{"photo02", "J001-ZP", refcode.Values{"fonds_no": "J001"}},
	} {
		s, _ := refcode.Builtin(c.scheme)
		got := describing.Settled(s, c.series)
		if len(got) != len(c.want) {
			t.Errorf("%s under %s settles %v, not %v", c.series, c.scheme, got, c.want)
		}
		for name, value := range c.want {
			if got[name] != value {
				t.Errorf("%s under %s: %s is %q, not %q", c.series, c.scheme, name, got[name], value)
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// What an archive may not hold is not kept as a draft either, nor what was kept before it
// was marked.
func TestNoDraftOfASecret(t *testing.T) {
	plain := describing.Values{"title": "战备报告"}
	for name, values := range map[string]describing.Values{
		"level": {"title": "战备报告", "secrecy": "机密"},
		"title": {"title": "战备报告（机密★10年）"},
		"own":   {"title": "战备报告", "extra:原密级": "绝密"},
	} {
		dir := t.TempDir()
		d := describing.Drafts{Dir: dir, Archive: "a"}
		for _, v := range []describing.Values{plain, values} {
			if err := d.Write(archive.KindItem, describing.Draft{Values: v}); err != nil {
				t.Fatal(err)
			}
		}
		sheets := map[string][]describing.Values{"0001-WS": {plain, values}}
		if err := d.OfSheets().Write(archive.KindItem, describing.Draft{Sheets: sheets}); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := d.Read(archive.KindItem); ok {
			t.Errorf("%s: a draft is kept", name)
		}
		if left, ok, _ := d.OfSheets().Read(archive.KindItem); !ok || len(left.Sheets["0001-WS"]) != 1 || len(sheets["0001-WS"]) != 2 {
			t.Errorf("%s: rows kept %v", name, left.Sheets)
		}
		d.Class = archive.TopSecret
		if err := d.Write(archive.KindItem, describing.Draft{Values: values}); err != nil {
			t.Fatal(err)
		}
		if _, ok, _ := d.Read(archive.KindItem); !ok {
			t.Errorf("%s: a classified archive keeps no draft", name)
		}
	}
	stands := describing.Drafts{Dir: t.TempDir(), Archive: "a"}
	if err := stands.Write(archive.KindItem, describing.Draft{Values: describing.Values{"title": archive.PlaceholderTitle, "secrecy": "机密"}}); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := stands.Read(archive.KindItem); !ok {
		t.Error("a placeholder is not kept")
	}
}
