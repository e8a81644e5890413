package refcode_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/refcode"
)

func TestFromPath(t *testing.T) {
	held := []string{
		"0001-WS·1985-Y-BGS-0001", "0001-WS·1985-Y-BGS-0002", "A182-ZP·2022-Y-0001", "Z109-WS·2011·Y·办公室-0001",
		"C038-001-002", "C038-001-002-003", "0001-002-0123", "J001-Y-003-0012", "老12-7",
	}
	known := func(code string) bool { return slices.Contains(held, code) }
	const item, volume, inVolume = "0001-WS·1985-Y-BGS-0001", "C038-001-002", "C038-001-002-003"
	for _, c := range []struct{ path, code, serial, also string }{
		// A file's own name.
		{item + "-0001.jpg", item, "0001", ""},
		{item + "_0001.JPG", item, "0001", ""},
		{item + " 12.tiff", item, "12", ""},
		{item + "-F01.jp2", item, "F01", ""},
		{item + "(3).png", item, "3", ""},
		{item + "-0001a.png", item, "0001A", ""},
		{item + ".tif", item, "", ""},
		{item + " 关于防汛工作的通知.pdf", item, "", ""},
		{item + "_关于防汛工作的通知_2.jpg", item, "2", ""},
		{"0001-WS.1985-Y-BGS-0001-0001.jpg", item, "0001", ""},
		{"0001-WS_1985-Y-BGS-0001-0001.jpg", item, "0001", ""},
		{"0001_WS_1985_Y_BGS_0001_0001.jpg", item, "0001", ""},
		{"0001-WS-1985-Y-BGS-0001-0001.jpg", item, "0001", ""},
		{"0001-WS•1985-Y-BGS-0001-0001.jpg", item, "0001", ""},
		{"０００１－ＷＳ・１９８５－Y－BGS－０００１－０００１.jpg", item, "0001", ""},
		{"0001-ws·1985-y-bgs-0001-0001.jpg", item, "0001", ""},
		{"Z109-WS·2011·Y·办公室-0001-02.jpg", "Z109-WS·2011·Y·办公室-0001", "02", ""},
		{"老12-7-001.jpg", "老12-7", "001", ""},
		// Folders.
		{item + "/001.jpg", item, "001", ""},
		{item + "/scan.jpg", item, "", ""},
		{item + "/IMG_0007.jpg", item, "0007", ""},
		{"delivery/" + item + " 防汛/tif/002.tif", item, "002", ""},
		{"0001/WS·1985/Y/" + item + "/" + item + "-001.jpg", item, "001", ""},
		{"0001-WS_1985-Y-BGS-0001/1.jpg", item, "1", ""},
		{"C038/001/002/0005.jpg", volume, "0005", ""},
		{"A182-ZP·2022-Y-0001/0001.jpg", "A182-ZP·2022-Y-0001", "0001", ""},
		// Volumes, whose codes begin those of their items.
		{volume + "/" + volume + "-0007.jpg", volume, "0007", ""},
		{volume + "/003.jpg", volume, "003", ""},
		{volume + "-003.jpg", inVolume, "", volume},
		{volume + "/" + inVolume + "-0001.jpg", inVolume, "0001", ""},
		{inVolume + "/" + volume + "-0007.jpg", inVolume, "0007", ""},
		{volume + "/003/0001.jpg", inVolume, "0001", ""},
		{"0001/0001-002/0001-002-0123/0001-002-0123-0001.jpg", "0001-002-0123", "0001", ""},
		{"J001-Y-003-0012.jpg", "J001-Y-003-0012", "", ""},
		// The name goes before the folder.
		{item + "/0001-WS·1985-Y-BGS-0002-0001.jpg", "0001-WS·1985-Y-BGS-0002", "0001", ""},
		// A date is no code of the folder's fonds.
		{item + "/2019-08-15.jpg", item, "15", ""},
	} {
		m, ok := refcode.FromPath(c.path, refcode.Builtins(), known)
		if want := (refcode.Match{Code: c.code, Serial: c.serial, Also: c.also}); !ok || m != want {
			t.Errorf("%s: %+v %v, want %+v", c.path, m, ok, want)
		}
	}
	for path, claim := range map[string]string{
		"0001-WS·1985-Y-BGS-0009-0001.jpg":         "0001-WS·1985-Y-BGS-0009",
		item + "/0001-WS·1985-Y-BGS-0009-0001.jpg": "0001-WS·1985-Y-BGS-0009",
		volume + "/C038-001-002-077-0001.jpg":      "C038-001-002-077",
		volume + "/C038-001-002-077/0001.jpg":      "C038-001-002-077",
		"未整理/IMG_0001.jpg":                         "",
		"0001/scan.jpg":                            "",
		"2019_08_15 001.jpg":                       "",
		item + "1.jpg":                             "0001-WS·1985-Y-BGS-00011",
		"":                                         "",
		"///":                                      "",
		strings.Repeat("1-", 3000) + "/" + item + ".jpg": "",
	} {
		if m, ok := refcode.FromPath(path, refcode.Builtins(), known); ok || m.Code != claim {
			t.Errorf("%s: %+v %v, want the claim %q", path, m, ok, claim)
		}
	}
}

// Without the item in the catalogue the same name is a page of the volume.
func TestVolumePagesUntilTheItemIsHeld(t *testing.T) {
	held := map[string]bool{"C038-001-002": true}
	at := func() refcode.Match {
		m, _ := refcode.FromPath("C038-001-002-003.jpg", refcode.Builtins(), func(code string) bool { return held[code] })
		return m
	}
	if m := at(); m != (refcode.Match{Code: "C038-001-002", Serial: "003"}) {
		t.Error(m)
	}
	held["C038-001-002-003"] = true
	if m := at(); m != (refcode.Match{Code: "C038-001-002-003", Also: "C038-001-002"}) {
		t.Error(m)
	}
}

// A Finder says of each path what FromPath says, whatever paths came before.
func TestFinder(t *testing.T) {
	held := map[string]bool{"0001-WS·1985-Y-BGS-0001": true, "C038-001-002": true, "C038-001-002-003": true}
	known := func(code string) bool { return held[code] }
	parts := []string{"0001-WS·1985-Y-BGS-0001", "C038-001-002", "C038", "001", "002", "题名", "C038-001-002-003 题名", "x"}
	r := rand.New(rand.NewPCG(5, 6))
	finder := refcode.NewFinder(refcode.Builtins(), known)
	for range 2000 {
		var path string
		for range r.IntN(4) {
			path += parts[r.IntN(len(parts))] + "/"
		}
		path += parts[r.IntN(len(parts))] + fmt.Sprintf("-%04d.jpg", r.IntN(3))
		want, wantOK := refcode.FromPath(path, refcode.Builtins(), known)
		if got, ok := finder.FromPath(path); got != want || ok != wantOK {
			t.Fatalf("%s: %+v %v, want %+v %v", path, got, ok, want, wantOK)
		}
	}
}

func FuzzFromPath(f *testing.F) {
	f.Add("0001-WS·1985-Y-BGS-0001/0001-WS·1985-Y-BGS-0001-0001.jpg", "0001-WS·1985-Y-BGS-0001")
	f.Add("C038/001/002/3.jpg", "C038-001-002")
	f.Add("a/b/c.d.e", "")
	schemes := refcode.Builtins()
	f.Fuzz(func(t *testing.T, path, code string) {
		m, ok := refcode.FromPath(path, schemes, func(c string) bool { return c == code })
		if ok && m.Code != code {
			t.Fatalf("%q links to %q, which is not held", path, m.Code)
		}
		// A canonical code that is held links its own pages.
		for _, s := range schemes {
			if _, err := s.Parse(code); err == nil {
				for _, path := range []string{code + "-0001.jpg", code + "/001.jpg", "in/" + code + ".tif"} {
					if m, ok := refcode.FromPath(path, schemes, func(c string) bool { return c == code }); !ok || m.Code != code {
						t.Fatalf("%q: %+v %v", path, m, ok)
					}
				}
			}
		}
	})
}

// The archive may say which characters part names.
func TestSeparators(t *testing.T) {
	const item = "0001-WS·1985-Y-BGS-0001"
	known := func(code string) bool { return code == item }
	for _, c := range []struct {
		separators, path, serial string
		ok                       bool
	}{
		{"", "0001_WS_1985_Y_BGS_0001(3).jpg", "3", true},
		{"_", "0001_WS_1985_Y_BGS_0001_3.jpg", "3", true},
		{"_", "0001_WS_1985_Y_BGS_0001(3).jpg", "", false},
		{"", "0001#WS#1985#Y#BGS#0001#3.jpg", "", false},
		{"#", "0001#WS#1985#Y#BGS#0001#3.jpg", "3", true},
		{"＃", "0001＃WS#1985#Y#BGS#0001#3.jpg", "3", true},
		{"#", item + "-0003.jpg", "0003", true},
		{"+", "0001+WS+1985/Y+BGS/0001/3.jpg", "3", true},
	} {
		m, ok := refcode.Names{Schemes: refcode.Builtins(), Separators: c.separators}.FromPath(c.path, known)
		if ok != c.ok || m.Serial != c.serial || ok && m.Code != item {
			t.Errorf("%q by %q: %+v %v", c.path, c.separators, m, ok)
		}
	}
	for _, s := range []string{"", "_- .", "#+~（）"} {
		if err := refcode.CheckSeparators(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"a", "_1", "/", `\`, "卷", "\u200b"} {
		if archive.KindOf(refcode.CheckSeparators(s)) != archive.Invalid {
			t.Errorf("%q is taken", s)
		}
	}
}
