package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
)

// Command is an engine outside: a command line that is given an image and writes
// Tesseract's TSV to its standard output. It runs once a page, without a shell.
type Command struct {
	line     string
	words    []string
	patience time.Duration
}

var _ Engine = (*Command)(nil)

// NewCommand makes an engine of a command line as people write it for a shell:
// words parted by blanks, quotes and backslashes as in POSIX, no expansion. In the
// words {image}, {dpi} and {languages} are replaced; without {image} the image's
// path is added as the last word. It returns an Invalid error for an empty line or
// an open quote.
func NewCommand(line string) (*Command, error) {
	words, err := splitWords(line)
	if err != nil || len(words) == 0 {
		return nil, archive.Errorf(archive.Invalid, "read engine command", line, "an open quote, or nothing to run")
	}
	if !strings.Contains(line, "{image}") {
		words = append(words, "{image}")
	}
	return &Command{line: line, words: words, patience: 10 * time.Minute}, nil
}

// Describe names the command; it does not tell models or version.
func (c *Command) Describe(context.Context) (Description, error) {
	if _, err := exec.LookPath(c.words[0]); err != nil {
		return Description{}, archive.WrapAs(archive.Unavailable, "find engine", c.words[0], err)
	}
	return Description{Name: "command", Program: c.line}, nil
}

// Recognise runs the command for each page in turn.
func (c *Command) Recognise(ctx context.Context, batch []Request, done func(Result)) error {
	if _, err := c.Describe(ctx); err != nil {
		return err
	}
	for _, r := range batch {
		text, err := c.page(ctx, r)
		if ctx.Err() != nil {
			return archive.Wrap("recognise pages", "", ctx.Err())
		}
		if errors.Is(err, errStart) {
			return archive.WrapAs(archive.Unavailable, "recognise pages", c.words[0], err)
		}
		if err != nil {
			done(Result{ID: r.ID, Err: refuse(r, err.Error())})
			continue
		}
		text.Page = r.ID
		text.Engine = provenance(Description{Name: "command " + strconv.Quote(c.line)}, r, nil)
		done(Result{ID: r.ID, Text: text})
	}
	return nil
}

func (c *Command) page(ctx context.Context, r Request) (archive.PageText, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	fill := strings.NewReplacer("{image}", r.Image, "{dpi}", strconv.Itoa(r.DPI), "{languages}", r.Languages)
	args := make([]string, len(c.words))
	for i, w := range c.words {
		args[i] = fill.Replace(w)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = environment()
	cmd.Stdin = bytes.NewReader(nil)
	notes := &notes{begun: -1}
	cmd.Stderr = notes
	var text archive.PageText
	out := newTSV(func(_ int, s sheet) { text = s.text() })
	err := run(cmd, false, out)
	if err == nil {
		err = out.finish(1)
	}
	if err != nil {
		return text, fmt.Errorf("%w: %s", err, notes.tail())
	}
	return text, nil
}

// splitWords splits a command line at blanks: 'single' quotes keep all, "double"
// quotes keep all but \" and \\, elsewhere a backslash keeps the next rune. Since
// paths of Windows are full of backslashes, one stays as it is before a letter or
// digit.
func splitWords(line string) ([]string, error) {
	var words []string
	var b strings.Builder
	open, quote := false, rune(0)
	rs := []rune(line)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		switch {
		case quote == 0 && (r == ' ' || r == '\t' || r == '\n' || r == '\r'):
			if open {
				words = append(words, b.String())
				b.Reset()
				open = false
			}
			continue
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
			continue
		case r == quote:
			quote = 0
			continue
		case r == '\\' && quote != '\'' && i+1 < len(rs) && strings.ContainsRune(escapable(quote), rs[i+1]):
			i++
			r = rs[i]
		}
		b.WriteRune(r)
		open = true
	}
	if quote != 0 {
		return nil, fmt.Errorf("quote %c is not closed", quote)
	}
	if open {
		words = append(words, b.String())
	}
	return words, nil
}

func escapable(quote rune) string {
	if quote == '"' {
		return `"\`
	}
	return ` '"\`
}
