// Package describe knows what the records of each kind are described with: which
// fields, in which order, how long, from which vocabulary, and which of them the rules
// of description ask for. A form, a grid, an import and the command line take their
// fields from here.
//
// Sources: DA/T 18-2022 (obligations by level), GB/T 9705-2008 (volumes), DA/T 22-2015
// (items, boxes), GB/T 11821-2002 and DA/T 50-2014 (photos), DA/T 89-2022 (objects), DA/T
// 63-2017 (recordings). Where practice differs from place to place, and where a standard
// could not be read, the archive's own Rules say otherwise: they are data.
package describe

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"lantai/archive"
)

// Type says what a field holds and how it is checked.
type Type string

// The types of field.
const (
	Line      Type = "line"      // one line of text
	Text      Type = "text"      // text of several lines
	List      Type = "list"      // several names, with ； between them
	Code      Type = "code"      // a 档号
	Date      Type = "date"      // as archive.IsDate or archive.ParseDay has it
	Year      Type = "year"      // four digits
	Number    Type = "number"    // a whole number from 0 up
	Pages     Type = "pages"     // "3" or "3-7"
	Retention Type = "retention" // 保管期限 as a word or a code
	Location  Type = "location"  // 库房-列-节-层-面
	Duration  Type = "duration"  // hh:mm:ss
	ISBN      Type = "isbn"      // with its check digit
)

// Need is how much the rules of description ask for a field.
type Need string

// The obligations of DA/T 18: 必著, 有则必著, 选著.
const (
	Required Need = "required"
	IfExists Need = "if-exists"
	Optional Need = ""
)

// Field is one field of a kind of record.
type Field struct {
	Name  string `json:"name"` // as archive.Field finds it
	Type  Type   `json:"type"`
	Max   int    `json:"max,omitempty"` // runes; 0: no limit but the type's
	Need  Need   `json:"need,omitempty"`
	Vocab string `json:"vocab,omitempty"` // name of the vocabulary that is offered
	Carry bool   `json:"carry,omitempty"` // likely to be the same in the next record
	Front bool   `json:"front,omitempty"` // in view in a form that folds away what is not required
}

// Vocabulary is a list of words for a field.
type Vocabulary struct {
	Closed bool     `json:"closed,omitempty"` // nothing else is allowed
	Words  []string `json:"words"`
}

// Rules are how an archive describes its records. The zero Rules describe nothing.
type Rules struct {
	Kinds        map[archive.HoldingKind][]Field `json:"kinds"`
	Vocabularies map[string]Vocabulary           `json:"vocabularies"`

	Class archive.Secrecy `json:"-"` // the highest 密级 that the archive may hold; zero: no state secret
}

//go:embed rules.json
var builtin []byte

// parsed is the builtin file, read once: every record that is saved asks for it.
var parsed = sync.OnceValue(func() Rules {
	r, err := read(builtin, Rules{})
	if err != nil { // it is part of the program, and tested
		panic(err)
	}
	return r
})

// Builtin are the rules that an archive starts with.
func Builtin() Rules {
	r := parsed()
	r.Kinds, r.Vocabularies = maps.Clone(r.Kinds), maps.Clone(r.Vocabularies)
	return r
}

// Read puts an archive's own rules, as JSON, over the builtin ones: a kind or a
// vocabulary that it names replaces the builtin one. "" are the builtin rules.
func Read(own string) (Rules, error) {
	if own == "" {
		return Builtin(), nil
	}
	return read([]byte(own), Builtin())
}

func read(data []byte, over Rules) (Rules, error) {
	const op = "read rules of description"
	if err := json.Unmarshal(data, &over); err != nil {
		return Rules{}, archive.WrapAs(archive.Invalid, op, "", err)
	}
	types := []Type{Line, Text, List, Code, Date, Year, Number, Pages, Retention, Location, Duration, ISBN}
	for kind, fields := range over.Kinds {
		r := archive.NewRecord(kind)
		if r == nil {
			return Rules{}, archive.Errorf(archive.Invalid, op, string(kind), "no such kind of record")
		}
		for _, f := range fields {
			if _, ok := archive.Field(r, f.Name); !ok {
				return Rules{}, archive.Errorf(archive.Invalid, op, string(kind)+"."+f.Name, "a %s has no such field", kind)
			}
			if _, ok := over.Vocabularies[f.Vocab]; !slices.Contains(types, f.Type) || !ok && f.Vocab != "" {
				return Rules{}, archive.Errorf(archive.Invalid, op, string(kind)+"."+f.Name, "no such type or vocabulary")
			}
		}
	}
	return over, nil
}

// Own is what the name of a field of the site's own begins with among those of the rules.
const Own = "extra:"

// mostOwn is how long a value of such a field may be, in runes.
const mostOwn = 1000

// WithOwn adds fields of the site's own to every kind of record, behind its others: lines
// of text that nothing is asked of.
func (r Rules) WithOwn(names []string) Rules {
	if len(names) == 0 {
		return r
	}
	kinds := make(map[archive.HoldingKind][]Field, len(r.Kinds))
	for kind, fields := range r.Kinds {
		fields = slices.Clone(fields)
		for _, name := range names {
			fields = append(fields, Field{Name: Own + name, Type: Line, Max: mostOwn})
		}
		kinds[kind] = fields
	}
	r.Kinds = kinds
	return r
}

// Fields lists the fields of a kind in the order of its form.
func (r Rules) Fields(kind archive.HoldingKind) []Field { return r.Kinds[kind] }

// Field finds a field of a kind.
func (r Rules) Field(kind archive.HoldingKind, name string) (Field, bool) {
	i := slices.IndexFunc(r.Kinds[kind], func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return r.Kinds[kind][i], true
}
