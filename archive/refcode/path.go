package refcode

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Match is the 档号 that a path gives.
type Match struct {
	Code   string // canonical
	Serial string // the page's number as written: "0001", "F01"; may be empty
	Also   string // a shorter code that is held too, if the last number is read as a page's; may be empty
}

const (
	maxPath     = 4096 // bytes
	maxReadings = 4    // ways to read the same tokens under one scheme
)

// FromPath finds the 档号 in the names of a file and its folders. rel is a path
// with slashes below the folder that was delivered. These forms link:
//
//	CODE-0001.jpg, CODE_0001.jpg, CODE 0001.jpg, CODE(1).jpg   page of CODE
//	CODE.tif, CODE 题名.pdf                                     the file is CODE's
//	CODE/001.jpg, CODE 题名/001.jpg, CODE/正文/001.jpg           any file in the folder
//	C038/001/0002/001.jpg                                      a code spread over folders
//
// In names · may be written . _ - • or full width, and letters small. The dashes of
// the code are taken as they come, so what a name says is settled by the schemes
// and by known, which tells whether a code is held: only those link. The longest
// code that a name gives is taken, so a volume's code followed by a number is the
// item of that number where there is one, and a page of the volume otherwise; Also
// then has the volume. A file's own name goes before its folder's, unless the
// folder's code says more (an item's folder with pages named by the volume).
//
// Where a name gives a code of the same fonds that is not held, nothing links, so
// that a page never lands beside its document. Match.Code is then that code; it is
// "" when the path gives none.
func FromPath(rel string, schemes []Scheme, known func(code string) bool) (m Match, ok bool) {
	return NewFinder(schemes, known).FromPath(rel)
}

// Finder is FromPath for many paths: what the folders of one path say is kept for the
// next, so known must answer alike for as long as the Finder is used. It is for one
// goroutine.
type Finder struct {
	finder
	dir  string            // of the last path
	said map[int][]reading // what its folders say, by how many there are
}

// NewFinder begins with no path and the default separators.
func NewFinder(schemes []Scheme, known func(code string) bool) *Finder {
	return Names{Schemes: schemes}.Finder(known)
}

// folders is folder for the first n folders of the path at hand.
func (f *Finder) folders(parts []string) []reading {
	said, ok := f.said[len(parts)]
	if !ok {
		said = f.folder(parts)
		f.said[len(parts)] = said
	}
	return said
}

// FromPath is the function of that name.
func (f *Finder) FromPath(rel string) (m Match, ok bool) {
	if len(rel) > maxPath {
		return Match{}, false
	}
	if dir := rel[:strings.LastIndexByte(rel, '/')+1]; dir != f.dir {
		f.dir = dir
		clear(f.said)
	}
	parts := strings.Split(rel, "/")
	stem := f.split(extension.ReplaceAllString(parts[len(parts)-1], ""))
	best := f.readings(stem)
	chosen, ok := pick(best)
	claims := best // what deeper names say, where that is not held
	serial := lastSerial(stem)
	for end := len(parts) - 1; end > 0; end-- {
		here := f.folders(parts[:end])
		above, held := pick(here)
		switch {
		case !held:
			claims = append(claims, here...)
		case ok && strings.HasPrefix(above.code, chosen.code+Dash):
			chosen = reading{code: above.code, serial: serial}
		case !ok && contradicts(claims, above):
			return Match{Code: firstClaim(claims)}, false
		case !ok:
			chosen, ok = reading{code: above.code, serial: serial}, true
		}
	}
	if !ok {
		return Match{Code: firstClaim(claims)}, false
	}
	m = Match{Code: chosen.code, Serial: chosen.serial}
	if chosen.serial == "" {
		m.Also = shorter(best, chosen.code)
	}
	return m, true
}

// extension is a file extension, and not the end of a code written with dots.
var extension = regexp.MustCompile(`\.[A-Za-z][A-Za-z0-9]{1,4}$`)

// pageSerial is a page's number: 1 to 5 digits, after F (封面), M (目录) or B (备考表)
// perhaps, with a letter for a page put in later.
var pageSerial = regexp.MustCompile(`^[FMB]?[0-9]{1,5}[A-Z]?$`)

// reading is one way to read a name.
type reading struct {
	code   string
	serial string
	first  string // the first element, the 全宗号
	known  bool
	exact  bool // the separators are the scheme's own
}

type finder struct {
	schemes    []Scheme
	separators string // folded
	known      func(string) bool
}

// readings reads a name that begins with a code, the longest code first.
func (f finder) readings(ts []token) []reading {
	var out []reading
	for n := len(ts); n > 0; n-- {
		serial, ok := remainder(ts[n:])
		if !ok {
			continue
		}
		for _, s := range f.schemes {
			out = append(out, f.under(s, ts[:n], serial)...)
		}
		// Codes older than any scheme link when the name has them to the letter.
		if plain := join(ts[:n]); strings.Contains(plain, Dash) && f.known(plain) {
			out = append(out, reading{plain, serial, ts[0].text, true, true})
		}
	}
	return out
}

// under reads the tokens as a whole code of one scheme.
func (f finder) under(s Scheme, ts []token, serial string) []reading {
	var out []reading
	bind(s.Elements, ts, true, func(bound []int) bool {
		fixed, exact := slices.Clone(ts), true
		for t, e := range bound {
			exact = exact && fixed[t].sep == s.Elements[e].Sep
			fixed[t].sep = s.Elements[e].Sep
		}
		code := join(fixed)
		if len(out) > 0 && out[len(out)-1].code == code {
			return true
		}
		out = append(out, reading{code, serial, ts[0].text, f.known(code), exact})
		return len(out) < maxReadings
	})
	return out
}

// folder reads the last of the folders, and the folders above together with it.
func (f finder) folder(parts []string) []reading {
	out := f.readings(f.split(parts[len(parts)-1]))
	var ts []token
	for i, p := range slices.Backward(parts) {
		these := f.split(p)
		if len(these) == 0 {
			break
		}
		if ts = append(these, ts...); i == len(parts)-1 {
			continue
		}
		if len(ts) > MaxRunes {
			break
		}
		for _, s := range f.schemes {
			out = append(out, f.under(s, ts, "")...)
		}
	}
	return slices.DeleteFunc(out, func(r reading) bool { return r.serial != "" })
}

// pick gives the first reading that is held, which is the longest.
func pick(rs []reading) (reading, bool) {
	i := slices.IndexFunc(rs, func(r reading) bool { return r.known })
	if i < 0 {
		return reading{}, false
	}
	return rs[i], true
}

// shorter finds the code that is held if the end of the name is a page's number.
func shorter(rs []reading, code string) string {
	for _, r := range rs {
		if r.known && r.serial != "" && r.code != code {
			return r.code
		}
	}
	return ""
}

// contradicts tells whether deeper names give codes of the same fonds, none of
// which the code of the folder above is or lies under.
func contradicts(claims []reading, above reading) bool {
	same := false
	for _, c := range claims {
		if c.code == above.code || strings.HasPrefix(above.code, c.code+Dash) {
			return false
		}
		same = same || c.first == above.first
	}
	return same
}

// firstClaim is the code that a path seems to give: one written as its scheme has
// it, since under loose separators every date is a code of 1994.
func firstClaim(claims []reading) string {
	for _, c := range claims {
		if c.exact {
			return c.code
		}
	}
	return ""
}

// split takes a name apart at everything that stands between elements in names.
func (f finder) split(name string) []token {
	var ts []token
	sep, text := "", []rune(nil)
	for _, r := range name {
		switch r = fold(r); {
		case r == 0:
		case strings.ContainsRune(f.separators, r):
			if len(text) > 0 {
				ts, sep, text = append(ts, token{sep, string(text)}), "", nil
			}
			if sep == "" || sep == " " { // "A - B" is a dash with blanks
				sep = string(r)
			}
		default:
			text = append(text, r)
		}
	}
	if len(text) > 0 {
		ts = append(ts, token{sep, string(text)})
	}
	if len(ts) > 0 {
		ts[0].sep = ""
	}
	return ts
}

func join(ts []token) string {
	var b strings.Builder
	for _, t := range ts {
		b.WriteString(t.sep + t.text)
	}
	return b.String()
}

// remainder tells whether what follows a code leaves it whole: nothing, a page's
// number, or a title with perhaps a number at its end.
func remainder(ts []token) (serial string, ok bool) {
	switch {
	case len(ts) == 0:
		return "", true
	case len(ts) == 1 && pageSerial.MatchString(ts[0].text):
		return ts[0].text, true
	}
	if r, _ := utf8.DecodeRuneInString(ts[0].text); r > 0x2e7f { // Chinese writing: a title, no number
		return lastSerial(ts[1:]), true
	}
	return "", false
}

// lastSerial is the page's number at the end of a name, or "".
func lastSerial(ts []token) string {
	if len(ts) > 0 && pageSerial.MatchString(ts[len(ts)-1].text) {
		return ts[len(ts)-1].text
	}
	return ""
}
