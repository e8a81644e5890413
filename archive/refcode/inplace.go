package refcode

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"lantai/archive"
)

// The problems of a code in its place, beside those of the code alone.
const (
	Differs      ProblemCode = "differs"       // the code has Want for the element, the column Value
	NotBelow     ProblemCode = "not-below"     // does not begin with Want, which it lies in
	NoFonds      ProblemCode = "no-fonds"      // there is no fonds of that number
	NotListed    ProblemCode = "not-listed"    // no such value in the fonds' vocabulary; Want lists it
	OutsideFonds ProblemCode = "outside-fonds" // the year is not within Want, the years of the fonds
	FutureYear   ProblemCode = "future-year"   // the year is still to come; Want is this year
	OtherYear    ProblemCode = "other-year"    // the document's own date is of the year Want
	Fixed        ProblemCode = "fixed"         // the class is accessioned: only an approved correction changes it
	Filed        ProblemCode = "filed"         // the class is filed: codes stay as they are
	NotLast      ProblemCode = "not-last"      // a late record of a filed class takes Want, the number at its end
	BoxDiffers   ProblemCode = "box-differs"   // the box it lies in has Want
	OtherWidth   ProblemCode = "other-width"   // the class writes its numbers with Want digits
	Taken        ProblemCode = "taken"         // another record has the code; Want is one that is free
	WasTaken     ProblemCode = "was-taken"     // another record, Want, had the code before
	Gap          ProblemCode = "gap"           // the numbers before it are not used; Want is the next
)

// InPlace is a record where it stands, with all that it is held against. It needs no
// catalogue, so that it can be checked at every key; what does (C01, gaps of C05) package
// arrange adds.
type InPlace struct {
	Record archive.Record
	Series archive.Series
	Scheme Scheme         // of the series
	Fonds  archive.Fonds  // ID zero: there is none
	Parent archive.Record // the volume, album or item it lies in; nil: the series
	Box    archive.Record // nil: none

	Was     string           // its code as it is kept; empty for a new record
	State   archive.Arranged // of the class of its code
	Highest string           // the highest code of that class; empty: none, or not known

	// Allowed lists the values of an element in the fonds' vocabulary for a year; nil
	// where there is no list. The function may be nil.
	Allowed func(element string, year int) []string
	Now     time.Time
}

// Check lists what is wrong with the record's code in its place, by the rules C02 to C11,
// errors before warnings. Rules whose column is not stated are passed over.
func (p InPlace) Check() []Problem {
	h := p.Record.Common()
	var problems []Problem
	switch {
	case h.Kind == archive.KindBox && h.Code == "":
	case h.Kind == archive.KindFonds, h.Kind == archive.KindSeries, h.Kind == archive.KindBox, h.Kind == archive.KindDossier:
		problems = p.plain(h.Code)
	default:
		problems = p.Scheme.Check(h.Code)
		code := Normalise(h.Code)
		if v := p.Scheme.read(code); v != nil {
			problems = append(problems, p.columns(v)...)
			problems = append(problems, p.listed(v)...)
			problems = append(problems, p.width(code)...)
		}
		problems = append(problems, p.above(code)...)
		problems = append(problems, p.stable(code)...)
	}
	if h.Kind != archive.KindFonds && h.Kind != archive.KindSeries {
		problems = append(problems, p.years()...)
	}
	problems = append(problems, p.boxed()...)
	for i := range problems {
		if problems[i].Field == "" {
			problems[i].Field = "code"
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return btoi(a.Warning) - btoi(b.Warning) })
	return problems
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// plain is C02 and C08 for codes that no scheme builds.
func (p InPlace) plain(code string) []Problem {
	switch {
	case code == "":
		return []Problem{{Rule: "C02", Code: Empty}}
	case len([]rune(code)) > MaxRunes:
		return []Problem{tooLong()}
	}
	return nameProblems(code)
}

// field is a column of the record, "" where it has none of the name.
func field(r archive.Record, name string) string {
	if r == nil {
		return ""
	}
	b, ok := archive.Field(r, name)
	if !ok {
		return ""
	}
	return b.Text()
}

// columns is C03: what the code says is what its columns say.
func (p InPlace) columns(v Values) []Problem {
	var problems []Problem
	last := p.Scheme.last(v)
	for i, e := range p.Scheme.Elements {
		want, given := v[e.Name]
		if !given {
			continue
		}
		column, have, same := p.column(e, i == last, want)
		if have != "" && !same {
			problems = append(problems, Problem{Rule: "C03", Code: Differs, Element: e.Name, Field: column, Value: have, Want: want})
		}
	}
	return problems
}

// column is what the column of an element has, and whether that is what the code says.
// Where it is no column of the record the code itself is at fault.
func (p InPlace) column(e Element, last bool, want string) (name, have string, same bool) {
	switch {
	case e.Name == FondsNo:
		if p.Fonds.ID == 0 {
			return "", "", true
		}
		return "code", p.Fonds.Code, p.Fonds.Code == want
	case e.Name == Category:
		have, _, _ = strings.Cut(p.Series.Category, Dot)
		return "code", have, have == want
	case e.Name == Year:
		have = field(p.Record, "year")
		return "year", have, have == want
	case e.Name == Retention:
		have = field(p.Record, "retention")
		return "retention", have, RetentionCode(have) == RetentionCode(want)
	case e.Name == Org:
		have = field(p.Record, "org")
		return "org", have, !sameScript(have, want) || Normalise(have) == want
	case last:
		have = field(p.Record, "number")
		return "number", have, sameNumber(have, want)
	case (e.Serial || e.Name == AlbumNo) && p.Parent != nil && p.Parent.Common().Kind.IsContainer() && p.Parent.Common().Kind != archive.KindBox:
		have = field(p.Parent, "number")
		return "code", have, sameNumber(have, want)
	}
	return "", "", true
}

// sameScript tells whether two texts are both of Han or both not: 办公室 says nothing
// about BGS.
func sameScript(a, b string) bool {
	han := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	return han(a) == han(b)
}

func sameNumber(a, b string) bool {
	a, b = Normalise(a), Normalise(b)
	return a == b || strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0") && strings.Trim(a+b, "0123456789") == ""
}

// listed is C04: the fonds is there, and what the code says stands in its vocabularies.
func (p InPlace) listed(v Values) []Problem {
	if p.Fonds.ID == 0 {
		return []Problem{{Rule: "C04", Code: NoFonds, Element: FondsNo, Value: v[FondsNo]}}
	}
	if p.Allowed == nil {
		return nil
	}
	return p.Scheme.Unlisted(v, func(element string) []string { return p.Allowed(element, p.Record.Common().Year) })
}

// width is C11, against the highest code of the class.
func (p InPlace) width(code string) []Problem {
	n, ok := p.Scheme.Numbered(code)
	highest, held := p.Scheme.Numbered(p.Highest)
	if !ok || !held || n.Prefix != highest.Prefix || n.Width == highest.Width {
		return nil
	}
	if len(strconv.Itoa(n.Number)) > highest.Width || len(strconv.Itoa(highest.Number)) > n.Width {
		return nil // no nought too many: the number needs its digits
	}
	return []Problem{{Rule: "C11", Code: OtherWidth, Element: n.Element, Value: code, Want: strconv.Itoa(highest.Width), Warning: true}}
}

// above is C07: the code begins with that of what the record lies in. A box is no part of
// the codes of what lies in it.
func (p InPlace) above(code string) []Problem {
	if p.Parent != nil {
		up := p.Parent.Common()
		switch up.Kind {
		case archive.KindVolume, archive.KindAlbum, archive.KindItem:
			if up.Code != "" && !strings.HasPrefix(code, up.Code+Dash) {
				return []Problem{{Rule: "C07", Code: NotBelow, Value: code, Want: up.Code + Dash}}
			}
		}
	}
	if p.Series.Code != "" && p.Scheme.NamesClass() && !Within(code, p.Series.Code) {
		return []Problem{{Rule: "C07", Code: NotBelow, Value: code, Want: p.Series.Code}}
	}
	return nil
}

// stable is C09, and that a late record of a filed class comes at its end.
func (p InPlace) stable(code string) []Problem {
	switch {
	case p.State == archive.Arranging || p.Was == code:
		return nil
	case p.Was != "" && p.State == archive.Accessioned:
		return []Problem{{Rule: "C09", Code: Fixed, Value: code, Want: p.Was}}
	case p.Was != "":
		return []Problem{{Rule: "C09", Code: Filed, Value: code, Want: p.Was}}
	}
	n, ok := p.Scheme.Numbered(code)
	highest, held := p.Scheme.Numbered(p.Highest)
	if !ok || !held || n.Prefix != highest.Prefix || n.Number == highest.Number+1 {
		return nil
	}
	next, err := p.Scheme.Nth(n.Class, highest.Number+1, highest.Width)
	if err != nil {
		return nil
	}
	return []Problem{{Rule: "C09", Code: NotLast, Value: code, Want: next}}
}

// years is C06. A note explains a document that was filed with another year.
func (p InPlace) years() []Problem {
	h := p.Record.Common()
	if h.Year == 0 {
		return nil
	}
	var problems []Problem
	warn := func(code ProblemCode, want string) {
		problems = append(problems, Problem{Rule: "C06", Code: code, Element: Year, Field: "year", Value: strconv.Itoa(h.Year), Want: want, Warning: true})
	}
	begin, opened := archive.ParseDay(p.Fonds.DateBegin)
	end, closed := archive.ParseDay(p.Fonds.DateEnd)
	if opened && h.Year < begin.Year || closed && h.Year > end.Year {
		years := p.Fonds.DateBegin + "–" + p.Fonds.DateEnd
		if opened {
			years = strconv.Itoa(begin.Year) + "–"
			if closed {
				years += strconv.Itoa(end.Year)
			}
		}
		warn(OutsideFonds, years)
	}
	if !p.Now.IsZero() && h.Year > p.Now.Year() {
		warn(FutureYear, strconv.Itoa(p.Now.Year()))
	}
	if day, ok := archive.ParseDay(h.Date); ok && h.Kind.IsSingle() && day.Year != h.Year && field(p.Record, "note") == "" {
		warn(OtherYear, strconv.Itoa(day.Year))
	}
	return problems
}

// boxed is C10: a box holds one year, one 保管期限, one 机构（问题）.
func (p InPlace) boxed() []Problem {
	if p.Box == nil || p.Box.Common().Kind != archive.KindBox {
		return nil
	}
	var problems []Problem
	for _, at := range []struct{ element, column string }{{Year, "year"}, {Retention, "retention"}, {Org, "org"}} {
		have, box := field(p.Record, at.column), field(p.Box, at.column)
		same := have == box
		if at.element == Retention {
			same = RetentionCode(have) == RetentionCode(box)
		}
		if have != "" && box != "" && !same {
			problems = append(problems, Problem{Rule: "C10", Code: BoxDiffers, Element: at.element, Field: at.column, Value: have, Want: box})
		}
	}
	return problems
}
