package vault_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/vault"
)

func TestPlace(t *testing.T) {
	long := strings.Repeat("办公室", 30)
	tests := []struct {
		name  string
		place vault.Place
		want  string
	}{
		{"by volume", vault.Place{Fonds: "C038", Class: "001", Code: "C038-001-002", Method: archive.ByVolume, Ordinal: 1, Ext: ".tif"},
			"C038/001/C038-001-002/C038-001-002-0001.tif"},
		{"rescan", vault.Place{Fonds: "C038", Class: "001", Code: "C038-001-002", Method: archive.ByVolume, Ordinal: 1, Rescan: 2, Ext: ".tif"},
			"C038/001/C038-001-002/C038-001-002-0001.r2.tif"},
		{"by item, first thousand", vault.Place{Fonds: "Z109", Class: "WS·2011-Y-BGS", Code: "Z109-WS·2011-Y-BGS-1000", Method: archive.ByItem, Number: 1000, Ordinal: 12, Ext: ".JPG"},
			"Z109/WS·2011-Y-BGS/0001-1000/Z109-WS·2011-Y-BGS-1000-0012.JPG"},
		{"by item, second thousand", vault.Place{Fonds: "Z109", Class: "WS·2011-Y-BGS", Code: "Z109-WS·2011-Y-BGS-1001", Method: archive.ByItem, Number: 1001, Ordinal: 1, Ext: ".jpg"},
			"Z109/WS·2011-Y-BGS/1001-2000/Z109-WS·2011-Y-BGS-1001-0001.jpg"},
		{"by item, box", vault.Place{Fonds: "Z109", Class: "WS·2011-Y-BGS", Code: "Z109-WS·2011-Y-BGS-0001", Method: archive.ByItem, Box: "0012", Number: 1, Ordinal: 1, Ext: ".png"},
			"Z109/WS·2011-Y-BGS/盒0012/Z109-WS·2011-Y-BGS-0001-0001.png"},
		{"photo with a serial", vault.Place{Fonds: "J001", Class: "Y-003", Code: "J001-Y-003-0012", Method: archive.ByPhoto, Serial: "F01", Ext: ".png"},
			"J001/Y-003/J001-Y-003-0012/J001-Y-003-0012-F01.png"},
		{"no class, no extension", vault.Place{Fonds: "J001", Code: "J001-1-2", Ordinal: 12345}, "J001/J001-1-2/J001-1-2-12345"},
		{"too long", vault.Place{Fonds: "Z109", Class: long, Code: "Z109-" + long + "-0001", Method: archive.ByVolume, Ordinal: 1, Ext: ".tif"}, ""},
	}
	for _, tt := range tests {
		got := tt.place.Path()
		if tt.want != "" && (got.Path != tt.want || got.Wanted != "") {
			t.Errorf("%s: %+v, want %q", tt.name, got, tt.want)
		}
		if tt.want == "" && (got.Wanted == "" || !strings.HasSuffix(got.Path, ".tif") || !strings.HasPrefix(got.Path, "Z109/")) {
			t.Errorf("%s: %+v", tt.name, got)
		}
		checkSafe(t, got.Path)
	}
}

func TestUnfiled(t *testing.T) {
	same := []string{"a.tif", "一月/扫描 001.tif", ".hidden/x", "a~b.tif", "x.part", strings.Repeat("字", 60)}
	for _, s := range same {
		if got := vault.Unfiled("b1", s); got.Path != "_unfiled/b1/"+s || got.Wanted != "" {
			t.Errorf("%q should stay: %+v", s, got)
		}
	}
	changed := []string{"a:b.tif", "a?b.tif", "a*b.tif", "CON", "con.tif", "nul.x.y", "com1", "lpt9.txt", "COM¹.x", "conin$",
		"a.", "a ", "a. .", " a", ".", "..", "../../etc/passwd", "a//b", "a\x00b", "a\nb", "\xff\xfe.tif", "x.0123456789abcdef.part",
		strings.Repeat("字", 61), strings.Repeat("x", 200) + ".tif", strings.Repeat("目录/", 70) + "1.tif",
		strings.Repeat("目录/", 70) + "2.tif", strings.Repeat("目录/", 69) + "1.tif", ""}
	seen := map[string]string{}
	for _, s := range changed {
		got := vault.Unfiled("b1", s)
		if got.Wanted == "" || !strings.HasPrefix(got.Path, "_unfiled/b1/") {
			t.Errorf("%q should change: %+v", s, got)
		}
		if other, ok := seen[got.Path]; ok {
			t.Errorf("%q and %q become one: %s", s, other, got.Path)
		}
		seen[got.Path] = s
		checkSafe(t, got.Path)
	}
	if got := vault.Unfiled("b1", `一月\扫描.tif`); got.Path != "_unfiled/b1/一月/扫描.tif" {
		t.Errorf("backslashes part folders: %+v", got)
	}
}

// checkSafe says again, in other words, what every system takes.
func checkSafe(t *testing.T, path string) {
	t.Helper()
	if n := utf8.RuneCountInString("masters/" + path); n > 200 {
		t.Errorf("%d characters: %s", n, path)
	}
	if !utf8.ValidString(path) || !filepath.IsLocal(path) {
		t.Errorf("not a clean path: %q", path)
	}
	for part := range strings.SplitSeq(path, "/") {
		stem, _, _ := strings.Cut(strings.ToLower(part), ".")
		switch stem {
		case "con", "prn", "aux", "nul", "com1", "lpt1", "com9", "lpt9", "com¹":
			t.Errorf("a device of Windows: %q", part)
		}
		if part == "" || len(part) > 180 || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") ||
			strings.ContainsAny(part, "\\:*?\"<>|\x00\n\r\t\x7f") {
			t.Errorf("not a safe name: %q", part)
		}
	}
}

// Whatever a source is called, it gets a safe path, always the same, which Unfiled itself
// would leave alone.
func FuzzUnfiled(f *testing.F) {
	for _, s := range []string{"a.tif", "../x", "con", "a\xffb", strings.Repeat("字/", 120), "x.0123456789abcdef.part", "a\\b", " . ", "~"} {
		f.Add(s, "other")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		pa, pb := vault.Unfiled("b1", a), vault.Unfiled("b1", b)
		checkSafe(t, pa.Path)
		if slashed := strings.ReplaceAll(a, `\`, "/"); pa.Wanted == "" && pa.Path != "_unfiled/b1/"+slashed {
			t.Errorf("changed and not said: %q → %q", a, pa.Path)
		}
		if strings.ReplaceAll(a, `\`, "/") != strings.ReplaceAll(b, `\`, "/") && pa.Path == pb.Path {
			t.Errorf("%q and %q become one: %q", a, b, pa.Path)
		}
		again := vault.Unfiled("b1", strings.TrimPrefix(pa.Path, "_unfiled/b1/"))
		if again.Path != pa.Path {
			t.Errorf("not stable: %q → %q", pa.Path, again.Path)
		}
	})
}
