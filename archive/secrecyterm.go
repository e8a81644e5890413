package archive

import (
	"strconv"
	"strings"
	"time"
)

// The longest terms that the law on guarding state secrets gives them; what is marked
// without a term has the longest.
var longestTerms = [...]int{Secret: 10, HighlySecret: 20, TopSecret: 30}

// SecrecyEnds reckons the last day of a 保密期限 from the day of a record: "10年", "★10年",
// "机密★10年", "6个月", "30天", a day (2030-12-31), or nothing, which is the longest term of
// its level. Of a day that is known in part the latest counts. never is true for 长期 and
// 永久; ok is false where day or term tell nothing.
func SecrecyEnds(level Secrecy, day Day, term string) (ends time.Time, never, ok bool) {
	if level <= NotSecret || level > TopSecret {
		return time.Time{}, false, false
	}
	s := foldSecrecy(term)
	if _, behind, starred := strings.Cut(s, "★"); starred {
		s = behind
	}
	for _, word := range secrecyWords[Secret:] {
		s = strings.TrimPrefix(s, word)
	}
	s = strings.TrimPrefix(s, "级")
	if s == "长期" || s == "永久" {
		return time.Time{}, true, true
	}
	if until, known := ParseDay(strings.TrimRight(strings.TrimPrefix(s, "至"), "止前")); known {
		return until.last(), false, true
	}
	if day.Year == 0 {
		return time.Time{}, false, false
	}
	if s == "" {
		return day.last().AddDate(longestTerms[level], 0, 0), false, true
	}
	n, width, unit := leadingNumber(s)
	if width == 0 || n == 0 || n > 999 {
		return time.Time{}, false, false
	}
	from := day.last()
	switch strings.TrimSuffix(unit, "内") {
	case "年", "周年":
		return from.AddDate(n, 0, 0), false, true
	case "个月", "月":
		return from.AddDate(0, n, 0), false, true
	case "天", "日":
		return from.AddDate(0, 0, n), false, true
	case "":
		if _, err := strconv.Atoi(s); err == nil { // a column of years
			return from.AddDate(n, 0, 0), false, true
		}
	}
	return time.Time{}, false, false
}

// last is the last day that a date may mean.
func (d Day) last() time.Time {
	switch {
	case d.Month == 0:
		return time.Date(d.Year, 12, 31, 0, 0, 0, 0, time.UTC)
	case d.Day == 0:
		return time.Date(d.Year, time.Month(d.Month)+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
}
