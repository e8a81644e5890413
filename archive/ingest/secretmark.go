package ingest

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// The mark of a state secret is 绝密, 机密 or 秘密, mostly with ★ and a term
// (GB/T 7156: 机密★10年), as a line of its own or by itself in an upper corner, with
// 份号 (six digits) and the degree of urgency beside it (GB/T 9704). What is said here
// of marks leans towards finding too many: a person decides on each.

const (
	markLine   = 40  // runes that a line with nothing but a mark has at most, as read
	cornerLine = 30  // runes of a line that a mark in the corner may have been put on
	cornerDeep = 0.3 // of the page's height that its upper corners reach down
	cornerWide = 0.5 // of its width that each takes

	secretRunes = "密宓蜜宻客窗" //nolint:gosec // no password: each mark has 密, or what it is misread as
)

var (
	// A star is read as one of many things, or not at all. What only resembles one
	// counts in front of a term.
	bareMark = regexp.MustCompile(`^(?:密级)?(绝密|机密|秘密)(?:级|件|文件|资料|材料|电报)?[★☆*✱✭]{0,2}$`)
	termMark = regexp.MustCompile(`^(?:密级)?[^\p{Han}\d]{0,2}(绝密|机密|秘密)级?` +
		`(?:[^\p{Han}\d]{0,3}|\p{Han})` +
		`(?:长[期其朝基斯]|永久|[0-9一二三四五六七八九十两]{1,4}(?:年|个月|月|天|日|牛|午|生|手)|` +
		`(?:启用|使用|开考|考试|宣布|公布|公开|解密|启封|拆封|开封|结束)\p{Han}{0,8}前)\p{Han}{0,2}$`)
	// A star that was read as such makes a term of any digits.
	starMark = regexp.MustCompile(`^(?:密级)?(绝密|机密|秘密)[★☆*✱✭]{1,2}[0-9]{1,3}\p{Han}{0,2}$`)

	copyNumber = regexp.MustCompile(`^(?:份号|编号|№|N[o0º])?[0-9]{6}|(?:份号|编号|№|N[o0º])?[0-9]{6}$`)
	urgency    = regexp.MustCompile(`^(?:特急|特提|加急|平急|急件|火急)|(?:特急|特提|加急|平急|急件|火急)$`)

	// What goes on from these is a sentence or a title: 保守国家 / 秘密.
	leadsOn = regexp.MustCompile(`(?:国家|商业|工作|企业|个人|军事|技术|科技|经济|党和|党的|核心|保守|严守|泄露|泄漏|涉及|属于|一切|的|《)$`)
)

// secretMark finds what looks like the mark of a state secret on a page and gives it
// as it was read; "" for none. width and height are those of the upright master, 0
// when not known.
func secretMark(t archive.PageText, width, height int) string {
	text := t.Text()
	if !strings.ContainsAny(text, secretRunes) { // most pages
		return ""
	}
	if m := markOfLines(strings.Split(text, "\n")); m != "" || t.HasCorrect {
		return m
	}
	return markInCorner(t, width, height)
}

// markOfLines finds a mark that is a line of its own, or stands downwards.
func markOfLines(lines []string) string {
	before, before2 := "", ""
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if strings.ContainsAny(line, secretRunes) && utf8.RuneCountInString(line) <= markLine && isMark(line, before) {
			return line
		}
		if down := before + line; utf8.RuneCountInString(down) == 2 && isMark(down, before2) {
			return down
		}
		before2, before = before, line
	}
	return ""
}

// isMark tells whether a piece of text is a mark and nothing else; before is what
// stands in front of it.
func isMark(piece, before string) bool {
	s, ended := folded(piece)
	if s == "" {
		return false
	}
	rest := s
	for range 3 { // 份号 and urgency stand before or behind, in any order
		cut := urgency.ReplaceAllString(copyNumber.ReplaceAllString(rest, ""), "")
		if cut == rest {
			break
		}
		rest = cut
	}
	for _, s := range []string{s, rest} {
		if termMark.MatchString(s) || starMark.MatchString(s) {
			return true
		}
	}
	if !bareMark.MatchString(rest) {
		return false
	}
	return rest != s || !ended && !leadsOn.MatchString(strings.TrimRight(before, " \t　-—"))
}

// folded gives a text without blanks and punctuation, with one form for each of the
// characters that marks are made of and are misread as. ended tells whether it ends as a
// sentence does.
func folded(s string) (_ string, ended bool) {
	var b strings.Builder
	for _, r := range s {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		r = markRune(r)
		switch {
		case unicode.IsSpace(r):
		case strings.ContainsRune("★☆*✱✭№", r), unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
			ended = false
		case strings.ContainsRune("。，、；,;", r):
			ended = true
		}
	}
	return b.String(), ended
}

// markRune leads from traditional and variant forms, and from what recognition takes for
// them, to the characters of marks.
func markRune(r rune) rune {
	switch r {
	case '絕', '絶':
		return '绝'
	case '機', '杌':
		return '机'
	case '祕', '泌':
		return '秘'
	case '宓', '蜜', '宻', '客', '窗':
		return '密'
	case '級':
		return '级'
	case '長':
		return '长'
	case '個':
		return '个'
	case '啟', '啓':
		return '启'
	case '開':
		return '开'
	case '試':
		return '试'
	case '結':
		return '结'
	case '佈':
		return '布'
	case '號':
		return '号'
	case '編':
		return '编'
	case '資':
		return '资'
	case '電':
		return '电'
	case '報':
		return '报'
	case '內':
		return '内'
	case '〇', '○':
		return '0'
	case '＊', '✲':
		return '*'
	case '⭐', '✡':
		return '★'
	case '✩':
		return '☆'
	}
	return r
}

// piece is a part of a line that wide blanks part from the rest.
type piece struct {
	text, before string // before: what stands in front of it on its line
	box          archive.Box
	line         int // runes of its line
}

// markInCorner finds a mark in an upper corner by the boxes of words, though it was put
// on a line with something else.
func markInCorner(t archive.PageText, width, height int) string {
	if len(t.Words) == 0 || width <= 0 || height <= 0 {
		return ""
	}
	for _, p := range pieces(t) {
		left := p.box.X+p.box.W <= int(cornerWide*float64(width))
		right := p.box.X >= int((1-cornerWide)*float64(width))
		high := p.box.Y+p.box.H <= int(cornerDeep*float64(height))
		if high && (left || right) && p.line <= cornerLine && isMark(p.text, p.before) {
			return p.text
		}
	}
	return ""
}

// pieces parts the lines of a text at blanks wider than letters that are set apart
// have between them; letters standing alone stay together.
func pieces(t archive.PageText) []piece {
	// In heights of the words beside it.
	const blank, setApart = 1.5, 4.0
	runes := []rune(t.Plain)
	var out []piece
	for from := 0; from < len(t.Words); {
		to := from + 1
		for to < len(t.Words) && !newLine(runes, t.Words[to-1], t.Words[to]) {
			to++
		}
		line := t.Words[from:to]
		first, all := len(out), ""
		for i, w := range line {
			text := wordText(runes, w)
			if i > 0 {
				last := &out[len(out)-1]
				gap := float64(w.Box.X - last.box.X - last.box.W)
				high := float64(max(w.Box.H, last.box.H))
				if gap <= blank*high || gap <= setApart*high && w.Len == 1 && line[i-1].Len == 1 {
					last.text, last.box = last.text+text, around(last.box, w.Box)
					all += text
					continue
				}
			}
			out = append(out, piece{text: text, before: all, box: w.Box})
			all += text
		}
		for i := range out[first:] {
			out[first+i].line = utf8.RuneCountInString(all)
		}
		from = to
	}
	return out
}

func wordText(runes []rune, w archive.Word) string {
	from := min(max(w.Start, 0), len(runes))
	return string(runes[from:min(max(w.Start+w.Len, from), len(runes))])
}

// newLine tells whether a line ends between two words.
func newLine(runes []rune, a, b archive.Word) bool {
	from := min(max(a.Start+a.Len, 0), len(runes))
	return strings.ContainsRune(string(runes[from:min(max(b.Start, from), len(runes))]), '\n')
}

func around(a, b archive.Box) archive.Box {
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	return archive.Box{X: x, Y: y, W: max(a.X+a.W, b.X+b.W) - x, H: max(a.Y+a.H, b.Y+b.H) - y}
}
