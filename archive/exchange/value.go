package exchange

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
	"lantai/archive/refcode"
)

// problem is what is wrong with a value; the zero value: nothing.
type problem struct {
	reason Reason
	detail string
	code   refcode.Problem
}

func (p problem) bad() bool { return p.reason != "" }

// cleanText brings a text into one line without blanks at its ends: soft line breaks go
// between Chinese characters and become a blank elsewhere. Invisible characters go;
// control characters and what could not be decoded are refused.
func cleanText(s string) (string, problem) {
	if plainText(s) {
		return s, problem{}
	}
	var b strings.Builder
	var last rune
	blank, broken := false, false
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			return s, problem{reason: Undecodable}
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u0085':
			broken = true
			continue
		case r == '\u200b' || r == '\u200c' || r == '\u200d' || r == '\u2060' || r == '\ufeff' || r == '\u00ad':
			continue
		case r == '\t' || unicode.IsSpace(r):
			blank = true
			continue
		case unicode.IsControl(r):
			return s, problem{reason: ControlCharacter, detail: strconv.QuoteRuneToASCII(r)}
		}
		if b.Len() > 0 && (blank || broken && (!wide(last) || !wide(r))) {
			if blank && isSpaceRun(s[:i], '\u3000') {
				b.WriteRune('\u3000')
			} else {
				b.WriteByte(' ')
			}
		}
		blank, broken, last = false, false, r
		b.WriteRune(r)
	}
	return b.String(), problem{}
}

// plainText tells that there is nothing to clean.
func plainText(s string) bool {
	last := ' '
	for _, r := range s {
		if r == ' ' && last == ' ' || r != ' ' && oddRune(r) {
			return false
		}
		last = r
	}
	return last != ' ' || s == ""
}

// oddRune tells a character that cleanText may change or refuse.
func oddRune(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r <= 0xa0, r == 0xad, r == '\u3000', r == '\ufeff', r == utf8.RuneError:
		return true
	case r >= 0x1680 && r < 0x2070:
		return unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}
	return false
}

// isSpaceRun tells whether the blanks before an end are all one kind of blank.
func isSpaceRun(s string, kind rune) bool {
	trimmed := strings.TrimRight(s, string(kind))
	r, _ := utf8.DecodeLastRuneInString(trimmed)
	return len(trimmed) < len(s) && !unicode.IsSpace(r)
}

// wide tells whether no blank stands between a character and its neighbour.
func wide(r rune) bool { return unicode.Is(unicode.Han, r) || r > 0x2fff && !unicode.IsLetter(r) }

// ditto tells whether a cell says "as above".
func ditto(s string) bool {
	switch strings.TrimSpace(s) {
	case "同上", "〃", "″", "〞", "\"", "''", "“", "”", "々", "（同上）", "(同上)":
		return true
	}
	return false
}

// totals tells whether a row sums others up.
func totals(cells []sheet.Cell) bool {
	for _, c := range cells {
		text := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, c.Text)
		if text == "" {
			continue
		}
		for _, word := range []string{"合计", "小计", "总计", "累计", "本页合计", "本页小计", "共计", "总数"} {
			if rest, ok := strings.CutPrefix(text, word); ok && (rest == "" || strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：") || c.Kind == sheet.Text && len(rest) < 30 && strings.ContainsAny(rest, "0123456789件卷页")) {
				return true
			}
		}
		return false
	}
	return false
}

// halfDigits turns full-width digits and letters to half width.
func halfDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - 0xfee0
		}
		return r
	}, s)
}

// dateValue gives the archival form of a date: eight digits where the day is known, with
// the brackets of what was found by research. A date of the Republic or an older era, or
// a text without digits, stays as it is written.
func dateValue(c sheet.Cell, now time.Time) (string, problem) {
	text, p := cleanText(c.Text)
	if p.bad() || text == "" {
		return text, p
	}
	half := halfDigits(text)
	if c.Kind == sheet.Number {
		if year, month, ok := strings.Cut(half, "."); ok && len(year) == 4 && month == "1" {
			return "", problem{reason: OctoberLost}
		}
	}
	day, ok := archive.ParseDay(half)
	digits := strings.ContainsAny(half, "0123456789")
	switch {
	case !ok && !digits && !strings.ContainsAny(half, "年月"):
		return text, problem{}
	case !ok && shortYear(half):
		return "", problem{reason: TwoDigitYear}
	case !ok:
		return "", problem{reason: BadDate}
	case day.Year > now.Year()+1 || day.Year < 1000:
		return "", problem{reason: BadDate}
	case strings.ContainsAny(half, "国國统統绪緒治丰豐光庆慶隆") || strings.ContainsAny(half, "~～至") || isRange(half):
		return text, problem{}
	}
	if open := strings.IndexAny(half, "[〔【"); open == 0 {
		return "[" + shortest(day, half) + "]", problem{}
	}
	if strings.HasPrefix(half, "约") || strings.HasPrefix(half, "(") {
		return text, problem{}
	}
	return shortest(day, half), problem{}
}

// shortest keeps a bare year as four digits.
func shortest(d archive.Day, text string) string {
	if bare := strings.Trim(text, "[]〔〕【】 年度"); len(bare) == 4 && d.Month == 0 {
		return bare
	}
	return d.Digits()
}

// isRange tells whether a date goes from one day to another.
func isRange(s string) bool {
	for _, dash := range []string{"-", "—", "–"} {
		for i, part := range strings.Split(s, dash) {
			if i > 0 && len(part) >= 4 && strings.Trim(part[:4], "0123456789") == "" {
				return true
			}
		}
	}
	return false
}

// shortYear tells whether a date begins with a year of two digits.
func shortYear(s string) bool {
	s = strings.TrimLeft(s, "[〔(' ’")
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n != 2 {
		return false
	}
	return n == len(s) || strings.ContainsAny(s[n:n+1], ".-/ ") || strings.HasPrefix(s[n:], "年")
}

// datesValue takes a span of days apart.
func datesValue(c sheet.Cell, now time.Time) (begin, end string, p problem) {
	text := halfDigits(c.Text)
	for _, dash := range []string{"至", "~", "～", "—", "–", "-"} {
		for i := 0; ; {
			k := strings.Index(text[i:], dash)
			if k < 0 {
				break
			}
			left, right := text[:i+k], strings.TrimLeft(text[i+k:], "至~～—–- ")
			if day, ok := archive.ParseDay(right); ok && day.Year >= 1000 && strings.TrimSpace(left) != "" {
				if _, ok := archive.ParseDay(left); ok {
					if begin, p = dateValue(sheet.Cell{Text: left, Kind: sheet.Text}, now); p.bad() {
						return "", "", p
					}
					end, p = dateValue(sheet.Cell{Text: right, Kind: sheet.Text}, now)
					return begin, end, p
				}
			}
			i += k + len(dash)
		}
	}
	begin, p = dateValue(c, now)
	return begin, begin, p
}

// wholeNumber reads a count: "12", "１２", "12页".
func wholeNumber(c sheet.Cell) (int, problem) {
	text := strings.TrimSpace(halfDigits(c.Text))
	for _, unit := range []string{"页", "张", "件", "幅"} {
		text = strings.TrimSuffix(text, unit)
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, problem{}
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	if err != nil || n < 0 || n > 1_000_000_000 {
		return 0, problem{reason: BadNumber}
	}
	return n, problem{}
}

// yearValue reads a 年度.
func yearValue(c sheet.Cell, now time.Time) (int, problem) {
	text := strings.TrimSpace(halfDigits(c.Text))
	if text == "" {
		return 0, problem{}
	}
	if c.Kind == sheet.Date {
		return 0, problem{reason: BecameDate}
	}
	if shortYear(text) {
		return 0, problem{reason: TwoDigitYear}
	}
	day, ok := archive.ParseDay(text)
	if !ok || day.Month != 0 || day.Year > now.Year()+1 || day.Year < 1000 {
		return 0, problem{reason: BadYear}
	}
	return day.Year, problem{}
}

// sameRetention tells whether two ways of writing a 保管期限 mean the same: 永久 and Y,
// 定期30年 and D30. 长期 and 短期 are themselves, never a number of years.
func sameRetention(a, b string) bool { return refcode.RetentionCode(a) == refcode.RetentionCode(b) }

// kindOf reads a kind in Chinese or as the catalogue has it; "" for none.
func kindOf(s string) (archive.HoldingKind, bool) {
	switch strings.TrimSpace(s) {
	case "":
		return "", true
	case "volume", "案卷", "卷", "案卷级":
		return archive.KindVolume, true
	case "box", "盒":
		return archive.KindBox, true
	case "album", "册", "相册":
		return archive.KindAlbum, true
	case "item", "件", "文件", "归档文件", "卷内文件", "文件级":
		return archive.KindItem, true
	case "photo", "照片":
		return archive.KindPhoto, true
	case "object", "实物":
		return archive.KindObject, true
	case "book", "图书", "图书资料", "资料":
		return archive.KindBook, true
	case "av", "音像":
		return archive.KindAV, true
	}
	return "", false
}

// persons separates names as the catalogue does.
func persons(s string) string {
	if !strings.ContainsAny(s, ";,，、") {
		return s
	}
	list := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";；,，、", r) })
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return strings.Join(list, "；")
}
