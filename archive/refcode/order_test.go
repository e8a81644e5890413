package refcode_test

import (
	"bytes"
	"math/big"
	"slices"
	"strings"
	"testing"

	"lantai/archive/refcode"
)

func TestNormalise(t *testing.T) {
	for raw, want := range map[string]string{
		" Z109-WS·2011-Y-BGS-0001\n":  "Z109-WS·2011-Y-BGS-0001",
		"Ｚ１０９－ＷＳ・２０１１—Y‐BGS–0001":     "Z109-WS·2011-Y-BGS-0001",
		"z109 - ws • 2011 - y - 0001": "Z109-WS·2011-Y-0001",
		"Z109-WS．2011":                "Z109-WS·2011",
		"Z109-WS∙2011":                "Z109-WS·2011",
		"\ufeffZ109-\u200bWS":         "Z109-WS",
		"Z109\u3000-\u00a0WS":         "Z109-WS",
		"Z109-WS·2011·Y·办公室-0001":     "Z109-WS·2011·Y·办公室-0001",
		"Z109.WS_2011":                "Z109.WS_2011",
		"two   words":                 "TWO WORDS",
		"":                            "",
		" - ":                         "-",
		"〔1980〕16号":                   "〔1980〕16号",
	} {
		if got := refcode.Normalise(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}

func TestNaturalOrder(t *testing.T) {
	for _, sorted := range [][]string{
		{"C038-001-2", "C038-001-2-1", "C038-001-10", "C038-001-0011", "C038-2-1"},
		{"0001-WS·1985-Y-BGS-0001", "0001-WS·1985-Y-BGS-0002", "0001-WS·1985-Y-BGS-0010", "0001-WS·1985-Y-BGS-10000", "0001-WS·1986-D30-BGS-0001"},
		{"a/1.jpg", "a/2.jpg", "a/10.jpg", "a-1/1.jpg", "a1/1.jpg", "b/1.jpg"},
		{"p1.JPG", "P2.jpg", "p10.jpg"},
		{"001", "01", "1", "2"},
		{"page", "page 1", "page 2", "page 11"},
	} {
		for i := range sorted {
			for j := range sorted {
				if got := refcode.NaturalLess(sorted[i], sorted[j]); got != (i < j) {
					t.Errorf("%q < %q: %v", sorted[i], sorted[j], got)
				}
			}
		}
	}
}

func TestPrefixKeys(t *testing.T) {
	for _, c := range [][2]string{{"0001-WS·1985-Y-BGS-", "0001-WS·1985-Y-BGS-0012"}, {"C038-", "C038-001-002"}, {"WS·", "WS·00"}} {
		if !bytes.HasPrefix(refcode.SortKey(c[1]), refcode.SortKey(c[0])) {
			t.Error(c)
		}
	}
}

// chunks splits a string as a model of natural order: numbers and other characters.
func chunks(s string) []any {
	var out []any
	digits := ""
	for _, r := range s + "\x00" {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		if digits != "" {
			n, _ := new(big.Int).SetString(digits, 10)
			out, digits = append(out, n), ""
		}
		out = append(out, r)
	}
	return out[:len(out)-1]
}

func compare(a, b []any) int {
	return slices.CompareFunc(a, b, func(x, y any) int {
		m, xn := x.(*big.Int)
		n, yn := y.(*big.Int)
		switch {
		case xn && yn:
			return m.Cmp(n)
		case xn:
			return int('0') - int(y.(rune))
		case yn:
			return int(x.(rune)) - int('0')
		}
		return int(x.(rune)) - int(y.(rune))
	})
}

func FuzzSortKey(f *testing.F) {
	f.Add("C038-001-2", "C038-001-10")
	f.Add("1", "01")
	f.Add(strings.Repeat("9", 300), strings.Repeat("9", 600))
	f.Add("办公室2", "办公室10")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = refcode.Normalise(a), refcode.Normalise(b)
		if strings.ContainsAny(a+b, "/\x01") {
			return // folders stand before everything, unlike their character
		}
		want := compare(chunks(a), chunks(b))
		got := bytes.Compare(refcode.SortKey(a), refcode.SortKey(b))
		if sign(want) != sign(got) {
			t.Fatalf("%q and %q: keys say %d, values %d", a, b, got, want)
		}
		if a != b && refcode.NaturalLess(a, b) == refcode.NaturalLess(b, a) {
			t.Fatalf("%q and %q: no order", a, b)
		}
	})
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
