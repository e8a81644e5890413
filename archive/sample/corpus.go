package sample

import (
	"archive/tar"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"lantai/archive"
)

// Sentences reads the sentences of the texts that lie in a folder: .txt and .md files, and
// those in .tar.zst files. Blanks and line ends are left out.
func Sentences(dir string, yield func(string)) error {
	const op = "read texts"
	list, err := os.ReadDir(dir)
	if err != nil {
		return archive.WrapAs(archive.Invalid, op, dir, err)
	}
	n := 0
	each := func(text string) {
		n++
		for line := range strings.Lines(text) {
			cutSentences(line, yield)
		}
	}
	for _, d := range list {
		if d.IsDir() {
			continue
		}
		if err := textsOf(filepath.Join(dir, d.Name()), each); err != nil {
			return archive.WrapAs(archive.Invalid, op, d.Name(), err)
		}
	}
	if n == 0 {
		return archive.Errorf(archive.Invalid, op, dir, "no texts there: .txt, .md or .tar.zst")
	}
	return nil
}

// textsOf reads the texts of a file.
func textsOf(name string, yield func(text string)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if strings.HasSuffix(name, ".tar.zst") {
		return eachText(f, yield)
	}
	return ifText(name, f, yield)
}

// eachText reads the texts of a packed archive.
func eachText(r io.Reader, yield func(text string)) error {
	z, err := zstd.NewReader(r)
	if err != nil {
		return err
	}
	defer z.Close()
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := ifText(h.Name, t, yield); err != nil {
			return err
		}
	}
}

func ifText(name string, r io.Reader, yield func(text string)) error {
	switch filepath.Ext(name) {
	case ".md", ".txt":
	default:
		return nil
	}
	b, err := io.ReadAll(r)
	if err == nil && utf8.Valid(b) {
		yield(string(b))
	}
	return err
}

// cutSentences cuts a line behind each full stop.
func cutSentences(line string, yield func(string)) {
	line = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '#' || r == 0 {
			return -1
		}
		return r
	}, line)
	if strings.HasPrefix(line, "<!--") {
		return
	}
	for line != "" {
		end := len(line)
		if at := strings.IndexRune(line, '。'); at >= 0 {
			end = at + len("。")
		}
		yield(line[:end])
		line = line[end:]
	}
}

const (
	pageRunes     = 420 // a page of text has at least so many
	longestRunes  = 400 // of a sentence that is taken
	shortestRunes = 4
)

// mostText is how much text is kept, in bytes. Of more only a part is taken, evenly.
const mostText = 64 << 20

// corpus draws page texts from sentences. Each is taken once before any is taken again,
// and then in another order, so that no two pages are alike. The sentences lie in one
// block, which costs the collector nothing.
type corpus struct {
	text  []byte
	ends  []uint32 // of the sentences in text
	order []uint32
	next  int
	rnd   *rand.Rand
}

func readCorpus(dir string, seed uint64) (*corpus, error) {
	c := &corpus{rnd: rand.New(rand.NewPCG(seed, 0x7465787473)), text: make([]byte, 0, mostText+4*longestRunes)}
	seen := map[uint64]struct{}{}
	part := uint64(1) // of so many one is taken
	err := Sentences(dir, func(s string) {
		if n := utf8.RuneCountInString(s); n < shortestRunes || n > longestRunes {
			return
		}
		key := hash(s)
		if _, ok := seen[key]; ok || key%part != 0 {
			return
		}
		seen[key] = struct{}{}
		c.text = append(c.text, s...)
		c.ends = append(c.ends, uint32(len(c.text))) //nolint:gosec // at most mostText
		if len(c.text) > mostText {
			part *= 2
			c.keep(func(s []byte) bool { return hash(string(s))%part == 0 })
		}
	})
	if err == nil && len(c.text) < 100*pageRunes {
		err = archive.Errorf(archive.Invalid, "read texts", dir, "too little text")
	}
	c.order = make([]uint32, len(c.ends))
	for i := range c.order {
		c.order[i] = uint32(i)
	}
	c.next = len(c.order)
	return c, err
}

// sentence is one of the sentences.
func (c *corpus) sentence(at uint32) []byte {
	from := uint32(0)
	if at > 0 {
		from = c.ends[at-1]
	}
	return c.text[from:c.ends[at]]
}

// keep drops the sentences that do not fit.
func (c *corpus) keep(fits func([]byte) bool) {
	kept, text := c.ends[:0], c.text[:0]
	from := uint32(0)
	for _, end := range c.ends {
		s := c.text[from:end]
		from = end
		if fits(s) {
			text = append(text, s...)              // never ahead of what is read
			kept = append(kept, uint32(len(text))) //nolint:gosec // at most mostText
		}
	}
	c.ends, c.text = kept, text
}

// hash is FNV-1a.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// page is the next page: whole sentences, some to a line.
func (c *corpus) page() string {
	var b strings.Builder
	for n := 0; n < pageRunes; {
		if c.next == len(c.order) {
			c.rnd.Shuffle(len(c.order), func(i, j int) { c.order[i], c.order[j] = c.order[j], c.order[i] })
			c.next = 0
		}
		at := c.order[c.next]
		c.next++
		s := c.sentence(at)
		b.Write(s)
		n += utf8.RuneCount(s)
		if n%3 == 0 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}
