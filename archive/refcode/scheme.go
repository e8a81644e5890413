// Package refcode builds, reads and checks 档号, the reference codes of archives.
//
// How a code is built is data: a Scheme lists the elements of the code in order,
// the separator before each and what each may hold. Every series of a fonds names
// its scheme, and a code is always read under a given scheme, never under one
// guessed from the string: every DA/T 13-2022 code by item also fits the form by
// volume, and numeric codes of 1994 fit the form of photographs too.
//
// Sources: DA/T 22-2015 (件), DA/T 13-2022 and DA/T 13-1994 (档号), GB/T 9705-2008
// (案卷), GB/T 11821-2002 (照片).
package refcode

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
)

// The two separators of a 档号.
const (
	Dash = "-" // between levels
	Dot  = "·" // U+00B7, between elements of one level
)

// MaxRunes is the greatest length of a 档号, in runes.
const MaxRunes = 100

// The names of the elements in the built-in schemes. A scheme may use others.
const (
	FondsNo     = "fonds_no"       // 全宗号
	Category    = "category_code"  // 门类代码
	Subcategory = "subcat_code"    // 二级、三级、四级类别号, repeated
	ClassCode   = "class_code"     // any element of a 类别号 by volume, repeated
	Year        = "year"           // 年度
	Retention   = "retention_code" // 保管期限代码
	Org         = "org_code"       // 机构（问题）代码
	CatalogueNo = "catalogue_no"   // 目录号
	VolumeNo    = "volume_no"      // 案卷号
	AlbumNo     = "album_no"       // 册号
	ItemNo      = "item_no"        // 件号
	PageNo      = "page_no"        // 页号
	PhotoNo     = "photo_no"       // 张号
	AccessionNo = "accession_no"   // 登录号
)

// Charset is the set of characters that an element is made of.
type Charset string

// The character sets. Letters are ASCII capitals.
const (
	Digits   Charset = "digits"   // 0-9
	Letters  Charset = "letters"  // A-Z
	AlNum    Charset = "alnum"    // A-Z and 0-9
	Han      Charset = "han"      // Chinese characters
	AlNumHan Charset = "alnumhan" // any of these
)

// PageMode says how the pages of a holding under the scheme are numbered.
type PageMode string

// The page modes.
const (
	PagesPerVolume PageMode = "per_volume" // 页号 runs through the volume
	PagesPerItem   PageMode = "per_item"   // begins at 1 in each item
	PagesNone      PageMode = "none"       // one image each
)

// Element is one part of a code.
type Element struct {
	Name     string   `json:"name"`
	Sep      string   `json:"sep,omitempty"` // before it: Dash, Dot, or "" for the first
	Min      int      `json:"min"`           // width in runes
	Max      int      `json:"max"`           // width in runes
	Charset  Charset  `json:"charset"`
	Pattern  string   `json:"pattern,omitempty"`  // RE2 for the whole element, where width and set do not say enough
	Vocab    []string `json:"vocab,omitempty"`    // when given, the only values allowed
	Optional bool     `json:"optional,omitempty"` // may be left out, with its separator
	Repeat   int      `json:"repeat,omitempty"`   // may stand up to this many times, each with the separator; 0 means once
	Pad      string   `json:"pad,omitempty"`      // "0": shorter numbers are filled to Min
	Serial   bool     `json:"serial,omitempty"`   // a running number, given by Next
	Example  string   `json:"example"`            // one good value, shown in forms

	// Kind is what a code that ends with this element describes: a volume, an item,
	// a photo. Empty for elements that no code ends with.
	Kind archive.HoldingKind `json:"kind,omitempty"`

	shape *regexp.Regexp // Pattern, compiled and anchored; nil when there is none
}

// Scheme is how the codes of a series are built. The zero Scheme reads nothing.
// It is read from JSON, which checks it; a Scheme put together in Go is to be
// passed through New.
type Scheme struct {
	Name     string         `json:"name"`            // a key of the language files for built-in schemes
	Title    string         `json:"title,omitempty"` // the archive's own name for it
	Method   archive.Method `json:"method"`
	Elements []Element      `json:"elements"`
	SeqScope []string       `json:"seq_scope"` // the elements that form the class within which numbers run
	SeqStart int            `json:"seq_start"` // the first number of a class
	PageMode PageMode       `json:"page_mode"`
}

// Values are the elements of one code by name. Repeated elements are joined by
// Dot; an element that is left out has no entry.
type Values map[string]string

const (
	opScheme    = "read code scheme"
	maxElements = 16
	maxRepeat   = 8
	maxPattern  = 200
)

// New checks a scheme and makes it ready for use. It returns an Invalid error that
// names the element at fault.
func New(s Scheme) (Scheme, error) {
	switch {
	case s.Name == "":
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, "", "a scheme needs a name")
	case len(s.Elements) == 0 || len(s.Elements) > maxElements:
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "between 1 and %d elements", maxElements)
	case !slices.Contains([]archive.Method{archive.ByItem, archive.ByVolume, archive.ByPhoto}, s.Method):
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "unknown method %q", s.Method)
	case !slices.Contains([]PageMode{PagesPerVolume, PagesPerItem, PagesNone}, s.PageMode):
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "unknown page mode %q", s.PageMode)
	case s.SeqStart < 0:
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "numbers begin at 0 or above")
	}
	s.Elements = slices.Clone(s.Elements)
	s.SeqScope = slices.Clone(s.SeqScope)
	seen := make(map[string]bool)
	for i := range s.Elements {
		e := &s.Elements[i]
		if seen[e.Name] {
			return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "element %q stands twice", e.Name)
		}
		seen[e.Name] = true
		if err := e.prepare(i == 0); err != nil {
			return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "element %q: %w", e.Name, err)
		}
	}
	for _, name := range s.SeqScope {
		if !seen[name] {
			return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "numbering class names %q, which is no element", name)
		}
	}
	if s.serial(nil) < 0 {
		return Scheme{}, archive.Errorf(archive.Invalid, opScheme, s.Name, "no element is a running number")
	}
	return s, nil
}

// Read reads a scheme from JSON and checks it.
func Read(data string) (Scheme, error) {
	var s Scheme
	if err := json.Unmarshal([]byte(data), &s); err != nil {
		if archive.KindOf(err) == archive.Invalid {
			return Scheme{}, err
		}
		return Scheme{}, archive.WrapAs(archive.Invalid, opScheme, "", err)
	}
	return s, nil
}

// UnmarshalJSON reads and checks a scheme.
func (s *Scheme) UnmarshalJSON(data []byte) error {
	type plain Scheme
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	checked, err := New(Scheme(p))
	if err != nil {
		return err
	}
	*s = checked
	return nil
}

// JSON gives the form that Read reads.
func (s Scheme) JSON() string {
	b, err := json.Marshal(s)
	if err != nil { // strings and integers only: cannot fail
		panic(err)
	}
	return string(b)
}

// Element finds an element by name.
func (s Scheme) Element(name string) (Element, bool) {
	i := slices.IndexFunc(s.Elements, func(e Element) bool { return e.Name == name })
	if i < 0 {
		return Element{}, false
	}
	return s.Elements[i], true
}

// prepare checks one element and compiles its pattern.
func (e *Element) prepare(first bool) error {
	if err := e.checkPlace(first); err != nil {
		return err
	}
	if err := e.checkContent(); err != nil {
		return err
	}
	e.shape = nil
	if e.Pattern != "" {
		re, err := regexp.Compile(`^(?:` + e.Pattern + `)$`)
		if err != nil {
			return err
		}
		e.shape = re
	}
	for _, v := range append(slices.Clone(e.Vocab), e.Example) {
		if code := e.fault(v); code != "" {
			return errorText("value " + strconv.Quote(v) + " does not fit: " + string(code))
		}
	}
	return nil
}

// checkPlace checks where and how often the element may stand.
func (e *Element) checkPlace(first bool) error {
	switch {
	case e.Name == "" || strings.ContainsAny(e.Name, Dash+Dot+" "):
		return errorText("needs a name without separators")
	case first && (e.Sep != "" || e.Optional || e.Repeat > 1):
		return errorText("the first element stands once and has nothing before it")
	case !first && e.Sep != Dash && e.Sep != Dot:
		return errorText("separator is " + Dash + " or " + Dot)
	case e.Repeat < 0 || e.Repeat > maxRepeat:
		return errorText("stands at most " + strconv.Itoa(maxRepeat) + " times")
	}
	return nil
}

// checkContent checks what the element may hold.
func (e *Element) checkContent() error {
	switch {
	case e.Min < 1 || e.Max < e.Min || e.Max > MaxRunes:
		return errorText("width out of range")
	case e.Charset.contains() == nil:
		return errorText("unknown character set " + strconv.Quote(string(e.Charset)))
	case e.Pad != "" && (e.Pad != "0" || e.Charset != Digits):
		return errorText("only digits are padded, with 0")
	case e.Serial && (e.Charset != Digits || e.Repeat > 1):
		return errorText("a running number is one run of digits")
	case len(e.Pattern) > maxPattern:
		return errorText("pattern too long")
	}
	return nil
}

// times is how often the element may stand.
func (e *Element) times() int { return max(e.Repeat, 1) }

// errorText is an error that is nothing but its words.
type errorText string

func (t errorText) Error() string { return string(t) }
