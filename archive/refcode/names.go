package refcode

import (
	"strings"
	"unicode"

	"lantai/archive"
)

// DefaultSeparators are the characters that part the elements of a 档号 and the page's
// number in file names, where the archive has set no others.
const DefaultSeparators = "-·._ ()[]"

// Names reads 档号 in the names of files and folders.
type Names struct {
	Schemes    []Scheme
	Separators string // empty: DefaultSeparators. - and · always part, since codes are written with them
}

// FromPath is the function of that name with these separators.
func (n Names) FromPath(rel string, known func(code string) bool) (Match, bool) {
	return n.Finder(known).FromPath(rel)
}

// Finder reads many paths.
func (n Names) Finder(known func(code string) bool) *Finder {
	f := finder{schemes: n.Schemes, separators: DefaultSeparators, known: known}
	if n.Separators != "" {
		f.separators = Dash + Dot + strings.Map(fold, n.Separators)
	}
	return &Finder{finder: f, said: map[int][]reading{}}
}

// CheckSeparators refuses separators that names are made of: letters, digits, Chinese
// writing, and the slash, which parts folders.
func CheckSeparators(s string) error {
	for _, r := range s {
		if r = fold(r); r == 0 || r == '/' || r == '\\' || unicode.IsLetter(r) || unicode.IsDigit(r) || r == unicode.ReplacementChar {
			return archive.Errorf(archive.Invalid, "read separators", s, "%q parts no names", r)
		}
	}
	return nil
}
