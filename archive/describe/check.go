package describe

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// Fault says what is wrong with the text of a field. Screens and the command line have a
// sentence for each.
type Fault string

// The faults.
const (
	Missing      Fault = "required"       // it has to be filled in
	Expected     Fault = "expected"       // the rules ask for it
	TooLong      Fault = "too-long"       // Want has the limit, Value the length
	Control      Fault = "control"        // a control character, or a line break in one line
	NotNumber    Fault = "not-a-number"   //
	NotYear      Fault = "not-a-year"     //
	TwoDigitYear Fault = "two-digit-year" // "58.3": the century is not guessed
	NotDate      Fault = "not-a-date"     //
	NoSuchDay    Fault = "no-such-day"    // 31 February
	Future       Fault = "future"         // later than today
	LongAgo      Fault = "long-ago"       // before Want
	Order        Fault = "order"          // ends before it begins
	PageOrder    Fault = "page-order"     //
	NotPages     Fault = "not-pages"      //
	NotInList    Fault = "not-in-list"    // Want has the list
	Unusual      Fault = "unusual"        // not in a list that is open
	NotDuration  Fault = "not-a-duration" //
	BadISBN      Fault = "bad-isbn"       //
	BadLocation  Fault = "bad-location"   //
	Secret       Fault = "secret"         // an ordinary archive holds no state secrets
	AboveClass   Fault = "above-class"    // a state secret higher than the class of the archive, Want
	Placeholder  Fault = "placeholder"    // a record that stands for a state secret has nothing else
	BadRetention Fault = "bad-retention"  //
)

// Problem is one thing wrong with a field of a record.
type Problem struct {
	Field   string `json:"field"`
	Fault   Fault  `json:"fault"`
	Value   string `json:"value,omitempty"`
	Want    string `json:"want,omitempty"`
	Warning bool   `json:"warning,omitempty"` // odd, but it may be saved
}

// earliest is the year before which a date is asked about; the oldest holdings of a
// district are of the Ming.
const earliest = 1368

// mostDigits is the greatest length of a number.
const mostDigits = 6

// Tidy brings what was typed into the form of its field: no blanks at the ends, in
// fields of digits half-width ones, in one line no line breaks. It changes no meaning.
func (f Field) Tidy(text string) string {
	switch f.Type {
	case Date, Year, Number, Pages, Duration, ISBN, Retention, Location:
		text = strings.Map(halfWidth, text)
	case Line, List:
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " ")
	}
	if f.Type == List {
		var names []string
		for _, name := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '；' }) {
			if name = strings.TrimSpace(name); name != "" {
				names = append(names, name)
			}
		}
		text = strings.Join(names, "；")
	}
	return strings.TrimSpace(text)
}

func halfWidth(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - 0xfee0
	case strings.ContainsRune("–—－﹣−", r):
		return '-'
	case r == '\u3000':
		return ' '
	}
	return r
}

// Check tells what is wrong with the tidy text of one field; today decides what lies in
// the future. The zero Problem is none.
func (r Rules) Check(f Field, text string, today time.Time) Problem {
	p := r.fault(f, text, today)
	if p.Fault != "" {
		p.Field = f.Name
		if p.Value == "" {
			p.Value = text
		}
	}
	return p
}

func (r Rules) fault(f Field, text string, today time.Time) Problem {
	switch n := utf8.RuneCountInString(text); {
	case text == "" && (f.Name == "title" || f.Name == "code") && f.Need == Required:
		return Problem{Fault: Missing}
	case text == "" && f.Need == Required:
		return Problem{Fault: Expected, Warning: true}
	case text == "":
		return Problem{}
	case f.Max > 0 && n > f.Max:
		return Problem{Fault: TooLong, Value: strconv.Itoa(n), Want: strconv.Itoa(f.Max)}
	case hasControl(text, f.Type == Text):
		return Problem{Fault: Control}
	}
	if p := typeFault(f.Type, text, today); p.Fault != "" {
		return p
	}
	if p := r.secrecyFault(f, text); p.Fault != "" {
		return p
	}
	return r.wordFault(f, text)
}

func hasControl(text string, lines bool) bool {
	return strings.ContainsFunc(text, func(c rune) bool {
		if lines && (c == '\n' || c == '\t') {
			return false
		}
		return c == utf8.RuneError || unicode.IsControl(c)
	})
}

func typeFault(t Type, text string, today time.Time) Problem {
	switch t {
	case Date:
		return dateFault(text, today)
	case Year:
		return yearFault(text, today)
	case Number:
		if !digits(text) || len(text) > mostDigits {
			return Problem{Fault: NotNumber}
		}
	case Pages:
		return pagesFault(text)
	case Duration:
		return durationFault(text)
	case ISBN:
		if !isbnHolds(text) {
			return Problem{Fault: BadISBN, Warning: true}
		}
	case Location:
		parts := strings.Split(text, "-")
		if len(parts) > 5 || slices.ContainsFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }) {
			return Problem{Fault: BadLocation}
		}
	case Retention:
		if !isRetention(text) {
			return Problem{Fault: BadRetention}
		}
	}
	return Problem{}
}

func dateFault(text string, today time.Time) Problem {
	day, known := archive.ParseDay(text)
	switch {
	case known && day.Digits() > today.Format("20060102"):
		if bare := strings.Trim(text, "[]?"); digits(bare) && len(bare) == 6 { // "580301"
			return Problem{Fault: TwoDigitYear}
		}
		return Problem{Fault: Future}
	case known && day.Year < earliest:
		return Problem{Fault: LongAgo, Want: strconv.Itoa(earliest), Warning: true}
	case known:
		return Problem{}
	case archive.IsDate(text):
		return Problem{Fault: NoSuchDay}
	}
	bare := strings.Trim(text, "[]?（）() ")
	n := len(bare) - len(strings.TrimLeft(bare, "0123456789"))
	switch {
	case n == 2 && len(bare) > 2:
		return Problem{Fault: TwoDigitYear}
	case n == 8 && len(bare) == 8 && bare[:4] >= "1000":
		return Problem{Fault: NoSuchDay}
	}
	return Problem{Fault: NotDate}
}

func yearFault(text string, today time.Time) Problem {
	n, err := strconv.Atoi(text)
	switch {
	case digits(text) && len(text) == 2:
		return Problem{Fault: TwoDigitYear}
	case err != nil || !digits(text) || len(text) != 4:
		return Problem{Fault: NotYear}
	case n > today.Year():
		return Problem{Fault: Future}
	case n < earliest:
		return Problem{Fault: LongAgo, Want: strconv.Itoa(earliest), Warning: true}
	}
	return Problem{}
}

func pagesFault(text string) Problem {
	from, to, isRange := strings.Cut(text, "-")
	if !isRange {
		to = from
	}
	a, errA := strconv.Atoi(from)
	b, errB := strconv.Atoi(to)
	switch {
	case errA != nil || errB != nil || !digits(from) || !digits(to):
		return Problem{Fault: NotPages}
	case b < a:
		return Problem{Fault: PageOrder}
	}
	return Problem{}
}

func durationFault(text string) Problem {
	parts := strings.Split(text, ":")
	for i, s := range parts {
		if n, err := strconv.Atoi(s); err != nil || len(s) != 2 || !digits(s) || i > 0 && n > 59 {
			return Problem{Fault: NotDuration}
		}
	}
	if len(parts) != 3 {
		return Problem{Fault: NotDuration}
	}
	return Problem{}
}

// isbnHolds tells whether the check digit of an ISBN of 10 or 13 digits holds (ISO 2108).
func isbnHolds(text string) bool {
	s := strings.NewReplacer("-", "", " ", "").Replace(strings.TrimPrefix(strings.ToUpper(text), "ISBN"))
	sum := 0
	for i, c := range s {
		n := int(c - '0')
		if c == 'X' && i == 9 && len(s) == 10 {
			n = 10
		} else if n < 0 || n > 9 {
			return false
		}
		switch {
		case len(s) == 10:
			sum += n * (10 - i)
		case i%2 == 1:
			sum += 3 * n
		default:
			sum += n
		}
	}
	return len(s) == 10 && sum%11 == 0 || len(s) == 13 && sum%10 == 0
}

// isRetention tells whether a text is a 保管期限: a word of either regime, or a code.
func isRetention(text string) bool {
	switch text {
	case "永久", "长期", "短期", "Y", "C", "D", "1", "2", "3":
		return true
	}
	years, ok := strings.CutPrefix(text, "D")
	if !ok {
		years, ok = strings.CutSuffix(strings.TrimPrefix(text, "定期"), "年")
	}
	return ok && digits(years) && len(years) <= 3 && years[0] != '0'
}

// secrecyFault tells whether a field states a 密级 that the archive may not hold.
func (r Rules) secrecyFault(f Field, text string) Problem {
	level, _ := archive.StatedSecrecy(func(yield func(string, string) bool) { yield(f.Name, text) })
	if own, ok := strings.CutPrefix(f.Name, Own); ok {
		level = archive.OwnSecrecy(own, text)
	}
	switch {
	case level <= r.Class:
		return Problem{}
	case r.Class > archive.NotSecret:
		return Problem{Fault: AboveClass, Want: r.Class.String()}
	}
	return Problem{Fault: Secret}
}

func (r Rules) wordFault(f Field, text string) Problem {
	v, ok := r.Vocabularies[f.Vocab]
	if !ok || f.Type == Retention || slices.Contains(v.Words, text) {
		return Problem{}
	}
	if v.Closed {
		return Problem{Fault: NotInList, Want: strings.Join(v.Words, "、")}
	}
	return Problem{Fault: Unusual, Warning: true}
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
