package exchange

import (
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
)

// codeAsWritten is the field of the site's own that keeps a 档号 whose form was changed.
const codeAsWritten = "档号原文"

// code gives the 档号 of a row, from its own column or put together from its elements,
// with the series, kind and parent that follow from it.
func (r *reader) code(d *draft, v values, kind archive.HoldingKind, bad func(Field, problem)) string {
	if kind == archive.KindBox {
		return r.boxCode(d, v, bad)
	}
	named := refcode.Normalise(v.text(FieldSeries))
	if named != "" {
		if f := r.contradicts(v, r.places.byCode[named]); f != "" {
			bad(f, problem{reason: CodeDiffers, detail: named})
			return ""
		}
	}
	code := ""
	c := v.cells[FieldCode]
	switch {
	case c.Kind == sheet.Date:
		bad(FieldCode, problem{reason: BecameDate})
		return ""
	case c.Kind == sheet.Number:
		// A whole 档号 has separators; a number has lost what it began with.
		p := problem{reason: ZerosLost}
		if c.Lossy {
			p.reason = DigitsLost
		}
		bad(FieldCode, p)
		return ""
	case c.Text != "":
		if strings.ContainsRune(c.Text, '\uFFFD') {
			bad(FieldCode, problem{reason: Undecodable})
			return ""
		}
		code = refcode.Normalise(c.Text)
		if was := strings.TrimSpace(c.Text); was != code {
			d.extra[codeAsWritten] = was
		}
	default:
		var p problem
		var from Field
		if code, from, p = r.compose(v, r.seriesFor(v, named)); p.bad() {
			if from == "" {
				d.reject(r.columnOf(FieldCode), "", p)
			} else {
				bad(from, p)
			}
			return ""
		}
	}
	name, _ := cleanText(v.text(FieldFondsName))
	s, parts, p := r.places.forCodeGiven(code, named, r.m.Series, name)
	if p.bad() {
		column := r.columnOf(FieldCode)
		if c.Text == "" {
			column = ""
		}
		d.reject(column, code, p)
		return ""
	}
	d.series = s
	r.fromCode(d, v, code, parts, kind, bad)
	return code
}

// seriesFor gives the series that a row's elements are put together for: the one that the
// row names, or the one given with the import, unless the row's own numbers are another's.
func (r *reader) seriesFor(v values, named string) string {
	if named == "" && r.contradicts(v, r.places.byCode[r.m.Series]) == "" {
		return r.m.Series
	}
	return named
}

// contradicts gives the column by which a row's own numbers name another series than s;
// empty when none does.
func (r *reader) contradicts(v values, s *series) Field {
	if s == nil {
		return ""
	}
	if want := refcode.Normalise(v.text(refcode.FondsNo)); want != "" {
		held, _ := r.places.fondsNumber(want, false)
		same := held == s.fondsNo
		if r.places.fonds[s.fondsNo] == 0 { // to be made, and not known by its number yet
			same = same || sameElement(refcode.FondsNo, want, s.fondsNo)
		}
		if !same {
			return refcode.FondsNo
		}
	}
	if _, ok := s.scheme.Element(refcode.CatalogueNo); ok {
		if want := refcode.Normalise(v.text(refcode.CatalogueNo)); want != "" && !sameElement(refcode.CatalogueNo, want, s.class()) {
			return refcode.CatalogueNo
		}
		return ""
	}
	if want := refcode.Normalise(v.text(refcode.Category)); want != "" && !s.inCategory(want) {
		return refcode.Category
	}
	return ""
}

// fromCode takes from the code what it says, and holds the row's columns against it.
func (r *reader) fromCode(d *draft, v values, code string, parts refcode.Values, kind archive.HoldingKind, bad func(Field, problem)) {
	d.kind = d.series.scheme.KindIn(d.series.holds, code)
	if given, ok := kindGiven(kind, d.kind, d.series.holds); ok {
		d.kind = given
	} else {
		bad(FieldKind, problem{reason: WrongKind, detail: string(d.kind)})
	}
	d.parent, _ = d.series.scheme.Parent(code)
	if up := refcode.Normalise(v.text(FieldParent)); up != "" && d.parent == "" {
		d.parent = up
	}
	last := code[strings.LastIndex(code, refcode.Dash)+1:]
	d.item.Number, d.volume.Number = last, last
	for name, value := range parts {
		f := Field(name)
		c, ok := v.cells[f]
		if !ok || c.Kind == sheet.Empty || v.cells[FieldCode].Text == "" {
			continue
		}
		if !sameElement(f, c.Text, value) {
			bad(f, problem{reason: CodeDiffers, detail: value})
		}
	}
	if year, err := strconv.Atoi(parts[refcode.Year]); err == nil {
		if given, p := yearValue(v.cells[FieldYear], r.now); given == 0 && !p.bad() {
			v.cells[FieldYear] = sheet.Cell{Text: parts[refcode.Year], Kind: sheet.Text}
		} else if given != year && !p.bad() {
			bad(FieldYear, problem{reason: CodeDiffers, detail: parts[refcode.Year]})
		}
	} else if day, ok := archive.ParseDay(v.text(FieldDate)); ok && v.text(FieldYear) == "" {
		v.cells[FieldYear] = sheet.Cell{Text: strconv.Itoa(day.Year), Kind: sheet.Text}
	}
	if held := parts[refcode.Retention]; held != "" {
		given := strings.TrimSpace(v.text(FieldRetention))
		if given == "" {
			v.cells[FieldRetention] = sheet.Cell{Text: held, Kind: sheet.Text}
		} else if !sameRetention(given, held) {
			bad(FieldRetention, problem{reason: CodeDiffers, detail: held})
		}
	}
}

// kindGiven settles what a row is by its own column and by its code; false where the two
// do not go together.
func kindGiven(given, coded, holds archive.HoldingKind) (archive.HoldingKind, bool) {
	switch {
	case given == "" || given == coded:
		return coded, true
	case given == archive.KindItem && coded == archive.KindPhoto:
		return coded, false
	case given == archive.KindItem && holds.IsSingle(): // 件 is what an object counts as, too
		return coded, true
	}
	return given, given.IsContainer() == coded.IsContainer() // an object or a book has the code of an item
}

// sameElement tells whether a column says what the code has: zeros at the beginning of
// a number do not count.
func sameElement(f Field, text, held string) bool {
	text = refcode.Normalise(text)
	if f == refcode.Retention {
		return sameRetention(text, held)
	}
	if text == held || !strings.Contains(held, text) && f == refcode.Subcategory {
		return text == held
	}
	if digitsOnly(text) && digitsOnly(held) {
		return strings.TrimLeft(text, "0") == strings.TrimLeft(held, "0")
	}
	// Columns for a name (办公室) beside a code (BGS), or for the last of several.
	return f == refcode.Org || f == refcode.ClassCode || f == refcode.Subcategory
}

// boxCode places a box, which need not have a code.
func (r *reader) boxCode(d *draft, v values, bad func(Field, problem)) string {
	d.kind = archive.KindBox
	code := refcode.Normalise(v.text(FieldCode))
	named := refcode.Normalise(v.text(FieldSeries))
	d.series = r.places.byCode[named]
	if named == "" && code != "" {
		for at := code; d.series == nil && at != ""; {
			at = at[:max(strings.LastIndex(at, refcode.Dash), 0)]
			d.series = r.places.byCode[at]
		}
	}
	if given := r.places.byCode[r.m.Series]; d.series == nil && named == "" && given != nil && r.contradicts(v, given) == "" {
		d.series = given
	}
	if d.series == nil && named == "" {
		number, _ := r.places.fondsNumber(refcode.Normalise(v.text(refcode.FondsNo)), true)
		d.series = r.places.byCode[number+refcode.Dash+refcode.Normalise(v.text(refcode.Category))]
	}
	if d.series == nil {
		bad(FieldSeries, problem{reason: NoSeries, detail: named})
		return ""
	}
	number := v.text(FieldBox)
	if number == "" {
		number = v.text(FieldNumber)
	}
	number, p := cleanText(number)
	bad(FieldBox, p)
	if number == "" && code == "" {
		bad(FieldBox, problem{reason: NoCode})
	}
	d.volume.Number, d.box = number, ""
	return code
}

// compose puts a code together from the columns of its elements. from is the column at
// fault, empty when several or none are.
func (r *reader) compose(v values, named string) (code string, from Field, p problem) {
	candidates := r.candidates(v, named)
	if len(candidates) == 0 {
		if v.text(refcode.FondsNo) == "" {
			return "", "", problem{reason: NoCode}
		}
		return "", refcode.FondsNo, problem{reason: NoSeries, detail: v.text(refcode.FondsNo)}
	}
	found := map[string]bool{}
	for _, s := range candidates {
		values, at, wrong := r.elements(v, s)
		if wrong.bad() {
			from, p = at, wrong
			continue
		}
		built, err := s.scheme.Format(values)
		if err != nil {
			from, p = "", badCode(err)
			continue
		}
		found[built], code = true, built
	}
	switch len(found) {
	case 0:
		return "", from, p
	case 1:
		return code, "", problem{}
	}
	return "", "", problem{reason: ManySeries, detail: candidates[0].code + " " + candidates[1].code}
}

// candidates are the series that the columns leave open.
func (r *reader) candidates(v values, named string) []*series {
	if named != "" {
		if s := r.places.byCode[named]; s != nil {
			return []*series{s}
		}
		return nil
	}
	number, p := r.places.fondsNumber(refcode.Normalise(v.text(refcode.FondsNo)), v.cells[refcode.FondsNo].Kind == sheet.Number)
	if p.bad() {
		return nil
	}
	if given := r.places.byCode[r.m.Series]; number == "" && given != nil {
		number = given.fondsNo
	}
	var list []*series
	for _, s := range r.places.of[number] {
		if want := refcode.Normalise(v.text(refcode.Category)); want != "" && !s.inCategory(want) {
			continue
		}
		if want := refcode.Normalise(v.text(refcode.CatalogueNo)); want != "" {
			if _, ok := s.scheme.Element(refcode.CatalogueNo); ok && !sameElement(refcode.CatalogueNo, want, s.class()) {
				continue
			}
		}
		list = append(list, s)
	}
	if len(list) == 0 && r.places.make != nil && number != "" {
		return []*series{{fondsNo: number, scheme: *r.places.make}}
	}
	return list
}

// elements gives the elements of a code from their columns. Where a spreadsheet has made
// a number of one, its zeros come back from the format of the cell, the scheme's width or
// the series; where none tells, the row is refused.
func (r *reader) elements(v values, s *series) (refcode.Values, Field, problem) {
	out := refcode.Values{}
	class := s.class()
	for _, e := range s.scheme.Elements {
		f := Field(e.Name)
		c := v.cells[f]
		if e.Name == refcode.Retention && c.Text == "" {
			c = v.cells[FieldRetention]
			c.Text = refcode.RetentionCode(c.Text)
		}
		text := refcode.Normalise(c.Text)
		switch {
		case c.Kind == sheet.Date:
			return nil, f, problem{reason: BecameDate}
		case e.Name == refcode.FondsNo:
			text = s.fondsNo
		case e.Name == refcode.Category && text == "" && class != "":
			text, _, _ = strings.Cut(class, refcode.Dot)
		case e.Name == refcode.CatalogueNo && class != "":
			text = class
		case c.Kind == sheet.Number && digitsOnly(text):
			n := e.Min - len(text)
			if n > 0 && (e.Pad == "0" || e.Min == e.Max) {
				text = strings.Repeat("0", n) + text
			} else if !c.Padded && e.Min < e.Max && e.Pad == "" && e.Charset != refcode.Letters {
				return nil, f, problem{reason: ZerosLost, detail: text}
			}
		}
		if text != "" {
			out[e.Name] = text
		}
	}
	return out, "", problem{}
}
