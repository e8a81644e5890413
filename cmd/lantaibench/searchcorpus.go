package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
)

// readSentences reads the sentences of all text files in the .tar.zst files of a
// folder, blanks and line ends left out.
func readSentences(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tar.zst"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no .tar.zst in %s: %w", dir, errors.Join(err, os.ErrNotExist))
	}
	var out []string
	for _, name := range files {
		err := eachText(name, func(text string) {
			for line := range strings.Lines(text) {
				out = append(out, cutSentences(line)...)
			}
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

func eachText(name string, yield func(text string)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		return err
	}
	defer z.Close()
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch filepath.Ext(h.Name) {
		case ".md", ".txt":
			b, err := io.ReadAll(t)
			if err != nil {
				return err
			}
			if utf8.Valid(b) {
				yield(string(b))
			}
		}
	}
}

// cutSentences cuts a line behind each full stop.
func cutSentences(line string) []string {
	line = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '#' {
			return -1
		}
		return r
	}, line)
	if strings.HasPrefix(line, "<!--") {
		return nil
	}
	var out []string
	for line != "" {
		at := strings.IndexRune(line, '。')
		if at < 0 {
			return append(out, line)
		}
		at += len("。")
		out = append(out, line[:at])
		line = line[at:]
	}
	return out
}

// makePages draws n pages of size characters from the sentences in an order that
// the seed decides; each time through, the order is another.
func makePages(sentences []string, n, size int, seed uint64) []string {
	order := make([]string, len(sentences))
	copy(order, sentences)
	rnd := rand.New(rand.NewPCG(seed, 1))
	pages := make([]string, 0, n)
	var page []rune
	for len(pages) < n {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, s := range order {
			page = append(page, []rune(s)...)
			for len(page) >= size && len(pages) < n {
				pages = append(pages, string(page[:size]))
				page = append(page[:0], page[size:]...)
			}
			if len(pages) == n {
				break
			}
		}
	}
	return pages
}

// phrase is one phrase to look for.
type phrase struct {
	text  string
	hits  int // by a plain scan of the folded texts, or by the index where that is exact
	runes int
}

// drawPhrase takes a phrase of 1 to 12 Han characters off a page.
func drawPhrase(pages []string, rnd *rand.Rand, longest int) (string, bool) {
	p := []rune(pages[rnd.IntN(len(pages))])
	n := 1 + rnd.IntN(longest)
	at := rnd.IntN(len(p) - n)
	for _, r := range p[at : at+n] {
		if !unicode.Is(unicode.Han, r) {
			return "", false
		}
	}
	return string(p[at : at+n]), true
}
