package refcode

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
)

// Word is a value that an element of codes may take: BGS, 办公室, among 机构问题代码.
type Word struct {
	Element string `json:"element"`
	Code    string `json:"code"`
	Name    string `json:"name,omitempty"`
	Fonds   string `json:"fonds,omitempty"` // 全宗号; empty: all fonds
	From    int    `json:"from,omitempty"`  // first year; 0: from the beginning
	To      int    `json:"to,omitempty"`    // last year; 0: still
}

// Vocabulary is what an archive lets the elements of its codes be (rule C04). An element of
// which it has no word for a fonds may be anything.
type Vocabulary []Word

// ReadVocabulary reads what JSON gives; "" is none.
func ReadVocabulary(text string) (Vocabulary, error) {
	var v Vocabulary
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return nil, archive.WrapAs(archive.Invalid, "read vocabulary", "", err)
	}
	return v, nil
}

// JSON is the vocabulary as text; "" for none.
func (v Vocabulary) JSON() string {
	if len(v) == 0 {
		return ""
	}
	b, _ := json.Marshal(v) // strings and numbers
	return string(b)
}

// Listed are the elements whose values can come from a list.
func Listed() []string {
	return []string{Category, Subcategory, ClassCode, Retention, Org, CatalogueNo}
}

// Check tells whether a word can stand in a vocabulary.
func (w Word) Check() error {
	const op = "add word"
	switch {
	case !slices.Contains(Listed(), w.Element):
		return archive.Errorf(archive.Invalid, op, w.Element, "codes have no such element, or it is not from a list")
	case w.Code == "" || strings.ContainsAny(w.Code, Dash+Dot+" "):
		return archive.Errorf(archive.Invalid, op, w.Code, "the code is empty, or holds a separator")
	case w.From < 0 || w.To < 0 || w.To != 0 && w.From > w.To:
		return archive.Errorf(archive.Invalid, op, strconv.Itoa(w.From)+"-"+strconv.Itoa(w.To), "no span of years")
	}
	return nil
}

// Same tells whether two words are of one element, code and fonds.
func (w Word) Same(other Word) bool {
	return w.Element == other.Element && w.Code == other.Code && w.Fonds == other.Fonds
}

// Allowed lists what an element may be in a fonds in a year, 0 being any; nil where it may
// be anything.
func (v Vocabulary) Allowed(fonds, element string, year int) []string {
	var list []string
	for _, w := range v {
		if w.Element != element || w.Fonds != "" && w.Fonds != fonds {
			continue
		}
		if list == nil {
			list = []string{}
		}
		if year == 0 || w.From <= year && (w.To == 0 || year <= w.To) {
			list = append(list, w.Code)
		}
	}
	return list
}

// Unlisted finds the elements of a code that are not from their lists. allowed gives the
// list of an element; nil where it may be anything.
func (s Scheme) Unlisted(v Values, allowed func(element string) []string) []Problem {
	var problems []Problem
	for _, e := range s.Elements {
		value, given := v[e.Name]
		if !given || e.Serial || e.Name == Year || e.Name == FondsNo {
			continue
		}
		list := allowed(e.Name)
		if list == nil {
			continue
		}
		for one := range strings.SplitSeq(value, Dot) {
			if !slices.Contains(list, one) {
				problems = append(problems, Problem{Rule: "C04", Code: NotListed, Element: e.Name, Value: one, Want: strings.Join(list, " ")})
			}
		}
	}
	return problems
}
