package ocr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"lantai/archive"
)

// Recognise runs one process for each run of pages with equal parameters. Tesseract
// ends at the first image it cannot read: that page gets the error, and a new
// process takes the pages behind it. When a process ended without any page, the engine
// has to read a known image before the page is blamed.
func (t *Tesseract) Recognise(ctx context.Context, batch []Request, done func(Result)) error {
	for len(batch) > 0 {
		n := 1
		for n < len(batch) && alike(batch[0], batch[n]) {
			n++
		}
		if err := t.recogniseAlike(ctx, batch[:n], done); err != nil {
			return err
		}
		batch = batch[n:]
	}
	return nil
}

func alike(a, b Request) bool {
	return a.DPI == b.DPI && a.Languages == b.Languages && a.mode() == b.mode()
}

func (t *Tesseract) recogniseAlike(ctx context.Context, pages []Request, done func(Result)) error {
	d, err := t.describe(ctx, strings.Split(pages[0].Languages, "+"))
	if err != nil {
		return err
	}
	alone := false
	for len(pages) > 0 {
		try := pages
		if alone {
			try = pages[:1]
		}
		engine := provenance(d, try[0], t.opt.Variables)
		works := false
		end := t.runList(ctx, try, func(r Result) {
			works = true
			r.Text.Engine = engine
			pages = pages[1:]
			done(r)
		})
		switch {
		case ctx.Err() != nil:
			return archive.Wrap("recognise pages", "", ctx.Err())
		case end.err == nil:
			alone = false
		case end.never:
			return archive.WrapAs(archive.Unavailable, "recognise pages", t.program, end.err)
		case alone || end.culprit:
			if !works {
				if err := t.probe(ctx, pages[0]); ctx.Err() != nil {
					return archive.Wrap("recognise pages", "", ctx.Err())
				} else if err != nil {
					return archive.WrapAs(archive.Unavailable, "recognise pages", t.program, err)
				}
			}
			done(Result{ID: pages[0].ID, Err: refuse(pages[0], end.err.Error())})
			pages, alone = pages[1:], false
		default: // it died without telling on which page
			alone = true
		}
	}
	return nil
}

// ending is how a process ended.
type ending struct {
	err     error
	never   bool // the engine cannot work: no page is to blame
	culprit bool // the first page without a result is the one that failed
}

// runList has one process recognise the pages and calls done for each whole one.
// The list goes through standard input: no list file is left behind by a crash.
func (t *Tesseract) runList(ctx context.Context, pages []Request, done func(Result)) ending {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(t.opt.Patience, func() { cancel(errPatience) })
	defer watch.Stop()

	dir, list := listOf(pages)
	cmd := exec.CommandContext(ctx, t.program, t.arguments(pages[0])...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, environment(), strings.NewReader(list)
	notes := &notes{begun: -1}
	cmd.Stderr = notes
	out := newTSV(func(page int, s sheet) {
		if page < 0 || page >= len(pages) {
			return
		}
		watch.Reset(t.opt.Patience)
		text := s.text()
		text.Page = pages[page].ID
		done(Result{ID: pages[page].ID, Text: text})
	})
	err := run(cmd, t.opt.Foreground, out)
	if err == nil {
		err = out.finish(len(pages))
	}
	if err == nil {
		return ending{}
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	said := notes.tail()
	end := ending{err: fmt.Errorf("%w: %s", err, said)}
	end.never = errors.Is(err, errStart)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		// It gave up by itself, having written all of the pages before.
		end.never = strings.Contains(said, "Could not initialize tesseract")
		end.culprit = out.finish(notes.begun) == nil
	}
	return end
}

var errPatience = errors.New("no page came to an end for too long")

func (t *Tesseract) arguments(r Request) []string {
	args := []string{"stdin", "stdout", "-l", r.Languages, "--psm", strconv.Itoa(r.mode())}
	if t.opt.Tessdata != "" {
		args = append(args, "--tessdata-dir", t.opt.Tessdata)
	}
	if r.DPI > 0 {
		args = append(args, "--dpi", strconv.Itoa(r.DPI))
	}
	for _, v := range t.opt.Variables {
		args = append(args, "-c", v)
	}
	return append(args, "tsv")
}

// listOf names the images relative to their folder when they share one, since
// Tesseract on Windows opens no path outside the system's code page.
func listOf(pages []Request) (dir, list string) {
	dir = filepath.Dir(pages[0].Image)
	for _, p := range pages {
		if filepath.Dir(p.Image) != dir {
			dir = ""
			break
		}
	}
	var b strings.Builder
	for _, p := range pages {
		name := p.Image
		if dir != "" {
			name = filepath.Base(name)
		}
		b.WriteString(name + "\n")
	}
	return dir, b.String()
}

// run starts cmd in a group of its own and copies its output to out until it ends.
// The thread is held because Linux kills the child when the thread that started it
// goes, not when the process does.
func run(cmd *exec.Cmd, foreground bool, out io.Writer) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	isolate(cmd)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("%w: %w", errStart, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: %w", errStart, err)
	}
	release := contain(cmd, foreground)
	defer release()
	_, err = io.Copy(out, pipe)
	return errors.Join(cmd.Wait(), err)
}

// notes keeps the end of what a process says on standard error, and which page of
// the list it has begun.
type notes struct {
	mu    sync.Mutex
	begun int
	line  []byte
	last  []string
}

const (
	maxNoteLine = 500
	maxNotes    = 12
)

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range p {
		if c != '\n' && len(n.line) < maxNoteLine {
			n.line = append(n.line, c)
		}
		if c == '\n' {
			n.take(strings.TrimSpace(strings.ToValidUTF8(string(n.line), "\uFFFD")))
			n.line = n.line[:0]
		}
	}
	return len(p), nil
}

func (n *notes) take(line string) {
	if rest, ok := strings.CutPrefix(line, "Page "); ok {
		if num, _, ok := strings.Cut(rest, " : "); ok {
			if i, err := strconv.Atoi(num); err == nil && i == n.begun+1 {
				n.begun, n.last = i, nil
				return
			}
		}
	}
	if line != "" {
		n.last = append(n.last, line)
		if len(n.last) > maxNotes {
			n.last = n.last[1:]
		}
	}
}

func (n *notes) tail() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(append(n.last, string(n.line)), "; ")
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
