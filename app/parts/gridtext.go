package parts

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadCells takes apart what a spreadsheet puts on the clipboard: cells with tabs between
// them, rows with line ends. A cell in quotes may hold tabs, line ends, and quotes written
// twice; quotes around a plain text are part of it, since spreadsheets add none there.
func ReadCells(text string) [][]string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\ufffd")
	var rows [][]string
	var row []string
	for text != "" {
		cell, rest := readCell(text)
		row = append(row, cell)
		switch {
		case strings.HasPrefix(rest, "\t"):
			if text = rest[1:]; text == "" {
				row = append(row, "")
			}
			continue
		case strings.HasPrefix(rest, "\r\n"):
			text = rest[2:]
		case rest != "":
			text = rest[1:]
		default:
			text = ""
		}
		rows, row = append(rows, row), nil
	}
	if row != nil {
		rows = append(rows, row)
	}
	return rows
}

// readCell reads the first cell of a text; rest begins with what ended it.
func readCell(text string) (cell, rest string) {
	if strings.HasPrefix(text, `"`) {
		if cell, rest, ok := quotedCell(text); ok {
			return cell, rest
		}
	}
	end := strings.IndexAny(text, "\t\r\n")
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func quotedCell(text string) (cell, rest string, ok bool) {
	needed := false // something in it has to be quoted
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' && strings.HasPrefix(text[i+1:], `"`):
			needed = true
			b.WriteByte(c)
			i++
		case c == '"':
			rest = text[i+1:]
			ended := rest == "" || strings.ContainsRune("\t\r\n", rune(rest[0]))
			return b.String(), rest, needed && ended
		case c == '\r':
			needed = true
			if !strings.HasPrefix(text[i+1:], "\n") {
				b.WriteByte('\n')
			}
		default:
			needed = needed || c == '\t' || c == '\n'
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// WriteCells is the form that ReadCells and spreadsheets read. One cell alone has no line
// end.
func WriteCells(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			if strings.ContainsAny(cell, "\t\r\n") || strings.HasPrefix(cell, `"`) {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteByte('\n')
	}
	if len(rows) == 1 && len(rows[0]) == 1 && rows[0][0] != "" {
		return strings.TrimSuffix(b.String(), "\n")
	}
	return b.String()
}

// NextNumber continues a text by its last number: 3号 becomes 4号, 0099 becomes 0100. What
// was written with a width keeps it. ok is false where there is no number.
func NextNumber(text string) (next string, ok bool) {
	from, to := lastNumber(text)
	if from == to {
		return text, false
	}
	digits := halfDigits(text[from:to])
	n, _ := new(big.Int).SetString(digits, 10)
	out := n.Add(n, big.NewInt(1)).String()
	for len(out) < len(digits) {
		out = "0" + out
	}
	return text[:from] + out + text[to:], true
}

// NextSpan continues a run of pages by one as long: 1-3 becomes 4-6. A single number
// becomes the next.
func NextSpan(text string) (next string, ok bool) {
	first, last, isSpan := strings.Cut(text, "-")
	a, err1 := strconv.Atoi(strings.TrimSpace(halfDigits(first)))
	b, err2 := strconv.Atoi(strings.TrimSpace(halfDigits(last)))
	if !isSpan || err1 != nil || err2 != nil || b < a {
		return NextNumber(text)
	}
	width := 0
	if strings.HasPrefix(first, "0") {
		width = len(first)
	}
	pad := func(n int) string {
		s := strconv.Itoa(n)
		return strings.Repeat("0", max(width-len(s), 0)) + s
	}
	return pad(b+1) + "-" + pad(b+1+b-a), true
}

// lastNumber finds the last run of digits, of either width.
func lastNumber(text string) (from, to int) {
	to = len(text)
	for to > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:to])
		if isDigit(r) {
			break
		}
		to -= size
	}
	from = to
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if !isDigit(r) {
			break
		}
		from -= size
	}
	return from, to
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

func halfDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}
