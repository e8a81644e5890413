package ocr

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"lantai/archive"
)

// Bounds on what an engine may write; more is cut off or not believed.
const (
	maxLine  = 64 << 10
	maxWords = 200_000
	maxPixel = 1 << 24
)

// tsv reads Tesseract's table as it comes: one row for each page, block, paragraph,
// line and word, with the columns level, page_num, block_num, par_num, line_num,
// word_num, left, top, width, height, conf, text. It is an io.Writer; each page is
// handed on when the next one begins, the last by finish.
type tsv struct {
	done  func(page int, s sheet) // pages count from 0
	line  []byte
	long  bool // the line at hand is over maxLine and is dropped
	page  int  // of the rows at hand; -1: none yet
	sheet sheet
}

// sheet is one page of the table: its words in reading order.
type sheet struct {
	words []cell
}

// cell is one word row.
type cell struct {
	block, par, line int
	box              archive.Box
	conf             float64
	text             string
}

func newTSV(done func(page int, s sheet)) *tsv { return &tsv{done: done, page: -1} }

func (t *tsv) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		part := p
		if i >= 0 {
			part = p[:i]
		}
		if len(t.line)+len(part) > maxLine {
			t.long = true
		} else {
			t.line = append(t.line, part...)
		}
		if i < 0 {
			return n, nil
		}
		if !t.long {
			t.row(string(t.line))
		}
		t.line, t.long = t.line[:0], false
		p = p[i+1:]
	}
	return n, nil
}

// finish hands on the last page, when the table holds n pages and ends with a whole
// line.
func (t *tsv) finish(n int) error {
	if len(t.line) > 0 {
		return fmt.Errorf("table ends within a line")
	}
	if t.page+1 != n {
		return fmt.Errorf("table has %d pages of %d", t.page+1, n)
	}
	if n > 0 {
		t.done(t.page, t.sheet)
	}
	t.sheet = sheet{}
	return nil
}

// row takes one line; lines that are no rows are passed over.
func (t *tsv) row(line string) {
	f := strings.SplitN(strings.TrimSuffix(line, "\r"), "\t", 12)
	if len(f) < 11 {
		return
	}
	var n [10]int
	for i := range n {
		v, err := strconv.Atoi(f[i])
		if err != nil || v < -maxPixel || v > maxPixel {
			return
		}
		n[i] = v
	}
	level, page := n[0], n[1]-1
	if level == 1 && page == t.page+1 {
		if t.page >= 0 {
			t.done(t.page, t.sheet)
		}
		t.page, t.sheet = page, sheet{}
		return
	}
	if level != 5 || page != t.page || len(f) < 12 || len(t.sheet.words) >= maxWords {
		return
	}
	conf, err := strconv.ParseFloat(f[10], 64)
	text := archive.TidyLine(f[11])
	if err != nil || math.IsNaN(conf) || conf < 0 || text == "" || n[8] <= 0 || n[9] <= 0 {
		return
	}
	t.sheet.words = append(t.sheet.words, cell{
		block: n[2], par: n[3], line: n[4], conf: min(conf, 100), text: text,
		box: archive.Box{X: n[6], Y: n[7], W: n[8], H: n[9]},
	})
}
