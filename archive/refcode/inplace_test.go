package refcode_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/refcode"
)

func TestKindsOfCodes(t *testing.T) {
	for _, c := range []struct {
		scheme, category, code string
		want                   archive.HoldingKind
	}{
		{"item22", "WS", "Z109-WS·2011-Y-BGS-0001", archive.KindItem},
		{"item22", "ZP", "A182-ZP·2022-Y-0001", archive.KindPhoto},
		{"item22", "SW·JB", "A182-SW·JB·2022-Y-0001", archive.KindObject},
		{"item22", "LY", "A182-LY·2022-D30-0001", archive.KindAV},
		{"item13", "LX", "A182-LX·2022·Y-001", archive.KindAV},
		{"item13", "SW", "B168-SW·2015·Y-001", archive.KindObject},
		{"vol13", "ZP", "K021-ZP·2019·D30-025", archive.KindAlbum},
		{"vol13", "ZP", "K021-ZP·2019·D30-025-005", archive.KindPhoto},
		{"vol13", "KU", "J019-KU·01·2017-001", archive.KindVolume},
		{"vol13", "KU", "J019-KU·01·2017-001-001", archive.KindItem},
		{"vol13", "LX", "K021-LX·2019-001", archive.KindVolume},
		{"vol13", "LX", "K021-LX·2019-001-001", archive.KindAV},
		{"photo02", "ZP", "J001-Y-003-0012", archive.KindPhoto},
		{"book", "TS", "Z001-TS-00001", archive.KindBook},
		{"book", "TS", "Z001-TS-1", ""},
	} {
		if got := builtin(t, c.scheme).KindIn(refcode.HoldsOf(c.category), c.code); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.code, c.category, got, c.want)
		}
	}
	if got := builtin(t, "item22").KindIn("", "A182-ZP·2022-Y-0001"); got != archive.KindItem {
		t.Errorf("left to the scheme: %q", got)
	}
}

func TestNumbered(t *testing.T) {
	for _, c := range []struct {
		scheme, code, prefix string
		number, width        int
	}{
		{"item22", "Z109-WS·2011-Y-BGS-0012", "Z109-WS·2011-Y-BGS-", 12, 4},
		{"item22", "Z109-WS·2011-Y-0012", "Z109-WS·2011-Y-", 12, 4},
		{"vol94", "C038-001-002", "C038-001-", 2, 3},
		{"vol94", "C038-001-002-0003", "C038-001-002-", 3, 4},
		{"book", "Z001-TS-00020", "Z001-TS-", 20, 5},
	} {
		s := builtin(t, c.scheme)
		n, ok := s.Numbered(c.code)
		if !ok || n.Prefix != c.prefix || n.Number != c.number || n.Width != c.width {
			t.Errorf("%s: %+v, %v", c.code, n, ok)
		}
		if back, err := s.Nth(n.Class, n.Number, n.Width); err != nil || back != c.code {
			t.Errorf("%s comes back as %s, %v", c.code, back, err)
		}
		for _, typed := range []string{c.prefix, strings.TrimSuffix(c.prefix, "-")} {
			class, ok := s.ReadClass(typed)
			if back, err := s.Nth(class, n.Number, n.Width); !ok || err != nil || back != c.code {
				t.Errorf("class %s: %v, %v, %s", typed, class, err, back)
			}
		}
	}
	if _, ok := builtin(t, "item22").ReadClass("Z109-WS"); ok {
		t.Error("a class without year was read")
	}
	if _, err := builtin(t, "item22").Nth(refcode.Values{"fonds_no": "Z109", "category_code": "WS", "year": "2011", "retention_code": "Y"}, 100_000, 0); archive.KindOf(err) != archive.Conflict {
		t.Errorf("a class of five digits holds 100,000: %v", err)
	}
}

func TestRetentionCode(t *testing.T) {
	for text, want := range map[string]string{"永久": "Y", "Y": "Y", "１": "Y", "定期30年": "D30", "30年": "D30", "D30": "D30", "定期（10年）": "D10",
		"长期": "C", "短期": "D", "D": "D", "C": "C", "": ""} {
		if got := refcode.RetentionCode(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// place is a document with nothing wrong, to be spoilt one way at a time.
func place(t *testing.T) refcode.InPlace {
	return refcode.InPlace{
		Record: &archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Code: "Z109-WS·2011-Y-BGS-0012", Date: "20110305", Year: 2011, Retention: "永久"},
			Number: "0012", Org: "办公室"},
		Series: archive.Series{Holding: archive.Holding{Code: "Z109-WS"}, Category: "WS"}, Scheme: builtin(t, "item22"),
		Fonds:   archive.Fonds{Holding: archive.Holding{ID: 1, Code: "Z109"}, DateBegin: "19490000", DateEnd: "20200000"},
		Highest: "Z109-WS·2011-Y-BGS-0011",
		Box:     &archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Year: 2011, Retention: "Y"}},
		Allowed: func(element string, _ int) []string {
			return map[string][]string{refcode.Category: {"WS", "KU"}, refcode.Org: {"BGS", "RSC"}}[element]
		},
		Now: time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC),
	}
}

func TestRulesOfARecordInItsPlace(t *testing.T) {
	if got := place(t).Check(); len(got) != 0 {
		t.Fatalf("nothing is wrong, and yet: %v", got)
	}
	item := func(p refcode.InPlace) *archive.Item { return p.Record.(*archive.Item) }
	for _, c := range []struct {
		name  string
		spoil func(*refcode.InPlace)
		rule  string
		code  refcode.ProblemCode
		field string
		want  string
		warns bool
	}{
		{"no code", func(p *refcode.InPlace) { item(*p).Code = "" }, "C02", refcode.Empty, "code", "", false},
		{"not padded", func(p *refcode.InPlace) { item(*p).Code = "Z109-WS·2011-Y-BGS-12" }, "C02", refcode.BadWidth, "code", "4-5", false},
		{"bullet", func(p *refcode.InPlace) { item(*p).Code = "Z109-WS•2011-Y-BGS-0012" }, "C02", refcode.NotCanonical, "code", "Z109-WS·2011-Y-BGS-0012", false},
		{"other fonds", func(p *refcode.InPlace) { p.Fonds.Code = "Z110" }, "C03", refcode.Differs, "code", "Z109", false},
		{"other category", func(p *refcode.InPlace) { p.Series.Category = "KU" }, "C03", refcode.Differs, "code", "WS", false},
		{"other year", func(p *refcode.InPlace) { item(*p).Year, item(*p).Date = 2012, "2012" }, "C03", refcode.Differs, "year", "2011", false},
		{"other retention", func(p *refcode.InPlace) { item(*p).Retention = "定期30年"; p.Box = nil }, "C03", refcode.Differs, "retention", "Y", false},
		{"长期 is no number of years", func(p *refcode.InPlace) { item(*p).Retention = "长期"; p.Box = nil }, "C03", refcode.Differs, "retention", "Y", false},
		{"other org", func(p *refcode.InPlace) { item(*p).Org = "RSC" }, "C03", refcode.Differs, "org", "BGS", false},
		{"other number", func(p *refcode.InPlace) { item(*p).Number = "13" }, "C03", refcode.Differs, "number", "0012", false},
		{"no fonds", func(p *refcode.InPlace) { p.Fonds = archive.Fonds{} }, "C04", refcode.NoFonds, "code", "", false},
		{"org not listed", func(p *refcode.InPlace) {
			p.Allowed = func(e string, _ int) []string { return map[string][]string{refcode.Org: {"RSC"}}[e] }
		}, "C04", refcode.NotListed, "code", "RSC", false},
		{"below the first", func(p *refcode.InPlace) {
			item(*p).Code, item(*p).Number, p.Highest = "Z109-WS·2011-Y-BGS-0000", "", ""
		}, "C05", refcode.BelowStart, "code", "1", true},
		{"before the fonds", func(p *refcode.InPlace) { p.Fonds.DateBegin = "20150101" }, "C06", refcode.OutsideFonds, "year", "2015–2020", true},
		{"after the fonds", func(p *refcode.InPlace) { p.Fonds.DateEnd = "2010" }, "C06", refcode.OutsideFonds, "year", "1949–2010", true},
		{"to come", func(p *refcode.InPlace) { p.Now = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC) }, "C06", refcode.FutureYear, "year", "2010", true},
		{"of another year", func(p *refcode.InPlace) { item(*p).Date = "20101231" }, "C06", refcode.OtherYear, "year", "2010", true},
		{"not of its series", func(p *refcode.InPlace) { p.Series.Code = "Z109-KU" }, "C07", refcode.NotBelow, "code", "Z109-KU", false},
		{"forbidden", func(p *refcode.InPlace) { item(*p).Code = "Z109-WS·2011-Y-BGS-00?2" }, "C08", refcode.BadRune, "code", "", false},
		{"blank at its end", func(p *refcode.InPlace) { item(*p).Code += " " }, "C08", refcode.BadEdge, "code", "", false},
		{"too long", func(p *refcode.InPlace) { item(*p).Code = strings.Repeat("Z", 101) }, "C08", refcode.TooLong, "code", "100", false},
		{"accessioned", func(p *refcode.InPlace) { p.State, p.Was = archive.Accessioned, "Z109-WS·2011-Y-BGS-0011" }, "C09", refcode.Fixed, "code", "Z109-WS·2011-Y-BGS-0011", false},
		{"filed", func(p *refcode.InPlace) { p.State, p.Was = archive.Filed, "Z109-WS·2011-Y-BGS-0011" }, "C09", refcode.Filed, "code", "Z109-WS·2011-Y-BGS-0011", false},
		{"late", func(p *refcode.InPlace) { p.State, p.Highest = archive.Filed, "Z109-WS·2011-Y-BGS-0020" }, "C09", refcode.NotLast, "code", "Z109-WS·2011-Y-BGS-0021", false},
		{"box of other retention", func(p *refcode.InPlace) { p.Box.Common().Retention = "D30" }, "C10", refcode.BoxDiffers, "retention", "D30", false},
		{"box of another year", func(p *refcode.InPlace) { p.Box.Common().Year = 2010 }, "C10", refcode.BoxDiffers, "year", "2010", false},
		{"wider", func(p *refcode.InPlace) { p.Highest = "Z109-WS·2011-Y-BGS-00011" }, "C11", refcode.OtherWidth, "code", "5", true},
	} {
		p := place(t)
		c.spoil(&p)
		got := p.Check()
		at := slices.IndexFunc(got, func(g refcode.Problem) bool { return g.Rule == c.rule && g.Code == c.code })
		if at < 0 {
			t.Errorf("%s: %v", c.name, got)
			continue
		}
		if g := got[at]; g.Field != c.field || g.Want != c.want || g.Warning != c.warns {
			t.Errorf("%s: %+v, want field %q, want %q, warning %v", c.name, g, c.field, c.want, c.warns)
		}
		for i, g := range got {
			if i > 0 && got[i-1].Warning && !g.Warning {
				t.Errorf("%s: an error behind a warning: %v", c.name, got)
			}
		}
	}
}

func TestWhatIsNotWrongInItsPlace(t *testing.T) {
	for name, change := range map[string]func(*refcode.InPlace){
		"nothing stated": func(p *refcode.InPlace) {
			*p.Record.(*archive.Item) = archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Code: "Z109-WS·2011-Y-BGS-0012"}}
		},
		"another way to write 永久": func(p *refcode.InPlace) { p.Record.Common().Retention = "Y" },
		"number without noughts":  func(p *refcode.InPlace) { p.Record.(*archive.Item).Number = "12" },
		"filed late, and explained": func(p *refcode.InPlace) {
			p.Record.Common().Date = "2010"
			p.Record.(*archive.Item).Note = "跨年文件"
		},
		"last of a filed class":    func(p *refcode.InPlace) { p.State = archive.Filed },
		"unchanged in a filed one": func(p *refcode.InPlace) { p.State, p.Was = archive.Accessioned, p.Record.Common().Code },
		"needs its five digits": func(p *refcode.InPlace) {
			p.Record.Common().Code, p.Record.(*archive.Item).Number, p.Highest = "Z109-WS·2011-Y-BGS-10000", "10000", "Z109-WS·2011-Y-BGS-9999"
		},
		"a box without a code": func(p *refcode.InPlace) {
			p.Record, p.Box = &archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Year: 2011}}, nil
		},
		"in a box as parent": func(p *refcode.InPlace) {
			p.Parent = &archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Code: "Z109-WS-盒1"}}
		},
	} {
		p := place(t)
		change(&p)
		if got := p.Check(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRulesOfItemsInVolumes(t *testing.T) {
	p := refcode.InPlace{
		Record: &archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Code: "C038-001-0002-003"}, Number: "003"},
		Series: archive.Series{Holding: archive.Holding{Code: "C038-001"}}, Scheme: builtin(t, "vol94"),
		Fonds:  archive.Fonds{Holding: archive.Holding{ID: 1, Code: "C038"}},
		Parent: &archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Code: "C038-001-0002"}, Number: "0002"},
	}
	if got := p.Check(); len(got) != 0 {
		t.Fatal(got)
	}
	p.Parent.Common().Code = "C038-001-0003"
	if got := p.Check(); len(got) != 1 || got[0].Rule != "C07" || got[0].Want != "C038-001-0003-" {
		t.Error(got)
	}
	p.Parent.(*archive.Container).Number = "3"
	if got := p.Check(); len(got) != 2 || got[0].Rule != "C03" || got[0].Element != refcode.VolumeNo {
		t.Error(got)
	}
}
