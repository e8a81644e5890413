package app

import (
	"context"
	"maps"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// noting notes in the log of changes what whoever sits here has looked at. What a screen
// reads again, because a task ended or a list led back, is not looked at again.
type noting struct {
	station *station.Station

	mu     sync.Mutex
	recent map[look]time.Time
}

// look is what somebody looked at.
type look struct {
	who, subject archive.ID
	kind         archive.OpKind
	said         string
}

const (
	sameLook   = time.Minute // how long the same is not noted again
	mostRecent = 500
)

func newNoting(s *station.Station) *noting { return &noting{station: s, recent: map[look]time.Time{}} }

// saw notes a look; said is its code or query. It is called off the UI goroutine. A load
// that was given up meanwhile has shown nothing.
func (n *noting) saw(ctx context.Context, kind archive.OpKind, subject archive.ID, said string, details map[string]string) error {
	if ctx.Err() != nil {
		return archive.Wrap("note view", subject.String(), ctx.Err())
	}
	if !n.fresh(look{n.station.Actor().ID, subject, kind, said}) {
		return nil
	}
	return n.station.Observe(context.WithoutCancel(ctx), kind, subject, details)
}

// page finds a page to look at. One that is closed to whoever sits here is refused, and that
// is noted.
func (n *noting) page(ctx context.Context, id archive.ID) (archive.Page, error) {
	page, err := n.station.Catalogue.Page(ctx, n.station.Sight(), id)
	if err = n.station.OrClosed(ctx, access.SeePages, id, err); archive.KindOf(err) != archive.NotAllowed {
		return page, err
	}
	if noted := n.saw(ctx, archive.OpRefused, id, "", map[string]string{"wanted": string(access.SeePages)}); noted != nil {
		return page, noted
	}
	return page, err
}

// fresh tells whether the same was not looked at just now.
func (n *noting) fresh(l look) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now()
	if at, ok := n.recent[l]; ok && now.Sub(at) < sameLook {
		return false
	}
	if len(n.recent) >= mostRecent {
		maps.DeleteFunc(n.recent, func(_ look, at time.Time) bool { return now.Sub(at) >= sameLook })
	}
	n.recent[l] = now
	return true
}

// wrote notes a file that a screen wrote.
func (p *Program) wrote(what string) func(ctx context.Context, path string) error {
	return func(ctx context.Context, path string) error {
		return p.Station.Observe(context.WithoutCancel(ctx), archive.OpExport, 0, map[string]string{"what": what, "file": filepath.Base(path)})
	}
}

// WatchCopies has every copy to the clipboard, whichever widget makes it, noted in the log
// of changes: that is the one door through which they pass.
func WatchCopies(p *Program) { fyne.SetCurrentApp(watched{p.App, p}) }

// watched is the toolkit's application with a clipboard that notes.
type watched struct {
	fyne.App
	program *Program
}

// Clipboard gives the clipboard of the computer.
func (w watched) Clipboard() fyne.Clipboard { return notedClipboard{w.App.Clipboard(), w.program} }

type notedClipboard struct {
	fyne.Clipboard
	program *Program
}

// SetContent copies a text and notes how many lines and characters it has.
func (c notedClipboard) SetContent(text string) {
	c.Clipboard.SetContent(text)
	s := c.program.Station
	if s == nil || text == "" {
		return
	}
	details := map[string]string{"to": "clipboard", "rows": strconv.Itoa(lines(text)), "characters": strconv.Itoa(len([]rune(text)))}
	task.Run(c.program.Runner, "", func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, s.Observe(context.WithoutCancel(ctx), archive.OpCopy, 0, details)
	}, func(_ struct{}, err error) {
		if err != nil {
			fyne.LogError("note copy", err)
		}
	}, task.Quiet())
}

func lines(text string) int {
	n := 1
	for i := range text {
		if text[i] == '\n' && i < len(text)-1 {
			n++
		}
	}
	return n
}
