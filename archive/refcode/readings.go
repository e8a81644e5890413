package refcode

import "strings"

// mostSeparators is how many separators of a code are read either way: 64 readings.
const mostSeparators = 6

// Readings lists the codes that may be meant by one that was typed in a hurry: each of its
// separators, and each blank, full stop or underline between elements, may stand for - or ·.
// The code as it was typed comes first, in canonical form; a code with more separators than
// that is read one way alone.
func Readings(typed string) []string {
	code := Normalise(typed)
	list := []string{code}
	parts := strings.FieldsFunc(code, func(r rune) bool { return strings.ContainsRune("-·._ ", r) })
	if n := len(parts) - 1; n < 1 || n > mostSeparators {
		return list
	}
	for choice := range 1 << (len(parts) - 1) {
		var b strings.Builder
		for i, part := range parts {
			switch {
			case i == 0:
			case choice>>(i-1)&1 == 0:
				b.WriteString(Dash)
			default:
				b.WriteString(Dot)
			}
			b.WriteString(part)
		}
		if s := b.String(); s != code {
			list = append(list, s)
		}
	}
	return list
}
