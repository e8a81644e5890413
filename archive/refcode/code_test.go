package refcode_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/refcode"
)

func builtin(t testing.TB, name string) refcode.Scheme {
	t.Helper()
	s, ok := refcode.Builtin(name)
	if !ok {
		t.Fatalf("no scheme %s", name)
	}
	return s
}

func TestValidCodes(t *testing.T) {
	for name, codes := range map[string][]string{
		"item22":  {"Z109-WS·2011-Y-BGS-0001", "A182-ZP·2022-Y-0001", "A182-SW·JB·2022-Y-0001", "0101-WS·2016-D30-003-0012"},
		"item13":  {"A439-WS·2015·D30·003-005", "Z109-WS·2011·Y·办公室-0001", "Z008-WS·2019·Y-037", "C015-WY·TZGG·2019·D10-00001", "B168-SW·2015·Y-001"},
		"vol13":   {"J019-ZY·JC·CC·2019·D30-001-001", "J019-KU·01·2017-001-001", "A002-RS-001-002", "X032-KJ·KY·01-003", "X032-KJ·JJ·02-005-054", "K021-ZP·2019·D30-025-005"},
		"vol94":   {"C038-001-002-003", "0001-002-0123", "1-2-123-4", "0001-WS1-0012"},
		"photo02": {"J001-Y-003-0012", "J001-Y-0012", "J001-1-0012"},
	} {
		s := builtin(t, name)
		for _, code := range codes {
			v, err := s.Parse(code)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			back, err := s.Format(v)
			if err != nil || back != code {
				t.Errorf("%s %s: written back as %q, %v", name, code, back, err)
			}
			if p := s.Check(code); len(p) != 0 {
				t.Errorf("%s %s: %v", name, code, p)
			}
			if n := refcode.Normalise(code); n != code {
				t.Errorf("%s is canonical, normalised to %s", code, n)
			}
		}
	}
}

func TestInvalidCodes(t *testing.T) {
	for _, c := range []struct {
		scheme, code string
		problem      refcode.ProblemCode
		element      string
	}{
		{"item22", "Z109-WS·2011-Y-BGS-1", refcode.BadWidth, refcode.ItemNo},
		{"item22", "Z109-WS•2011-Y-BGS-0001", refcode.NotCanonical, ""},
		{"item22", "z109-WS·2011-Y-BGS-0001", refcode.NotCanonical, ""},
		{"item22", "Z109-WS·11-Y-BGS-0001", refcode.BadWidth, refcode.Year},
		{"item22", "Z109-WS·2011-D-BGS-0001", refcode.BadPattern, refcode.Retention},
		{"item22", "Z109-WS·2011-Y-BGS-123456", refcode.BadWidth, refcode.ItemNo},
		{"item22", "Z109-WS·2011·Y-BGS-0001", refcode.BadSeparator, refcode.Retention},
		{"item22", "Z109-WS·2011-Y", refcode.Missing, refcode.ItemNo},
		{"item13", "Z109-WS·2011-Y-BGS-0001", refcode.BadSeparator, refcode.Retention},
		{"item13", "Z008-WS·2019·Y-37", refcode.BadWidth, refcode.ItemNo},
		{"item13", "Z008-WS·2019·C-037", refcode.BadPattern, refcode.Retention},
		{"vol13", "J019-ZY·JC-1-1", refcode.BadWidth, refcode.VolumeNo},
		{"vol13", "J019-zy-001", refcode.NotCanonical, ""},
		{"vol94", "C038-001", refcode.Missing, refcode.VolumeNo},
		{"vol94", "C038--002-003", refcode.Missing, refcode.CatalogueNo},
		{"vol94", "1-2-3-4-5", refcode.Extra, ""},
		{"photo02", "J001-D30-003-0012", refcode.BadWidth, refcode.Retention},
		{"photo02", "J001-X-003-0012", refcode.BadVocab, refcode.Retention},
		{"vol94", "", refcode.Empty, ""},
		{"vol94", " C038-001-002", refcode.BadEdge, ""},
		{"vol94", "C038-001-002*", refcode.BadRune, ""},
		{"vol94", "C038-001-\xff", refcode.BadRune, ""},
		{"vol94", strings.Repeat("1-", 60), refcode.TooLong, ""},
	} {
		s := builtin(t, c.scheme)
		_, err := s.Parse(c.code)
		var problems refcode.Problems
		if archive.KindOf(err) != archive.Invalid || !errors.As(err, &problems) {
			t.Errorf("%s %q: parsed, or the wrong error: %v", c.scheme, c.code, err)
			continue
		}
		found := false
		for _, p := range problems {
			found = found || p.Code == c.problem && p.Element == c.element
		}
		if !found {
			t.Errorf("%s %q: want %s of %q, got %v", c.scheme, c.code, c.problem, c.element, problems)
		}
	}
}

// The cheapest account names one mistake once.
func TestProblemsAreFew(t *testing.T) {
	s := builtin(t, "item22")
	for _, code := range []string{"Z109-WS·2011-Y-BGS-1", "Z109-WS·2011·Y-BGS-0001", "Z109-WS·11-Y-BGS-0001", "Z109-WS·2011-Y-BGS"} {
		if p := s.Check(code); len(p) != 1 {
			t.Errorf("%s: %v", code, p)
		}
	}
}

func TestZeroIsOdd(t *testing.T) {
	p := builtin(t, "item22").Check("Z109-WS·2011-Y-BGS-0000")
	if len(p) != 1 || p[0].Code != refcode.BelowStart || !p[0].Warning {
		t.Errorf("%v", p)
	}
	if _, err := builtin(t, "item22").Parse("Z109-WS·2011-Y-BGS-0000"); err != nil {
		t.Error(err)
	}
}

// What is told apart by nothing but the scheme.
func TestSchemesAreNotGuessed(t *testing.T) {
	v13, err := builtin(t, "vol13").Parse("A439-WS·2015·D30·003-005")
	if err != nil || v13[refcode.VolumeNo] != "005" || v13[refcode.ClassCode] != "2015·D30·003" {
		t.Error(v13, err)
	}
	photo, err := builtin(t, "photo02").Parse("0001-2-0123")
	if err != nil || photo[refcode.PhotoNo] != "0123" || photo[refcode.Retention] != "2" {
		t.Error(photo, err)
	}
}

func TestFormat(t *testing.T) {
	s := builtin(t, "item22")
	v := refcode.Values{refcode.FondsNo: "0001", refcode.Category: "WS", refcode.Year: "1985", refcode.Retention: "Y", refcode.Org: "BGS", refcode.ItemNo: "7"}
	if code, err := s.Format(v); err != nil || code != "0001-WS·1985-Y-BGS-0007" {
		t.Error(code, err)
	}
	for name, change := range map[string]func(refcode.Values){
		"absent year":     func(v refcode.Values) { delete(v, refcode.Year) },
		"strange element": func(v refcode.Values) { v["colour"] = "RED" },
		"dash in org":     func(v refcode.Values) { v[refcode.Org] = "BG-S" },
		"empty org":       func(v refcode.Values) { v[refcode.Org] = "" },
		"four subs":       func(v refcode.Values) { v[refcode.Subcategory] = "A·B·C·D" },
	} {
		bad := maps.Clone(v)
		change(bad)
		if code, err := s.Format(bad); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %q, %v", name, code, err)
		}
	}
}

func TestNext(t *testing.T) {
	item := refcode.Values{refcode.FondsNo: "Z109", refcode.Category: "WS", refcode.Year: "2011", refcode.Retention: "Y", refcode.Org: "BGS"}
	volume := refcode.Values{refcode.FondsNo: "C038", refcode.CatalogueNo: "001"}
	inside := refcode.Values{refcode.FondsNo: "C038", refcode.CatalogueNo: "001", refcode.VolumeNo: "007"}
	photo := refcode.Values{refcode.FondsNo: "J001", refcode.Retention: "Y", refcode.AlbumNo: "003"}
	for _, c := range []struct {
		scheme        string
		class         refcode.Values
		highest, want string
		kind          archive.ErrorKind
	}{
		{"item22", item, "", "Z109-WS·2011-Y-BGS-0001", ""},
		{"item22", item, "Z109-WS·2011-Y-BGS-0041", "Z109-WS·2011-Y-BGS-0042", ""},
		{"item22", item, "Z109-WS·2011-Y-BGS-9999", "Z109-WS·2011-Y-BGS-10000", ""},
		{"item22", item, "Z109-WS·2011-Y-BGS-00099", "Z109-WS·2011-Y-BGS-00100", ""},
		{"item22", item, "Z109-WS·2011-Y-BGS-99999", "", archive.Conflict},
		{"item22", item, "Z109-WS·2012-Y-BGS-0001", "", archive.Invalid},
		{"item22", item, "nonsense", "", archive.Invalid},
		{"vol94", volume, "", "C038-001-0001", ""},
		{"vol94", volume, "C038-001-099", "C038-001-100", ""},
		{"vol94", volume, "C038-001-007-003", "C038-001-008", ""},
		{"vol94", inside, "", "C038-001-007-001", ""},
		{"vol94", inside, "C038-001-007", "C038-001-007-001", ""},
		{"vol94", inside, "C038-001-007-009", "C038-001-007-010", ""},
		{"vol94", inside, "C038-001-008-009", "", archive.Invalid},
		{"photo02", photo, "J001-Y-003-0012", "J001-Y-003-0013", ""},
	} {
		got, err := builtin(t, c.scheme).Next(c.class, c.highest)
		if got != c.want || archive.KindOf(err) != c.kind {
			t.Errorf("%s after %q: %q, %v; want %q", c.scheme, c.highest, got, err, c.want)
		}
	}
	if p, err := builtin(t, "item22").Prefix(item); err != nil || p != "Z109-WS·2011-Y-BGS-" {
		t.Error(p, err)
	}
	if p, err := builtin(t, "vol94").Prefix(inside); err != nil || p != "C038-001-007-" {
		t.Error(p, err)
	}
}

func TestClassKindParent(t *testing.T) {
	for _, c := range []struct {
		scheme, code, parent string
		kind                 archive.HoldingKind
	}{
		{"item22", "Z109-WS·2011-Y-BGS-0001", "", archive.KindItem},
		{"vol94", "C038-001-002", "", archive.KindVolume},
		{"vol94", "C038-001-002-003", "C038-001-002", archive.KindItem},
		{"vol13", "J019-ZY·JC·CC·2019·D30-001-002", "J019-ZY·JC·CC·2019·D30-001", archive.KindItem},
		{"photo02", "J001-Y-003-0012", "", archive.KindPhoto},
		{"vol94", "nonsense", "", ""},
	} {
		s := builtin(t, c.scheme)
		if k := s.Kind(c.code); k != c.kind {
			t.Errorf("%s: %q", c.code, k)
		}
		if p, ok := s.Parent(c.code); p != c.parent || ok != (c.parent != "") {
			t.Errorf("%s: parent %q %v", c.code, p, ok)
		}
	}
	s := builtin(t, "vol94")
	same := func(a, b string) bool {
		ca, err1 := s.Class(a)
		cb, err2 := s.Class(b)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		return ca == cb
	}
	if !same("C038-001-002", "C038-001-900") || same("C038-001-002", "C038-002-002") ||
		!same("C038-001-002-001", "C038-001-002-005") || same("C038-001-002-001", "C038-001-003-001") ||
		same("C038-001-002", "C038-001-002-001") {
		t.Error("classes run together or apart")
	}
}

// A site's own scheme: numbers that run through the year, whatever the retention.
func TestOwnScheme(t *testing.T) {
	s, err := refcode.Read(`{"name":"own","title":"本馆","method":"item","seq_scope":["fonds_no","year"],"seq_start":1,"page_mode":"per_item","elements":[
		{"name":"fonds_no","min":1,"max":5,"charset":"digits","example":"7"},
		{"name":"year","sep":"·","min":4,"max":4,"charset":"digits","example":"1999"},
		{"name":"retention_code","sep":"-","min":1,"max":2,"charset":"han","vocab":["永久","长期","短期"],"example":"永久"},
		{"name":"item_no","sep":"-","min":3,"max":3,"pad":"0","charset":"digits","serial":true,"kind":"item","example":"001"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Next(refcode.Values{refcode.FondsNo: "7", refcode.Year: "1999", refcode.Retention: "长期"}, "7·1999-永久-012")
	if err != nil || got != "7·1999-长期-013" {
		t.Error(got, err)
	}
	if again, err := refcode.Read(s.JSON()); err != nil || again.JSON() != s.JSON() {
		t.Error(again, err)
	}
	if d := s.Describe(); d.Example != "7·1999-永久-001" || len(d.Parts) != 4 {
		t.Error(d)
	}
}

func TestBadSchemes(t *testing.T) {
	const ok = `{"name":"n","min":1,"max":3,"charset":"digits","serial":true,"example":"1"}`
	for _, elements := range []string{
		``,
		`{"name":"n","min":1,"max":3,"charset":"digits","example":"1"}`,
		ok + `,` + ok,
		ok + `,{"name":"m","min":1,"max":3,"charset":"digits","example":"1"}`,
		ok + `,{"name":"m","sep":"/","min":1,"max":3,"charset":"digits","example":"1"}`,
		ok + `,{"name":"m","sep":"-","min":3,"max":1,"charset":"digits","example":"1"}`,
		ok + `,{"name":"m","sep":"-","min":1,"max":3,"charset":"runes","example":"1"}`,
		ok + `,{"name":"m","sep":"-","min":1,"max":3,"charset":"digits","pattern":"(","example":"1"}`,
		ok + `,{"name":"m","sep":"-","min":1,"max":3,"charset":"digits","example":"1000"}`,
		ok + `,{"name":"m","sep":"-","min":1,"max":3,"charset":"letters","pad":"0","example":"A"}`,
		ok + `,{"name":"m","sep":"-","min":1,"max":3,"charset":"digits","repeat":99,"example":"1"}`,
	} {
		_, err := refcode.Read(`{"name":"x","method":"item","page_mode":"none","elements":[` + elements + `]}`)
		if archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %v", elements, err)
		}
	}
	if _, err := refcode.Read(`{"name":`); archive.KindOf(err) != archive.Invalid {
		t.Error(err)
	}
	if _, err := refcode.New(refcode.Scheme{Name: "x"}); archive.KindOf(err) != archive.Invalid {
		t.Error(err)
	}
}

func TestBuiltins(t *testing.T) {
	all := refcode.Builtins()
	if len(all) != 6 {
		t.Fatalf("%d schemes", len(all))
	}
	for _, s := range all {
		if p := s.Check(s.Describe().Example); len(p) != 0 {
			t.Errorf("%s: example %s: %v", s.Name, s.Describe().Example, p)
		}
		if again, err := refcode.Read(s.JSON()); err != nil || again.JSON() != s.JSON() {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	if _, ok := refcode.Builtin("item99"); ok {
		t.Error("item99")
	}
}

// random makes values that fit a scheme.
func random(r *rand.Rand, s refcode.Scheme) refcode.Values {
	const han = "办公室政治部财务科人民团二〇一九"
	alphabet := map[refcode.Charset]string{refcode.Digits: "0123456789", refcode.Letters: "ABXZ", refcode.AlNum: "0159AWZ", refcode.Han: han, refcode.AlNumHan: "0129AZ" + han}
	one := func(e refcode.Element) string {
		if len(e.Vocab) > 0 {
			return e.Vocab[r.IntN(len(e.Vocab))]
		}
		switch e.Name {
		case refcode.Year:
			return []string{"1899", "1949", "2011", "2026"}[r.IntN(4)]
		case refcode.Retention:
			return []string{"Y", "D10", "D30", "D5"}[r.IntN(4)]
		case refcode.FondsNo:
			return []string{"0001", "Z109", "9999"}[r.IntN(3)]
		case refcode.CatalogueNo:
			return []string{"1", "WS1", "0004", "A12"}[r.IntN(4)]
		case refcode.Org:
			return []string{"BGS", "003", "办公室", "XZ"}[r.IntN(4)]
		}
		set := []rune(alphabet[e.Charset])
		text := make([]rune, e.Min+r.IntN(e.Max-e.Min+1))
		for i := range text {
			text[i] = set[r.IntN(len(set))]
		}
		return string(text)
	}
	v := refcode.Values{}
	for _, e := range s.Elements {
		n := 1
		if e.Optional {
			n = r.IntN(max(e.Repeat, 1) + 1)
		}
		var parts []string
		for range n {
			parts = append(parts, one(e))
		}
		if n > 0 {
			v[e.Name] = strings.Join(parts, refcode.Dot)
		}
	}
	return v
}

func TestRoundTripOfRandomValues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range refcode.Builtins() {
		for range 3000 {
			v := random(r, s)
			code, err := s.Format(v)
			if err != nil {
				t.Fatalf("%s %v: %v", s.Name, v, err)
			}
			back, err := s.Parse(code)
			if err != nil || !maps.Equal(v, back) {
				t.Fatalf("%s %s: %v read as %v, %v", s.Name, code, v, back, err)
			}
			next, err := s.Next(without(s, v), code)
			if archive.KindOf(err) == archive.Conflict {
				continue
			}
			if err != nil || !refcode.NaturalLess(code, next) {
				t.Fatalf("%s: %s follows %s: %v", s.Name, next, code, err)
			}
		}
	}
}

// without takes the deepest running number away.
func without(s refcode.Scheme, v refcode.Values) refcode.Values {
	v = maps.Clone(v)
	for i := len(s.Elements) - 1; i >= 0; i-- {
		if _, ok := v[s.Elements[i].Name]; ok && s.Elements[i].Serial {
			delete(v, s.Elements[i].Name)
			break
		}
	}
	return v
}

func FuzzParse(f *testing.F) {
	for _, s := range refcode.Builtins() {
		f.Add(s.Describe().Example)
	}
	for _, code := range []string{"", "-", "·", "a•b", "１２３－４５－６", "C038--002", "0-0-0-0-0-0", strings.Repeat("A·", 50)} {
		f.Add(code)
	}
	schemes := refcode.Builtins()
	f.Fuzz(func(t *testing.T, code string) {
		normal := refcode.Normalise(code)
		if utf8.ValidString(code) && refcode.Normalise(normal) != normal {
			t.Fatalf("%q: normalised twice differs: %q", code, normal)
		}
		for _, s := range schemes {
			v, err := s.Parse(code)
			grave := 0
			for _, p := range s.Check(code) {
				if !p.Warning {
					grave++
				}
			}
			if (err == nil) != (grave == 0) {
				t.Fatalf("%s %q: parse says %v, check %d faults", s.Name, code, err, grave)
			}
			if err != nil {
				continue
			}
			back, err := s.Format(v)
			if err != nil || back != code {
				t.Fatalf("%s %q: written back as %q, %v", s.Name, code, back, err)
			}
		}
	})
}
