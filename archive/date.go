package archive

import (
	"strconv"
	"strings"
	"time"
)

// Day is an archival date as far as it is known: month and day may be 0.
type Day struct{ Year, Month, Day int }

// Digits gives the eight digits of DA/T 18: "19580300" for March 1958.
func (d Day) Digits() string {
	var b [8]byte
	for i, n := 7, d.Year*10000+d.Month*100+d.Day; i >= 0; i, n = i-1, n/10 {
		b[i] = byte('0' + n%10)
	}
	return string(b[:])
}

// IsDate tells whether the date of a record is written as archives do: eight digits with
// noughts for what is not known, a year alone, parts with -, . or /, a question mark, or
// any of these in square brackets when it was worked out. No date at all is well written.
func IsDate(s string) bool {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	s = strings.TrimSuffix(s, "?")
	if s == "" {
		return true
	}
	var year, month, day string
	if cut := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '.' || r == '/' }); len(cut) > 1 {
		cut = append(cut, "", "")
		year, month, day = cut[0], twoDigits(cut[1]), twoDigits(cut[2])
	} else if year = s; len(s) == 6 || len(s) == 8 {
		year, month, day = s[:4], s[4:6], s[6:]
	}
	upTo := func(s, most string) bool { return s == "" || len(s) == 2 && digits(s) && s <= most }
	return len(year) == 4 && digits(year) && upTo(month, "12") && upTo(day, "31")
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// valid tells whether there is such a day.
func (d Day) valid() bool {
	if d.Year < 1 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Month == 0 && d.Day > 0 {
		return false
	}
	if d.Day == 0 {
		return true
	}
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	return t.Day() == d.Day
}

// eras are the year before the first of each. What they count are lunar years, so the
// year is right and the month is that of the Chinese calendar.
func eras() map[string]int {
	return map[string]int{"中华民国": 1911, "民国": 1911, "民國": 1911, "中華民國": 1911, "宣统": 1908, "宣統": 1908, "光绪": 1874,
		"光緒": 1874, "同治": 1861, "咸丰": 1850, "咸豐": 1850, "道光": 1820, "嘉庆": 1795, "嘉慶": 1795, "乾隆": 1735}
}

// ParseDay reads the day with which a date begins, as people write it: "19580305",
// "1958.3.5", "1958年3月", "[1958]", "一九五八年三月", "民国三十年五月". It is false for
// years of two digits, which are not guessed, for days that are none, and for what is
// no date.
func ParseDay(text string) (Day, bool) {
	s := strings.TrimLeft(halfWidth(text), " [(〔（约")
	base := 0
	for name, before := range eras() {
		if rest, ok := strings.CutPrefix(s, name); ok && base == 0 {
			base, s = before, rest
		}
	}
	var parts []int
	var widths []int
	for len(parts) < 3 {
		n, digits, rest := leadingNumber(s)
		if digits == 0 {
			break
		}
		parts, widths = append(parts, n), append(widths, digits)
		s = strings.TrimLeft(rest, " ")
		next, ok := cutSeparator(s, len(parts))
		if !ok {
			break
		}
		s = strings.TrimLeft(next, " ")
	}
	if len(parts) == 0 {
		return Day{}, false
	}
	var d Day
	switch {
	case base > 0:
		d.Year = base + parts[0]
		if parts[0] == 0 || parts[0] > 99 {
			return Day{}, false
		}
	case widths[0] == 8 && len(parts) == 1:
		d = Day{parts[0] / 10000, parts[0] / 100 % 100, parts[0] % 100}
		return d, d.valid()
	case widths[0] == 6 && len(parts) == 1:
		d = Day{parts[0] / 100, parts[0] % 100, 0}
		return d, d.valid()
	case widths[0] != 4:
		return Day{}, false
	default:
		d.Year = parts[0]
	}
	if len(parts) > 1 {
		d.Month = parts[1]
	}
	if len(parts) > 2 {
		d.Day = parts[2]
	}
	return d, d.valid()
}

// cutSeparator takes away what stands behind the year (1), month (2) or day (3).
func cutSeparator(s string, behind int) (string, bool) {
	for _, sep := range [][]string{{"年", "年度"}, {"月"}, {"日", "号"}}[behind-1] {
		if rest, ok := strings.CutPrefix(s, sep); ok {
			return rest, behind < 3
		}
	}
	if behind == 3 {
		return s, false
	}
	for _, sep := range []string{"-", ".", "/", "、", "—", "–", "·", "。"} {
		if rest, ok := strings.CutPrefix(s, sep); ok {
			n, digits, _ := leadingNumber(strings.TrimLeft(rest, " "))
			return rest, digits > 0 && digits <= 2 && n <= 31
		}
	}
	return s, false
}

// leadingNumber reads digits or Chinese numerals; digits is how many of them.
func leadingNumber(s string) (n, digits int, rest string) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i > 0 {
		if i > 8 {
			return 0, 0, s
		}
		n, _ = strconv.Atoi(s[:i]) // digits alone
		return n, i, s[i:]
	}
	return chineseNumber(s)
}

// chineseNumber reads 一九五八 digit by digit, and 元, 三十一, 廿三 by value, which counts
// as two digits.
func chineseNumber(s string) (n, digits int, rest string) {
	if rest, ok := strings.CutPrefix(s, "元"); ok {
		return 1, 1, rest
	}
	rest = strings.TrimLeft(s, "〇零○一二三四五六七八九十廿卅")
	run := []rune(s[:len(s)-len(rest)])
	tens := 0
	for i, r := range run {
		switch r {
		case '十':
			if tens > 0 || i > 1 {
				return 0, 0, s
			}
			tens, n = max(n, 1), 0
		case '廿', '卅':
			if i > 0 {
				return 0, 0, s
			}
			tens = 2 + strings.Count(string(r), "卅")
		default:
			n = n*10 + numeral(r)
		}
	}
	switch {
	case len(run) == 0, len(run) > 4, tens > 0 && n > 9:
		return 0, 0, s
	case tens > 0:
		return tens*10 + n, 2, rest
	}
	return n, len(run), rest
}

func numeral(r rune) int {
	if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
		return i/3 + 1
	}
	return 0
}

// halfWidth turns full-width digits and the punctuation of dates to half width.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		case r == '／':
			return '/'
		case r == '－' || r == '﹣' || r == '−':
			return '-'
		case r == '［' || r == '【':
			return '['
		case r == '\u3000' || r == '\u00a0':
			return ' '
		}
		return r
	}, s)
}
