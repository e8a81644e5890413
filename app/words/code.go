package words

import (
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// CodeProblem says what is wrong with a 档号.
func CodeProblem(p refcode.Problem) string { return current().CodeProblem(p) }

// Why says why something is refused while codes are arranged, or what is to be known: why is
// a reason of package arrange.
func Why(why, subject, want string) string { return current().Why(why, subject, want) }

// Arranged is the state of a class of numbers.
func Arranged(state archive.Arranged) string { return current().Arranged(state) }

// Changed says how a field changes besides the code; "" where there is nothing to say.
func Changed(field, old, now string) string { return current().Changed(field, old, now) }

// CodeInFonds is the code of a series without its 全宗号, for where that stands above it.
func CodeInFonds(code string) string {
	_, class, _ := strings.Cut(code, refcode.Dash)
	return class
}

// Retention spells out a 保管期限 or its code: 永久, 30年. What is no code stays.
func Retention(code string) string {
	switch code {
	case "Y", "C", "D":
		return T("retention." + code)
	}
	if years, err := strconv.Atoi(strings.TrimPrefix(code, "D")); err == nil && strings.HasPrefix(code, "D") && years > 0 {
		return N("retention.years", years)
	}
	return code
}
