package archive

import (
	"encoding/json"
	"iter"
	"regexp"
	"strings"
	"unicode"
)

// Secrecy is how high a 密级 is. What is no state secret (公开, 国内, 内部, 限制) has the
// zero value; an archive's class is the highest that it may hold.
type Secrecy int

// The levels of state secrets (GB/T 7156), in the terms of the law on guarding them.
const (
	NotSecret    Secrecy = iota
	Secret               // 秘密
	HighlySecret         // 机密
	TopSecret            // 绝密
)

var secrecyWords = [...]string{NotSecret: "", Secret: "秘密", HighlySecret: "机密", TopSecret: "绝密"}

// String is the 密级 as the word that is stored; empty for what is no state secret.
func (s Secrecy) String() string {
	if s < NotSecret || s > TopSecret {
		return secrecyWords[TopSecret]
	}
	return secrecyWords[s]
}

// Mark is the first line of what leaves a classified archive of the class; empty for an
// ordinary one.
func (s Secrecy) Mark() string {
	if s <= NotSecret {
		return ""
	}
	return "【涉密】本表出自" + s.String() + "级档案库"
}

// MarkedName gives the name of a file that leaves an archive of the class: the class stands
// at its beginning.
func (s Secrecy) MarkedName(name string) string {
	if s <= NotSecret || strings.HasPrefix(name, s.String()) {
		return name
	}
	return s.String() + "-" + name
}

// ParseSecrecy reads one of the three words, or the empty one.
func ParseSecrecy(word string) (Secrecy, error) {
	for level, w := range secrecyWords {
		if w == word {
			return Secrecy(level), nil
		}
	}
	return NotSecret, Errorf(Invalid, "read 密级", word, "neither 秘密, 机密 nor 绝密")
}

// MarshalJSON writes the word.
func (s Secrecy) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalJSON reads the word.
func (s *Secrecy) UnmarshalJSON(text []byte) error {
	var word string
	err := json.Unmarshal(text, &word)
	if err == nil {
		*s, err = ParseSecrecy(word)
	}
	return err
}

// codedSecrecy are the codes of GB/T 7156, 2003 and 1987. Where the editions give one digit
// two meanings, the higher counts.
var codedSecrecy = map[string]Secrecy{
	"MM": Secret, "JM": HighlySecret, "UM": TopSecret,
	"2": Secret, "3": HighlySecret, "4": TopSecret, "5": TopSecret,
}

// SecrecyOf tells what a 密级 amounts to, with its term or without, as a word, shortened, or
// as a code: 机密, 机密★10年, 絕密, 秘, JM, 3.
func SecrecyOf(level string) Secrecy {
	s := foldSecrecy(level)
	code, _, _ := strings.Cut(s, "★")
	if level, ok := codedSecrecy[strings.ToUpper(code)]; ok {
		return level
	}
	if strings.Contains(s, "非密") {
		return NotSecret
	}
	switch {
	case strings.Contains(s, "绝密"), code == "绝":
		return TopSecret
	case strings.Contains(s, "机密"), code == "机":
		return HighlySecret
	case strings.Contains(s, "秘"), code == "密":
		return Secret
	}
	return NotSecret
}

// foldSecrecy gives a text without blanks, in half-width and simplified characters, with
// one star.
func foldSecrecy(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch r {
		case '絕', '絶':
			return '绝'
		case '機':
			return '机'
		case '祕':
			return '秘'
		case '宻':
			return '密'
		case '級':
			return '级'
		case '長':
			return '长'
		case '☆', '*', '✱', '✭', '✡', '✩', '⭐', '✲', '⋆', '✶':
			return '★'
		case '\ufe0f': // follows a star that is drawn as a picture
			return -1
		}
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// A mark inside a text: with its star, in brackets, or with its term by itself at either
// end. The bare word is none: 关于机要秘密文件管理的通知.
var (
	starredMark   = regexp.MustCompile(`(绝密|机密|秘密)级?★`)
	bracketedMark = regexp.MustCompile(`[(\[【〔{「『]密?级?[:：]?(绝密|机密|秘密)(?:级|件|文件|资料|材料)?(?:长期|永久|[0-9]{1,3}(?:年|个月|月|天|日))?[)\]】〕}」』]`)
	termedMark    = regexp.MustCompile(`(?:^|[^\p{Han}])(绝密|机密|秘密)级?(?:长期|永久|[0-9]{1,3}(?:年|个月|月|天|日))(?:$|[^\p{Han}])`)
)

// MarkedSecrecy tells the level of the mark of a state secret that stands in a title or
// another text (GB/T 7156: 机密★10年).
func MarkedSecrecy(text string) Secrecy {
	if !strings.ContainsAny(text, "密宻") { // nearly all
		return NotSecret
	}
	joined, highest := foldSecrecy(text), NotSecret
	if !strings.Contains(joined, "绝密") && !strings.Contains(joined, "机密") && !strings.Contains(joined, "秘密") {
		return NotSecret
	}
	apart := joined
	if fields := strings.Fields(text); len(fields) > 1 { // a blank parts a mark from words
		for i, f := range fields {
			fields[i] = foldSecrecy(f)
		}
		apart = strings.Join(fields, " ")
	}
	for _, found := range [][]string{starredMark.FindStringSubmatch(joined), bracketedMark.FindStringSubmatch(joined), termedMark.FindStringSubmatch(apart)} {
		if found != nil {
			highest = max(highest, SecrecyOf(found[1]))
		}
	}
	return highest
}

// PlaceholderTitle is the title of a record that stands, in an archive that may not hold it, for a state secret.
const PlaceholderTitle = "另见涉密目录"

// StatedSecrecy finds the highest level that the fields of a record state, and in which of
// them: its 密级, a term with a mark, or a mark in what is a kind of title. The fields of a
// site's own are OwnSecrecy's.
func StatedSecrecy(fields iter.Seq2[string, string]) (level Secrecy, field string) {
	for name, text := range fields {
		var found Secrecy
		switch name {
		case "secrecy":
			found = SecrecyOf(text)
		case "secrecy_term", "title", "subtitle", "annexes", "doc_no", "caption", "event":
			found = MarkedSecrecy(text)
		}
		if found > level {
			level, field = found, name
		}
	}
	return level, field
}

// OwnSecrecy is what a field of the site's own states: a 密级 by its name, or a mark.
func OwnSecrecy(name, text string) Secrecy {
	folded := strings.ToUpper(foldSecrecy(name))
	if strings.Contains(folded, "密级") || folded == "MJ" || folded == "MIJI" || folded == "SECRECY" {
		return SecrecyOf(text)
	}
	return MarkedSecrecy(text)
}

// IsPlaceholder tells whether a title and a 密级 are those of a record that stands for a
// state secret.
func IsPlaceholder(title, secrecy string) bool {
	return title == PlaceholderTitle && SecrecyOf(secrecy) > NotSecret
}

// BesidePlaceholder names the fields of a record that one which stands for a state secret
// must not have. What its 档号 says already may be there.
func BesidePlaceholder(code string, fields iter.Seq2[string, string]) (names []string) {
	for name, text := range fields {
		switch name {
		case "kind", "parent", "fonds", "series", "code", "title", "secrecy", "access_class":
			continue
		case "number", "year", "retention":
			if text == "0" || strings.Contains(code, text) {
				continue
			}
		}
		if text != "" && text != "0" {
			names = append(names, name)
		}
	}
	return names
}

// Stated gives the fields of a record by name, as text.
func Stated(r Record) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, list := range [][]Bound{r.Common().Described(), r.Fields()} {
			for _, b := range list {
				if !yield(b.Name, b.Text()) {
					return
				}
			}
		}
	}
}

// ForbidSecret makes the NotAllowed error of what an archive of a class may not hold.
func ForbidSecret(op, subject string, level, class Secrecy) error {
	reason := ReasonSecret
	if class > NotSecret {
		reason = ReasonAboveClass
	}
	return &Error{Op: op, Kind: NotAllowed, Subject: subject, Err: &Refusal{reason, level.String() + " is above what the archive may hold"}}
}

// ForbidBeside makes the NotAllowed error of what would be added to a record that stands for a
// state secret.
func ForbidBeside(op, subject, what string) error {
	return &Error{Op: op, Kind: NotAllowed, Subject: subject, Err: &Refusal{ReasonPlaceholder, what}}
}
