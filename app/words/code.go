package words

import (
	"strconv"
	"strings"

	"lantai/archive/refcode"
)

// CodeProblem says what is wrong with a 档号.
func CodeProblem(p refcode.Problem) string {
	element := ""
	if p.Element != "" {
		element = T("element." + p.Element)
	}
	want := p.Want
	if p.Code == refcode.BadCharset {
		want = T("charset." + want)
	}
	key := "refcode." + string(p.Code)
	if p.Element != "" && has(key+".element") {
		key += ".element"
	}
	return T(key, Args{"Element": element, "Value": p.Value, "Want": want})
}

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
